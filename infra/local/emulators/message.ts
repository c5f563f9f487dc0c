import { createHash } from 'node:crypto';
import type { StoredMessage } from './queue-log.ts';

export type Message = StoredMessage & {
  receiveCount: number;
  firstReceivedAtMs: number | undefined;
  /** The handle of the last receive; older ones no longer work. */
  receiptHandle: string | undefined;
};

/** A handle that is good until the message is received again. */
export const newReceiptHandle = (messageId: string, id: string): string =>
  Buffer.from(`${messageId} ${id}`).toString('base64');

/** The message a handle was given for; empty for what never was a handle. */
export const messageIdOf = (receiptHandle: string): string => {
  const [, messageId = ''] =
    /^([0-9a-f-]{36}) [0-9a-f-]{36}$/.exec(Buffer.from(receiptHandle, 'base64').toString()) ?? [];
  return messageId;
};

/** A message that nobody has received yet. */
export const freshMessage = (stored: StoredMessage): Message => ({
  ...stored,
  receiveCount: 0,
  firstReceivedAtMs: undefined,
  receiptHandle: undefined,
});

/** What of a message is kept on disk. */
export const storedPart = ({
  messageId,
  body,
  groupId,
  traceHeader,
  sentAtMs,
  visibleAtMs,
}: StoredMessage): StoredMessage => ({
  messageId,
  body,
  sentAtMs,
  visibleAtMs,
  ...(groupId === undefined ? {} : { groupId }),
  ...(traceHeader === undefined ? {} : { traceHeader }),
});

/** A received message's system attributes, as ReceiveMessage and the event of an event source show them. */
export const messageAttributes = (message: Message): Record<string, string> => ({
  ApproximateReceiveCount: String(message.receiveCount),
  SentTimestamp: String(Math.floor(message.sentAtMs)),
  SenderId: 'AIDALOCAL',
  ApproximateFirstReceiveTimestamp: String(Math.floor(message.firstReceivedAtMs ?? message.sentAtMs)),
  ...(message.groupId === undefined ? {} : { MessageGroupId: message.groupId }),
  ...(message.traceHeader === undefined ? {} : { AWSTraceHeader: message.traceHeader }),
});

/** The MD5 sum by which the SDK checks a body. */
export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
