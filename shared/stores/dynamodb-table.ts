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
    async listDue(partition, until, limit) {
      const { Items: rows = [] } = await documents.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: 'due',
          KeyConditionExpression: 'duePartition = :partition AND dueAt <= :until',
          ExpressionAttributeValues: { ':partition': partition, ':until': until },
          Limit: limit,
        }),
      );
      return rows.map((row) => itemSchema.parse(row));
    },
  };
};
