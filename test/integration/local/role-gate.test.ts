import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '#infra/local/assembly/plan.ts';
import { readAssembly } from '#infra/local/assembly/read-assembly.ts';
import { readPlan } from '#infra/local/assembly/read-plan.ts';
import { synthesize } from '#infra/local/assembly/synthesize.ts';
import { buildTools } from '#infra/local/build-tools.ts';
import { createChildProcesses } from '#infra/local/child-processes.ts';
import { askedOf, type GuardedService } from '#infra/local/iam/asked.ts';
import { refusingBy, startRoleGate } from '#infra/local/iam/role-gate.ts';
import { listenOnLoopback } from '#infra/local/listen.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';

const addresses = { apiUrl: 'http://127.0.0.1:1', sqsUrl: 'http://127.0.0.1:2' };

/** The project's own template, and gates by its roles before somebody who answers everything. */
const openGates = async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lever-turn-gates-'));
  await buildTools(folder);
  const children = createChildProcesses(folder, folder);
  const context = {
    oidcIssuer: 'https://login.example',
    oidcAudience: 'api',
    oidcClientId: 'page',
    mailSender: 'notices@turn.example',
  };
  await synthesize(path.join(folder, 'cdk.out'), context, children, () => undefined);
  const plan: Plan = readPlan(readAssembly(path.join(folder, 'cdk.out')), addresses);
  const everybody = http.createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end('{}'));
  });
  const upstream = await listenOnLoopback(everybody, 0);
  const asked = askedOf(plan);
  const gateOf = (service: GuardedService) =>
    startRoleGate({ upstream: upstream.url, refuse: refusingBy(plan.functions, asked[service]), log: () => undefined });
  const gates = {
    dynamodb: await gateOf('dynamodb'),
    sqs: await gateOf('sqs'),
    secretsmanager: await gateOf('secretsmanager'),
    ses: await gateOf('ses'),
  };
  return {
    plan,
    gates,
    async close() {
      for (const { stop } of [...Object.values(gates), upstream]) await stop();
      await children.endAll();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

describe('before the emulators', () => {
  let opened: Awaited<ReturnType<typeof openGates>>;
  beforeAll(async () => {
    opened = await openGates();
  });
  afterAll(() => opened.close());

  const optionsOf = (service: GuardedService, caller: string) => ({
    region: 'eu-central-1',
    endpoint: opened.gates[service].url,
    credentials: { accessKeyId: caller, secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const table = () => opened.plan.tables[0]?.name ?? '';
  const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
  const query = (name: string, value: string, index?: string) =>
    new QueryCommand({
      TableName: table(),
      KeyConditionExpression: `${name} = :key AND begins_with(sk, :prefix)`,
      ExpressionAttributeValues: { ':key': { S: value }, ':prefix': { S: 'x' } },
      ...(index === undefined ? {} : { IndexName: index }),
    });
  const sendTo = (queue: string) => new SendMessageCommand({ QueueUrl: `http://x/0/${queue}`, MessageBody: 'x' });
  const secretNamed = (id: string) =>
    new GetSecretValueCommand({ SecretId: opened.plan.secrets.find(({ name }) => name === id)?.arn ?? '' });
  const mailFrom = (from: string) =>
    new SendEmailCommand({ FromEmailAddress: from, Content: {}, Destination: { ToAddresses: ['x@people.example'] } });

  /** What is asked, by whom, and whether it is let through. */
  const requests: Record<string, [by: string, ask: (by: string) => Promise<unknown>, isAllowed: boolean]> = {};
  const add = (name: string, by: string, ask: (by: string) => Promise<unknown>, isAllowed: boolean): void => {
    requests[`${by}: ${name}`] = [by, ask, isAllowed];
  };
  const dynamodb = (by: string) => new DynamoDBClient(optionsOf('dynamodb', by));
  const sqs = (by: string) => new SQSClient({ ...optionsOf('sqs', by), useQueueUrlAsEndpoint: false, md5: false });
  const secrets = (by: string) => new SecretsManagerClient(optionsOf('secretsmanager', by));
  const ses = (by: string) => new SESv2Client(optionsOf('ses', by));
  const getItem = (pk: string) => (by: string) =>
    dynamodb(by).send(new GetItemCommand({ TableName: table(), Key: key(pk) }));

  add('read its own partition', 'WebhookVerify', getItem('WEBHOOK#acct'), true);
  add('read another partition', 'WebhookVerify', getItem('ACCOUNT#acct'), false);
  add(
    'write another partition',
    'WebhookVerify',
    (by) => dynamodb(by).send(new PutItemCommand({ TableName: table(), Item: key('ACCOUNT#acct') })),
    false,
  );
  add('read another partition', 'CheckWorker', getItem('ACCOUNT#acct'), true);
  add('read another partition', 'the operator', getItem('ACCOUNT#acct'), true);
  add('list a partition', 'CheckWorker', (by) => dynamodb(by).send(query('pk', 'ACCOUNT#acct')), true);
  add('list what is open', 'CheckWorker', (by) => dynamodb(by).send(query('openPartition', 'OPEN#acct', 'open')), true);
  add('list what is due', 'CheckWorker', (by) => dynamodb(by).send(query('duePartition', 'DUE#1', 'due')), false);
  add('list what is due', 'Sweep', (by) => dynamodb(by).send(query('duePartition', 'DUE#1', 'due')), true);
  add(
    'delete',
    'StatusCallback',
    (by) => dynamodb(by).send(new DeleteItemCommand({ TableName: table(), Key: key('ACCOUNT#acct') })),
    false,
  );
  add(
    'update',
    'SettingsPage',
    (by) => dynamodb(by).send(new UpdateItemCommand({ TableName: table(), Key: key('ACCOUNT#acct') })),
    false,
  );
  add('send to its queue', 'WebhookVerify', (by) => sqs(by).send(sendTo('StageChanges')), true);
  add('send to another queue', 'WebhookVerify', (by) => sqs(by).send(sendTo('CheckUpdates')), false);
  add(
    'send many to another queue',
    'WebhookVerify',
    (by) =>
      sqs(by).send(
        new SendMessageBatchCommand({ QueueUrl: 'http://x/0/CheckUpdates', Entries: [{ Id: 'a', MessageBody: 'x' }] }),
      ),
    false,
  );
  add('read its key ring', 'WebhookVerify', (by) => secrets(by).send(secretNamed('WebhookKey')), true);
  add('read the key ring of tokens', 'WebhookVerify', (by) => secrets(by).send(secretNamed('EncryptionKey')), false);
  add('read the key ring of tokens', 'LeverUpdate', (by) => secrets(by).send(secretNamed('EncryptionKey')), true);
  add('send a mail', 'MailNotices', (by) => ses(by).send(mailFrom('notices@turn.example')), true);
  add('send a mail from elsewhere', 'MailNotices', (by) => ses(by).send(mailFrom('other@turn.example')), false);
  add('send a mail', 'CheckWorker', (by) => ses(by).send(mailFrom('notices@turn.example')), false);

  it.each(Object.entries(requests))('%s', async (_, [by, ask, isAllowed]) => {
    const outcome = await ask(by).then(
      () => 'let through',
      (error: Error) => error.name,
    );
    expect(outcome).toBe(isAllowed ? 'let through' : 'AccessDeniedException');
  });

  it('a function whose role has lost the key is let through to nothing that is encrypted', () => {
    const { plan } = opened;
    const worker = plan.functions.find(({ name }) => name === 'CheckWorker');
    const statements = worker?.statements.filter(({ Action }) => !Action.includes('kms:Decrypt')) ?? [];
    const refuse = refusingBy([{ name: 'CheckWorker', statements }], askedOf(plan).dynamodb);
    const request = { headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem' } };
    const body = JSON.stringify({ TableName: table(), Key: key('ACCOUNT#acct') });
    expect(refuse('CheckWorker', request as unknown as http.IncomingMessage, body)).toContain('kms:Decrypt');
  });
});

describe('a start', () => {
  it('is refused where a function may not take messages from the queue that feeds it', () => {
    const assembly = readAssembly(
      writeFixtureAssembly({ WorkerRole: { Type: 'AWS::IAM::Role' }, WorkerPolicy: { Type: 'AWS::IAM::Role' } }),
    );
    expect(() => readPlan(assembly, addresses)).toThrow(/role of .*Worker does not allow sqs:ReceiveMessage/u);
  });
});
