import { Failure } from '#shared/domain/failure.ts';
import type { ItemTable } from '#shared/stores/table.ts';
import { fromAttributes, toAttributes } from './attribute-values.ts';
import type { DynamodbCalls } from './aws-calls.ts';
import { toItem, toRow } from './table-rows.ts';

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
  const isBrokenLine =
    error.name === 'TimeoutError' || ('code' in error && /^E(?:AI_)?[A-Z]+$/u.test(String(error.code)));
  return isBrokenLine || passingFaults.includes(error.name)
    ? new Failure('table_unavailable', `The table did not answer (${error.name}).`)
    : error;
};

/** Awaits a call, and tells of faults that pass as failures. */
export const passingFaultsTold = async <T>(call: Promise<T>): Promise<T> =>
  call.catch((error: unknown) => {
    throw asFailure(error);
  });

export const isRefusedCondition = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

/** The table on DynamoDB, item by item, with the keys `pk` and `sk`. */
export const createDynamodbItems = (dynamodb: DynamodbCalls, tableName: string): ItemTable => {
  const keyOf = ({ pk, sk }: { pk: string; sk: string }) => ({ TableName: tableName, Key: toAttributes({ pk, sk }) });
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
  };
};
