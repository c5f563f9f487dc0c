import type { Item, Table } from '#shared/stores/table.ts';
import { toAttributes } from './attribute-values.ts';
import type { DynamodbCalls, Row } from './aws-calls.ts';
import { createDynamodbItems, isRefusedCondition, passingFaultsTold } from './dynamodb-items.ts';
import { toItem } from './table-rows.ts';

const dueAttributes = 'pk, sk, version, duePartition, dueAt, workType';

/** The table on DynamoDB, with the keys `pk` and `sk` and the indexes `due` and `open`. */
export const createDynamodbTable = (dynamodb: DynamodbCalls, tableName: string): Table => {
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
    ...createDynamodbItems(dynamodb, tableName),
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
    async postpone({ pk, sk, version }, dueAt) {
      try {
        const { Attributes: row } = await passingFaultsTold(
          dynamodb.updateItem({
            TableName: tableName,
            Key: toAttributes({ pk, sk }),
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
