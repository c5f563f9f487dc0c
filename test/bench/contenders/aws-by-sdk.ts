import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { sdkAccountKey, sdkDeliveryKey } from '../deliveries.ts';
import type { Aws } from './aws.ts';

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const queue = new SQSClient({});
const TableName = process.env['TABLE_NAME'];
const QueueUrl = process.env['STAGE_CHANGES_QUEUE_URL'];
const isAccount = (item: unknown): item is { secret: string; triggerStageIds: string[] } =>
  typeof item === 'object' && item !== null && 'secret' in item && 'triggerStageIds' in item;

/** As the SDK's documentation shows it. */
export const aws: Aws = {
  async account(accountId) {
    const { Item } = await table.send(
      new GetCommand({ TableName, Key: sdkAccountKey(accountId), ConsistentRead: true }),
    );
    return isAccount(Item) ? Item : null;
  },
  async isKnown(accountId, signature) {
    const Key = sdkDeliveryKey(accountId, signature);
    const { Item } = await table.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Item !== undefined;
  },
  async enqueue(work) {
    await queue.send(
      new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(work), MessageGroupId: work.accountId }),
    );
  },
  async remember(accountId, signature) {
    const expiresAt = Math.floor(Date.now() / 1000) + 1_296_000;
    await table.send(new PutCommand({ TableName, Item: { ...sdkDeliveryKey(accountId, signature), expiresAt } }));
  },
};
