import { createHash } from 'node:crypto';
import type { StoredMessage } from './queue-journal.ts';

export type Message = StoredMessage & {
  receiveCount: number;
  firstReceivedAtMs: number | undefined;
  /** The handle of the last receive; older ones no longer work. */
  receiptHandle: string | undefined;
};

/** A handle that is good until the message is received again. */
export function newReceiptHandle(messageId: string, id: string): string {
  return Buffer.from(`${messageId} ${id}`).toString('base64');
}

/** The message a handle was given for; empty for what never was a handle. */
export function messageIdOf(receiptHandle: string): string {
  const [, messageId = ''] =
    /^([0-9a-f-]{36}) [0-9a-f-]{36}$/.exec(Buffer.from(receiptHandle, 'base64').toString()) ?? [];
  return messageId;
}

/** A message that nobody has received yet. */
export function freshMessage(stored: StoredMessage): Message {
  return { ...stored, receiveCount: 0, firstReceivedAtMs: undefined, receiptHandle: undefined };
}

/** What of a message is kept on disk. */
export function storedPart({ messageId, body, groupId, sentAtMs, visibleAtMs }: Message): StoredMessage {
  return { messageId, body, sentAtMs, visibleAtMs, ...(groupId === undefined ? {} : { groupId }) };
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

/** The MD5 sum by which the SDK checks a body. */
export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
