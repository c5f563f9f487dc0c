import type http from 'node:http';
import * as z from 'zod';
import type { Plan } from '../assembly/plan.ts';
import { pseudoParameters } from '../assembly/resolve-template.ts';
import type { Action } from './statement.ts';

const { 'AWS::Region': region, 'AWS::AccountId': accountId } = pseudoParameters;

/** The services whose requests are judged, and what each asks for in IAM's words. Throws for a request that is not understood. */
export type Asked = (request: Pick<http.IncomingMessage, 'headers'>, body: string) => Action[];
export type GuardedService = 'dynamodb' | 'sqs' | 'secretsmanager' | 'ses';

const attribute = z.object({ S: z.string() });
const tableRequest = z.object({
  TableName: z.string(),
  IndexName: z.string().optional(),
  Key: z.record(z.string(), z.unknown()).optional(),
  Item: z.record(z.string(), z.unknown()).optional(),
  KeyConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).default({}),
  ExpressionAttributeValues: z.record(z.string(), z.unknown()).default({}),
});
const queueRequest = z.object({ QueueUrl: z.string().optional(), QueueName: z.string().optional() });
const secretRequest = z.object({ SecretId: z.string() });
const mailRequest = z.object({ FromEmailAddress: z.string() });

const operationOf = ({ headers }: Pick<http.IncomingMessage, 'headers'>): string =>
  String(headers['x-amz-target']).split('.').at(-1) ?? '';

/** The use of a key in the caller's name, by the service that has encrypted something with it. */
const useOf = (key: string | undefined, service: GuardedService, actions: readonly string[]): Action[] =>
  key === undefined
    ? []
    : actions.map((name) => ({
        action: `kms:${name}`,
        resource: key,
        context: { 'kms:ViaService': [`${service}.${region}.amazonaws.com`] },
      }));

/** The partition keys that a request names. An item's is in its key; a query's is the one that must be equal to something. */
const leadingKeysOf = (request: z.infer<typeof tableRequest>, hashKey: string): string[] => {
  const named = (request.Key ?? request.Item)?.[hashKey];
  if (named !== undefined) return [attribute.parse(named).S];
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = request;
  for (const [, name = '', value = ''] of (request.KeyConditionExpression ?? '').matchAll(/([#\w]+) *= *(:\w+)/gu))
    if ((names[name] ?? name) === hashKey) return [attribute.parse(values[value]).S];
  return [];
};

/** What requests to each service ask for, where the plan's tables, queues and secrets are. */
export const askedOf = (plan: Plan): Readonly<Record<GuardedService, Asked>> => ({
  dynamodb: (request, body) => {
    const asked = tableRequest.parse(JSON.parse(body));
    const table = plan.tables.find(({ name }) => name === asked.TableName);
    const index = table?.properties.GlobalSecondaryIndexes.find(({ IndexName }) => IndexName === asked.IndexName);
    const keys = (index ?? table?.properties)?.KeySchema ?? [];
    const hashKey = keys.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
    const arn = `arn:aws:dynamodb:${region}:${accountId}:table/${asked.TableName}`;
    const resource = asked.IndexName === undefined ? arn : `${arn}/index/${asked.IndexName}`;
    const context = { 'dynamodb:LeadingKeys': leadingKeysOf(asked, hashKey) };
    return [
      { action: `dynamodb:${operationOf(request)}`, resource, context },
      ...useOf(table?.properties.SSESpecification?.KMSMasterKeyId, 'dynamodb', ['Decrypt']),
    ];
  },
  sqs: (request, body) => {
    const { QueueUrl, QueueName } = queueRequest.parse(JSON.parse(body));
    const name = QueueName ?? QueueUrl?.split('/').at(-1) ?? '';
    const queue = plan.queues.find((each) => each.name === name);
    // Batches have no permission of their own.
    const operation = operationOf(request).replace(/Batch$/u, '');
    const uses = { SendMessage: ['GenerateDataKey', 'Decrypt'], ReceiveMessage: ['Decrypt'] }[operation] ?? [];
    return [
      { action: `sqs:${operation}`, resource: queue?.arn ?? `arn:aws:sqs:${region}:${accountId}:${name}`, context: {} },
      ...useOf(queue?.properties.KmsMasterKeyId, 'sqs', uses),
    ];
  },
  secretsmanager: (request, body) => {
    const { SecretId } = secretRequest.parse(JSON.parse(body));
    const secret = plan.secrets.find(({ name, arn }) => name === SecretId || arn === SecretId);
    return [
      { action: `secretsmanager:${operationOf(request)}`, resource: secret?.arn ?? SecretId, context: {} },
      ...useOf(secret?.properties.KmsKeyId, 'secretsmanager', ['Decrypt']),
    ];
  },
  ses: (_, body) => {
    const { FromEmailAddress: from } = mailRequest.parse(JSON.parse(body));
    const resource = `arn:aws:ses:${region}:${accountId}:identity/${from}`;
    return [{ action: 'ses:SendEmail', resource, context: { 'ses:FromAddress': [from] } }];
  },
});

/** What Lambda does in a function's name for an event source. */
export const askedByEventSource = (plan: Plan, queueArn: string): Action[] => {
  const queue = plan.queues.find(({ arn }) => arn === queueArn);
  const names = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
  return [
    ...names.map((name) => ({ action: `sqs:${name}`, resource: queueArn, context: {} })),
    ...useOf(queue?.properties.KmsMasterKeyId, 'sqs', ['Decrypt']),
  ];
};
