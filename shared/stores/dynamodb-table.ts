import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Item, Table } from './table.ts';

const itemSchema = z
  .object({
    pk: z.string(),
    sk: z.string(),
    version: z.number(),
    content: z.unknown(),
    expiresAt: z.number().optional(),
    duePartition: z.string().optional(),
    dueAt: z.number().optional(),
    nudge: z.string().optional(),
  })
  .transform(
    ({ pk, sk, version, content, expiresAt, duePartition, dueAt, nudge }): Item => ({
      pk,
      sk,
      version,
      content,
      expiresAt: expiresAt ?? null,
      due:
        duePartition === undefined || dueAt === undefined || nudge === undefined
          ? null
          : { partition: duePartition, dueAt, nudge },
    }),
  );

const toRow = ({ due, expiresAt, ...item }: Item): Record<string, unknown> => ({
  ...item,
  ...(expiresAt === null ? {} : { expiresAt }),
  ...(due === null ? {} : { duePartition: due.partition, dueAt: due.dueAt, nudge: due.nudge }),
});

/** The table on DynamoDB, with the keys `pk` and `sk` and the index `due`. */
export const createDynamodbTable = (client: DynamoDBClient, tableName: string): Table => {
  const documents = DynamoDBDocumentClient.from(client);
  const queryAll = async (query: Record<string, unknown>, limit: number): Promise<Item[]> => {
    const items: Item[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await documents.send(
        new QueryCommand({
          TableName: tableName,
          ...query,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      items.push(...(page.Items ?? []).map((row) => itemSchema.parse(row)));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && items.length < limit);
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
    async delete({ pk, sk }) {
      await documents.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk } }));
    },
    list: (pk, skPrefix) =>
      queryAll(
        {
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
          ExpressionAttributeValues: { ':pk': pk, ':sk': skPrefix },
          ConsistentRead: true,
        },
        Number.POSITIVE_INFINITY,
      ),
    listDue: (partition, until, limit) =>
      queryAll(
        {
          IndexName: 'due',
          KeyConditionExpression: 'duePartition = :partition AND dueAt <= :until',
          ExpressionAttributeValues: { ':partition': partition, ':until': until },
          Limit: limit,
        },
        limit,
      ),
  };
};
