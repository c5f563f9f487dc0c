import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { EnqueueWork } from '#shared/domain/work-item.ts';
import type { OwnQueue } from '#shared/world.ts';

/** Sends to one queue. The account is the message group, so that a busy account does not delay the others (fair queues). */
export const createWorkItemQueue =
  (client: SQSClient, queueUrl: () => string): EnqueueWork =>
  async ({ accountId, opportunityId }) => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl(),
        MessageBody: JSON.stringify({ accountId, opportunityId }),
        MessageGroupId: accountId,
      }),
    );
  };

/** The queue that a function consumes, and its dead letters. */
export const createOwnQueue = (
  client: SQSClient,
  { url, deadLettersUrl }: { url: () => string; deadLettersUrl: () => string },
): OwnQueue => ({
  async changeVisibility(receiptHandle, seconds) {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url(),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  },
  async sendToDeadLetters(body) {
    await client.send(new SendMessageCommand({ QueueUrl: deadLettersUrl(), MessageBody: body }));
  },
});
