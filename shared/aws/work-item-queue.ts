import type { SendMessageCommandInput } from '@aws-sdk/client-sqs';
import type { AccountItem, WorkItem } from '#shared/domain/work-item.ts';
import { correlationId } from '#shared/observability/correlation.ts';
import type { OwnQueue } from '#shared/world.ts';
import type { SqsCalls } from './aws-calls.ts';

/** Sends to one queue. The account is the message group, so that a busy account does not delay the others (fair queues). */
export const createWorkItemQueue =
  (sqs: Pick<SqsCalls, 'sendMessage'>, queueUrl: () => string) =>
  async ({ accountId, opportunityId }: AccountItem & Partial<WorkItem>, delaySeconds = 0): Promise<void> => {
    await sqs.sendMessage({
      QueueUrl: queueUrl(),
      MessageBody: JSON.stringify({ accountId, opportunityId, correlationId: correlationId() }),
      MessageGroupId: accountId,
      ...(delaySeconds === 0 ? {} : { DelaySeconds: delaySeconds }),
      ...traceHeader(),
    });
  };

/** Ties the trace of whoever takes the message to ours, where Lambda traces us. */
const traceHeader = (): Pick<SendMessageCommandInput, 'MessageSystemAttributes'> => {
  const header = process.env['_X_AMZN_TRACE_ID'];
  if (!header) return {};
  return { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: header } } };
};

/** The queue that a function consumes, and its dead letters. */
export const createOwnQueue = (
  sqs: SqsCalls,
  { url, deadLettersUrl }: { url: () => string; deadLettersUrl: () => string },
): OwnQueue => ({
  async changeVisibility(receiptHandle, seconds) {
    await sqs.changeMessageVisibility({
      QueueUrl: url(),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    });
  },
  async sendToDeadLetters(body) {
    await sqs.sendMessage({ QueueUrl: deadLettersUrl(), MessageBody: body });
  },
});
