import { Failure } from '#shared/domain/failure.ts';
import type { Item, Table } from '#shared/stores/table.ts';
import { fromAttributes, toAttributes } from './attribute-values.ts';
import type { DynamodbCalls, Row } from './aws-calls.ts';
import { toItem, toRow } from './table-rows.ts';

const dueAttributes = 'pk, sk, version, duePartition, dueAt, workType';

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

const passingFaultsTold = async <T>(call: Promise<T>): Promise<T> =>
  call.catch((error: unknown) => {
    throw asFailure(error);
  });

const isRefusedCondition = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

/** The table on DynamoDB, with the keys `pk` and `sk` and the indexes `due` and `open`. */
export const createDynamodbTable = (dynamodb: DynamodbCalls, tableName: string): Table => {
  const keyOf = ({ pk, sk }: { pk: string; sk: string }) => ({ TableName: tableName, Key: toAttributes({ pk, sk }) });
  /** Of an index whose keys are named so: a partition, up to a time. */
  const listIndex = async (
    indexName: 'due' | 'open',
    partition: string,
    until: number,
    limit: number,
  ): Promise<Item[]> => {
    const items: Item[] = [];
    let from: Row | undefined;
    do {
      const page = dynamodb.query({
        TableName: tableName,
        IndexName: indexName,
        KeyConditionExpression: `${indexName}Partition = :partition AND ${indexName}At <= :until`,
        ExpressionAttributeValues: toAttributes({ ':partition': partition, ':until': until }),
        Limit: limit - items.length,
        // Of what is due, many are listed, and none is read.
        ...(indexName === 'due' ? { ProjectionExpression: dueAttributes } : {}),
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      const { Items: rows = [], LastEvaluatedKey: last } = await passingFaultsTold(page);
      items.push(...rows.map(toItem));
      // A page ends after a megabyte, too.
      from = last;
    } while (from !== undefined && items.length < limit);
    return items;
  };
  return {
    async get(key) {
      const { Item: row } = await passingFaultsTold(dynamodb.getItem({ ...keyOf(key), ConsistentRead: true }));
      return row === undefined ? null : toItem(row);
    },
    async put(item, replaces) {
      const condition =
        replaces === null
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'version = :replaces',
              ExpressionAttributeValues: toAttributes({ ':replaces': replaces }),
            };
      try {
        await passingFaultsTold(dynamodb.putItem({ TableName: tableName, Item: toRow(item), ...condition }));
        return true;
      } catch (error) {
        if (isRefusedCondition(error)) return false;
        throw error;
      }
    },
    async overwrite(item) {
      await passingFaultsTold(dynamodb.putItem({ TableName: tableName, Item: toRow(item) }));
    },
    async advance(key, { by, atLeast }) {
      // Two simple writes, one of which must fit, where DynamoDB's expressions know no maximum. First the one that fits an idle counter.
      const fromWhereItStands = {
        UpdateExpression: 'SET content = content + :by',
        ConditionExpression: 'content >= :atLeast',
        ExpressionAttributeValues: toAttributes({ ':by': by, ':atLeast': atLeast }),
        ReturnValues: 'UPDATED_OLD',
      } as const;
      const fromTheLeast = {
        UpdateExpression: 'SET content = :next, version = :none',
        ConditionExpression: 'attribute_not_exists(pk) OR content < :atLeast',
        ExpressionAttributeValues: toAttributes({ ':next': atLeast + by, ':atLeast': atLeast, ':none': 0 }),
      } as const;
      for (;;) {
        for (const move of [fromTheLeast, fromWhereItStands]) {
          try {
            const { Attributes: old } = await passingFaultsTold(dynamodb.updateItem({ ...keyOf(key), ...move }));
            const before = old === undefined ? undefined : fromAttributes(old)['content'];
            return typeof before === 'number' ? before : atLeast;
          } catch (error) {
            if (!isRefusedCondition(error)) throw error;
          }
        }
      }
    },
    async remove(key) {
      await passingFaultsTold(dynamodb.deleteItem(keyOf(key)));
    },
    async list(pk, skPrefix, { limit, after, newestFirst = false }) {
      const page = dynamodb.query({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: toAttributes({ ':pk': pk, ':prefix': skPrefix }),
        ConsistentRead: true,
        ScanIndexForward: !newestFirst,
        Limit: limit,
        ...(after === null ? {} : { ExclusiveStartKey: toAttributes({ pk, sk: after }) }),
      });
      const { Items: rows = [], LastEvaluatedKey: last } = await passingFaultsTold(page);
      const items = rows.map(toItem);
      return { items, next: last === undefined ? null : (items.at(-1)?.sk ?? null) };
    },
    async listDue(partition, until, limit) {
      const items = await listIndex('due', partition, until, limit);
      return items.flatMap(({ pk, sk, version, due }) => (due === null ? [] : [{ pk, sk, version, due }]));
    },
    async postpone({ version, ...key }, dueAt) {
      try {
        const { Attributes: row } = await passingFaultsTold(
          dynamodb.updateItem({
            ...keyOf(key),
            UpdateExpression: 'SET dueAt = :dueAt, version = :next',
            ConditionExpression: 'version = :version',
            ExpressionAttributeValues: toAttributes({ ':dueAt': dueAt, ':next': version + 1, ':version': version }),
            ReturnValues: 'ALL_NEW',
          }),
        );
        return row === undefined ? null : toItem(row);
      } catch (error) {
        if (isRefusedCondition(error)) return null;
        throw error;
      }
    },
    listOpen: (partition, until, limit) => listIndex('open', partition, until, limit),
  };
};
