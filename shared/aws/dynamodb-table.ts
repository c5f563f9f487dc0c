import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Failure } from '#shared/domain/failure.ts';
import type { Item, Table } from '#shared/stores/table.ts';

const itemSchema = z
  .object({
    pk: z.string(),
    sk: z.string(),
    version: z.number(),
    content: z.unknown(),
    expiresAt: z.number().optional(),
    duePartition: z.string().optional(),
    dueAt: z.number().optional(),
    workType: z.string().optional(),
    openPartition: z.string().optional(),
    openAt: z.number().optional(),
  })
  .transform(({ expiresAt = null, duePartition, dueAt, workType, openPartition, openAt, ...item }): Item => {
    const isDue = duePartition !== undefined && dueAt !== undefined && workType !== undefined;
    const isOpen = openPartition !== undefined && openAt !== undefined;
    return {
      ...item,
      expiresAt,
      due: isDue ? { partition: duePartition, dueAt, workType } : null,
      open: isOpen ? { partition: openPartition, openAt } : null,
    };
  });

const toRow = ({ due, open, expiresAt, ...item }: Item): Record<string, unknown> => ({
  ...item,
  ...(expiresAt === null ? {} : { expiresAt }),
  ...(due === null ? {} : { duePartition: due.partition, dueAt: due.dueAt, workType: due.workType }),
  ...(open === null ? {} : { openPartition: open.partition, openAt: open.openAt }),
});

const passingFaults = [
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'InternalServerError',
  'ServiceUnavailable',
  'TransactionInProgressException',
];

/** Throttling, DynamoDB's own faults and a broken line are tried again later; what is wrong with our request is a bug. */
const asFailure = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const isBrokenLine = error.name === 'TimeoutError' || ('code' in error && /^E[A-Z]+$/u.test(String(error.code)));
  return isBrokenLine || passingFaults.includes(error.name)
    ? new Failure('table_unavailable', `The table did not answer (${error.name}).`)
    : error;
};

/** The table on DynamoDB, with the keys `pk` and `sk` and the indexes `due` and `open`. */
export const createDynamodbTable = (client: DynamoDBClient, tableName: string): Table => {
  client.middlewareStack.add(
    (next) => async (args) =>
      next(args).catch((error: unknown) => {
        throw asFailure(error);
      }),
    { step: 'initialize', name: 'passingFaults', override: true },
  );
  const documents = DynamoDBDocumentClient.from(client);
  /** Of an index whose keys are named so: a partition, up to a time. */
  const listIndex = async (
    indexName: 'due' | 'open',
    partition: string,
    until: number,
    limit: number,
  ): Promise<Item[]> => {
    const items: Item[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const { Items: rows = [], LastEvaluatedKey: last } = await documents.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: indexName,
          KeyConditionExpression: `${indexName}Partition = :partition AND ${indexName}At <= :until`,
          ExpressionAttributeValues: { ':partition': partition, ':until': until },
          Limit: limit - items.length,
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      );
      items.push(...rows.map((row) => itemSchema.parse(row)));
      // A page ends after a megabyte, too.
      from = last;
    } while (from !== undefined && items.length < limit);
    return items;
  };
  return {
    async get({ pk, sk }) {
      const { Item: row } = await documents.send(
        new GetCommand({ TableName: tableName, Key: { pk, sk }, ConsistentRead: true }),
      );
      return row === undefined ? null : itemSchema.parse(row);
    },
    async put(item, replaces) {
      try {
        await documents.send(
          new PutCommand({
            TableName: tableName,
            Item: toRow(item),
            ...(replaces === null
              ? { ConditionExpression: 'attribute_not_exists(pk)' }
              : { ConditionExpression: 'version = :replaces', ExpressionAttributeValues: { ':replaces': replaces } }),
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
    async overwrite(item) {
      await documents.send(new PutCommand({ TableName: tableName, Item: toRow(item) }));
    },
    async advance({ pk, sk }, { by, atLeast }) {
      // Two simple writes, one of which must fit, where DynamoDB's expressions know no maximum.
      const fromWhereItStands = {
        UpdateExpression: 'SET content = content + :by',
        ConditionExpression: 'content >= :atLeast',
        ExpressionAttributeValues: { ':by': by, ':atLeast': atLeast },
        ReturnValues: 'UPDATED_OLD',
      } as const;
      const fromTheLeast = {
        UpdateExpression: 'SET content = :next, version = :none',
        ConditionExpression: 'attribute_not_exists(pk) OR content < :atLeast',
        ExpressionAttributeValues: { ':next': atLeast + by, ':atLeast': atLeast, ':none': 0 },
      } as const;
      for (;;) {
        for (const move of [fromWhereItStands, fromTheLeast]) {
          try {
            const { Attributes: old } = await documents.send(
              new UpdateCommand({ TableName: tableName, Key: { pk, sk }, ...move }),
            );
            return z.object({ content: z.number() }).safeParse(old).data?.content ?? atLeast;
          } catch (error) {
            if (!(error instanceof ConditionalCheckFailedException)) throw error;
          }
        }
      }
    },
    async remove({ pk, sk }) {
      await documents.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk } }));
    },
    async list(pk, skPrefix, { limit, after, newestFirst = false }) {
      const { Items: rows = [], LastEvaluatedKey: last } = await documents.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': pk, ':prefix': skPrefix },
          ConsistentRead: true,
          ScanIndexForward: !newestFirst,
          Limit: limit,
          ...(after === null ? {} : { ExclusiveStartKey: { pk, sk: after } }),
        }),
      );
      const items = rows.map((row) => itemSchema.parse(row));
      return { items, next: last === undefined ? null : (items.at(-1)?.sk ?? null) };
    },
    listDue: (partition, until, limit) => listIndex('due', partition, until, limit),
    listOpen: (partition, until, limit) => listIndex('open', partition, until, limit),
  };
};
