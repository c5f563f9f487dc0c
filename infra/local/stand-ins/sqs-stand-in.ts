import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../clock.ts';
import { AwsError, type AwsJsonServer, startAwsJsonServer } from './aws-json-server.ts';
import { type Message, messageIdOf, type Queue } from './queue.ts';
import { receiveWhenVisible } from './receive-when-visible.ts';

const maxBodyBytes = 1_048_576;
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
  MessageSystemAttributes: z.unknown().optional(),
});
const receiptHandle = z.string();
const visibilityTimeout = z.number().int().min(0).max(43_200);
const receiveInput = z.object({
  MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
  WaitTimeSeconds: z.number().int().min(0).max(20).optional(),
  VisibilityTimeout: visibilityTimeout.optional(),
});
const batchInput = z.object({ Entries: z.array(z.looseObject({ Id: z.string().regex(/^[\w-]{1,80}$/) })) });

type BatchAnswer = { Successful: object[]; Failed: object[] };

/**
 * Serves SQS's JSON protocol for these queues. Message delays are divided by `timeScale`; the timeouts that a function asks for
 * with ChangeMessageVisibility are not: they come from waits that were divided already, or from vendors' rates, which are real.
 */
export async function startSqsStandIn(
  queues: () => readonly Queue[],
  clock: Clock,
  timeScale: number,
): Promise<AwsJsonServer> {
  function queueOf(input: unknown): Queue {
    const name = queueUrl.parse(input).QueueUrl.split('/').at(-1);
    return queueNamed(name);
  }

  function queueNamed(name: string | undefined): Queue {
    const queue = queues().find(({ settings }) => settings.name === name);
    if (queue !== undefined) return queue;
    throw new AwsError(
      'QueueDoesNotExist',
      'The specified queue does not exist.',
      'AWS.SimpleQueueService.NonExistentQueue',
    );
  }

  function send(queue: Queue, input: unknown): { MessageId: string; MD5OfMessageBody: string } {
    const { MessageBody, DelaySeconds, MessageGroupId } = sendEntry.parse(input);
    if (MessageBody === '')
      throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.', 'MissingParameter');
    if (Buffer.byteLength(MessageBody) > maxBodyBytes)
      throw invalid('One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.');
    const delayMs = DelaySeconds === undefined ? undefined : (DelaySeconds * 1000) / timeScale;
    const { messageId } = queue.send(MessageBody, { groupId: MessageGroupId, delayMs });
    return { MessageId: messageId, MD5OfMessageBody: md5(MessageBody) };
  }

  function handleIn(input: unknown): string {
    const { ReceiptHandle } = z.object({ ReceiptHandle: receiptHandle }).parse(input);
    if (messageIdOf(ReceiptHandle) !== '') return ReceiptHandle;
    throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.', 'ReceiptHandleIsInvalid');
  }

  function changeVisibility(queue: Queue, input: unknown): object {
    const { VisibilityTimeout } = z.object({ VisibilityTimeout: visibilityTimeout }).parse(input);
    if (queue.changeVisibility(handleIn(input), VisibilityTimeout * 1000)) return {};
    throw new AwsError(
      'MessageNotInflight',
      'The specified message is not in flight.',
      'AWS.SimpleQueueService.MessageNotInflight',
    );
  }

  function remove(queue: Queue, input: unknown): object {
    queue.delete(handleIn(input));
    return {};
  }

  const server = await startAwsJsonServer({
    service: 'AmazonSQS',
    errorNamespace: 'com.amazonaws.sqs',
    operations: {
      SendMessage: (input) => send(queueOf(input), input),
      SendMessageBatch: (input) => batch(queueOf(input), input, send),
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
      DeleteMessageBatch: (input) => batch(queueOf(input), input, remove),
      ChangeMessageVisibility: (input) => changeVisibility(queueOf(input), input),
      ChangeMessageVisibilityBatch: (input) => batch(queueOf(input), input, changeVisibility),
      GetQueueAttributes: (input) => ({ Attributes: attributesOf(queueOf(input)) }),
      GetQueueUrl: (input) => {
        const { settings } = queueNamed(z.object({ QueueName: z.string() }).parse(input).QueueName);
        return { QueueUrl: `${server.url}/${settings.arn.split(':').at(-2)}/${settings.name}` };
      },
      PurgeQueue: (input) => queueOf(input).purge(),
    },
  });
  return server;
}

function batch(queue: Queue, input: unknown, act: (queue: Queue, entry: unknown) => object): BatchAnswer {
  const { Entries } = batchInput.parse(input);
  const ids = new Set(Entries.map(({ Id }) => Id));
  if (Entries.length === 0) throw batchError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (Entries.length > 10)
    throw batchError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${Entries.length}.`,
    );
  if (ids.size < Entries.length)
    throw batchError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  const bytes = Entries.reduce(
    (sum, { MessageBody }) => sum + Buffer.byteLength(typeof MessageBody === 'string' ? MessageBody : ''),
    0,
  );
  if (bytes > maxBodyBytes)
    throw batchError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${maxBodyBytes} bytes. You have sent ${bytes} bytes.`,
    );
  const answer: BatchAnswer = { Successful: [], Failed: [] };
  for (const entry of Entries) {
    try {
      answer.Successful.push({ Id: entry.Id, ...act(queue, entry) });
    } catch (error) {
      const known = error instanceof z.ZodError ? invalid(z.prettifyError(error)) : error;
      if (!(known instanceof AwsError)) throw error;
      answer.Failed.push({
        Id: entry.Id,
        Code: known.queryCode ?? known.type,
        Message: known.message,
        SenderFault: true,
      });
    }
  }
  return answer;
}

function batchError(type: string, message: string): AwsError {
  return new AwsError(type, message, `AWS.SimpleQueueService.${type}`);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message, 'InvalidParameterValue');
}

function wireMessage(message: Message): object {
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    Attributes: messageAttributes(message),
  };
}

/** A received message's system attributes, as ReceiveMessage and the event of an event source show them. */
export function messageAttributes(message: Message): Record<string, string> {
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(Math.floor(message.sentAtMs)),
    SenderId: 'AIDALOCAL',
    ApproximateFirstReceiveTimestamp: String(Math.floor(message.firstReceivedAtMs ?? message.sentAtMs)),
    ...(message.groupId === undefined ? {} : { MessageGroupId: message.groupId }),
  };
}

function attributesOf(queue: Queue): Record<string, string> {
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
}

/** The MD5 sum by which the SDK checks a body. */
export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
