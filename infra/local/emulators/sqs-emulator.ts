import * as z from 'zod';
import type { Clock } from '../clock.ts';
import { AwsError, type AwsJsonServer, startAwsJsonServer } from './aws-json-server.ts';
import { type Message, md5, messageAttributes, messageIdOf } from './message.ts';
import type { Queue } from './queue.ts';
import { receiveWhenVisible } from './receive-when-visible.ts';
import { invalidParameter, maxBodyBytes, runBatch } from './sqs-batch.ts';

const queueUrl = z.object({ QueueUrl: z.string() });
// Strict: message attributes are not kept, so sending some is refused.
const sendEntry = z.strictObject({
  QueueUrl: z.unknown().optional(),
  Id: z.unknown().optional(),
  MessageBody: z.string(),
  DelaySeconds: z.number().min(0).max(900).optional(),
  MessageGroupId: z
    .string()
    .regex(/^[\w!"#$%&'()*+,./:;<=>?@[\\\]^`{|}~-]{1,128}$/)
    .optional(),
  MessageAttributes: z.strictObject({}).optional(),
  MessageSystemAttributes: z
    .strictObject({ AWSTraceHeader: z.strictObject({ DataType: z.literal('String'), StringValue: z.string() }) })
    .optional(),
});
const receiptHandle = z.string();
const visibilityTimeout = z.number().int().min(0).max(43_200);
const receiveInput = z.object({
  MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
  WaitTimeSeconds: z.number().int().min(0).max(20).optional(),
  VisibilityTimeout: visibilityTimeout.optional(),
});
/**
 * Serves SQS's JSON protocol for these queues. Message delays are divided by `timeScale`; the timeouts that a function asks for
 * with ChangeMessageVisibility are not: they come from waits that were divided already, or from vendors' rates, which are real.
 */
export const startSqsEmulator = async (
  queues: () => readonly Queue[],
  clock: Clock,
  timeScale: number,
): Promise<AwsJsonServer> => {
  const queueOf = (input: unknown): Queue => {
    const name = queueUrl.parse(input).QueueUrl.split('/').at(-1);
    return queueNamed(name);
  };

  const queueNamed = (name: string | undefined): Queue => {
    const queue = queues().find(({ settings }) => settings.name === name);
    if (queue !== undefined) return queue;
    throw new AwsError(
      'QueueDoesNotExist',
      'The specified queue does not exist.',
      'AWS.SimpleQueueService.NonExistentQueue',
    );
  };

  const send = (queue: Queue, input: unknown): { MessageId: string; MD5OfMessageBody: string } => {
    const { MessageBody, DelaySeconds, MessageGroupId, MessageSystemAttributes } = sendEntry.parse(input);
    if (MessageBody === '')
      throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.', 'MissingParameter');
    if (Buffer.byteLength(MessageBody) > maxBodyBytes)
      throw invalidParameter('One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.');
    const delayMs = DelaySeconds === undefined ? undefined : (DelaySeconds * 1000) / timeScale;
    const traceHeader = MessageSystemAttributes?.AWSTraceHeader.StringValue;
    const { messageId } = queue.send(MessageBody, { groupId: MessageGroupId, delayMs, traceHeader });
    return { MessageId: messageId, MD5OfMessageBody: md5(MessageBody) };
  };

  const handleIn = (input: unknown): string => {
    const { ReceiptHandle } = z.object({ ReceiptHandle: receiptHandle }).parse(input);
    if (messageIdOf(ReceiptHandle) !== '') return ReceiptHandle;
    throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.', 'ReceiptHandleIsInvalid');
  };

  const changeVisibility = (queue: Queue, input: unknown): object => {
    const { VisibilityTimeout } = z.object({ VisibilityTimeout: visibilityTimeout }).parse(input);
    if (queue.changeVisibility(handleIn(input), VisibilityTimeout * 1000)) return {};
    throw new AwsError(
      'MessageNotInflight',
      'The specified message is not in flight.',
      'AWS.SimpleQueueService.MessageNotInflight',
    );
  };

  const remove = (queue: Queue, input: unknown): object => {
    queue.delete(handleIn(input));
    return {};
  };

  const server = await startAwsJsonServer({
    service: 'AmazonSQS',
    errorNamespace: 'com.amazonaws.sqs',
    operations: {
      SendMessage: (input) => send(queueOf(input), input),
      SendMessageBatch: (input) => runBatch(queueOf(input), input, send),
      async ReceiveMessage(input, { gone }) {
        const queue = queueOf(input);
        const { MaxNumberOfMessages, WaitTimeSeconds, VisibilityTimeout } = receiveInput.parse(input);
        const waitMs = WaitTimeSeconds === undefined ? queue.settings.receiveWaitMs : WaitTimeSeconds * 1000;
        const timeoutMs = VisibilityTimeout === undefined ? undefined : VisibilityTimeout * 1000;
        const messages = await receiveWhenVisible(queue, clock, {
          atMost: MaxNumberOfMessages,
          waitMs,
          timeoutMs,
          gone,
        });
        return messages.length === 0 ? {} : { Messages: messages.map(wireMessage) };
      },
      DeleteMessage: (input) => remove(queueOf(input), input),
      DeleteMessageBatch: (input) => runBatch(queueOf(input), input, remove),
      ChangeMessageVisibility: (input) => changeVisibility(queueOf(input), input),
      ChangeMessageVisibilityBatch: (input) => runBatch(queueOf(input), input, changeVisibility),
      GetQueueAttributes: (input) => ({ Attributes: attributesOf(queueOf(input)) }),
      GetQueueUrl: (input) => {
        const { settings } = queueNamed(z.object({ QueueName: z.string() }).parse(input).QueueName);
        return { QueueUrl: `${server.url}/${settings.arn.split(':').at(-2)}/${settings.name}` };
      },
      PurgeQueue: (input) => queueOf(input).purge(),
    },
  });
  return server;
};

const wireMessage = (message: Message): object => ({
  MessageId: message.messageId,
  ReceiptHandle: message.receiptHandle,
  Body: message.body,
  MD5OfBody: md5(message.body),
  Attributes: messageAttributes(message),
});

const attributesOf = (queue: Queue): Record<string, string> => {
  const { settings } = queue;
  const { visible, inFlight, delayed } = queue.counts();
  return {
    QueueArn: settings.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(settings.visibilityTimeoutMs / 1000),
    MessageRetentionPeriod: String(settings.retentionMs / 1000),
    DelaySeconds: String(settings.delayMs / 1000),
    ReceiveMessageWaitTimeSeconds: String(settings.receiveWaitMs / 1000),
    ...(settings.redrive === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: settings.redrive.to.settings.arn,
            maxReceiveCount: settings.redrive.maxReceiveCount,
          }),
        }),
  };
};
