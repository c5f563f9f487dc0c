import { randomUUID } from 'node:crypto';
import { fairOrder } from './fair-order.ts';
import { freshMessage, type Message, messageIdOf, newReceiptHandle, storedPart } from './message.ts';
import type { QueueLog } from './queue-log.ts';

export type QueueCounts = { visible: number; inFlight: number; delayed: number };

export type QueueSettings = {
  name: string;
  arn: string;
  visibilityTimeoutMs: number;
  delayMs: number;
  retentionMs: number;
  receiveWaitMs: number;
  redrive: { to: Queue; maxReceiveCount: number } | undefined;
};

export type Queue = {
  settings: QueueSettings;
  send(
    body: string,
    options: { groupId?: string | undefined; delayMs?: number | undefined; traceHeader?: string | undefined },
  ): Message;
  /** Up to so many messages, hidden from now on for the visibility timeout. Never waits. */
  receive(atMost: number, visibilityTimeoutMs?: number): Message[];
  /** Forgets the message; a handle that is not the last one does nothing, as on SQS. */
  delete(receiptHandle: string): void;
  /** Hides the message for that long from now; false if it is not in flight. */
  changeVisibility(receiptHandle: string, timeoutMs: number): boolean;
  /** While held, a message stays in flight whatever the clock says; for those a function works on. */
  hold(receiptHandle: string): () => void;
  /** Takes over a message from another queue, as a dead-letter queue does. */
  adopt(message: Message): void;
  purge(): void;
  counts(): QueueCounts;
  /** When the next hidden message comes to light, if any is hidden. */
  nextVisibleAtMs(): number | undefined;
  /** Calls the listener after every change that may have made a message visible. */
  onChange(listener: () => void): () => void;
};

/** A standard SQS queue with fair groups, in memory, with a log on disk beside it. `newId` gives UUIDs. */
export const createQueue = (
  settings: QueueSettings,
  now: () => number,
  log: QueueLog,
  newId: () => string = randomUUID,
): Queue => {
  const messages = new Map<string, Message>();
  const held = new Set<string>();
  const listeners = new Set<() => void>();
  for (const stored of log.restored) messages.set(stored.messageId, freshMessage(stored));

  const isVisible = (message: Message): boolean => message.visibleAtMs <= now() && !held.has(message.messageId);

  const add = (message: Message): void => {
    log.put(storedPart(message));
    messages.set(message.messageId, message);
    for (const listener of [...listeners]) listener();
  };

  const remove = (message: Message): void => {
    log.gone(message.messageId);
    messages.delete(message.messageId);
  };

  const byHandle = (receiptHandle: string): Message | undefined => {
    const message = messages.get(messageIdOf(receiptHandle));
    return message?.receiptHandle === receiptHandle ? message : undefined;
  };

  const dropExpired = (): void => {
    for (const message of messages.values()) {
      if (now() - message.sentAtMs > settings.retentionMs) remove(message);
    }
  };

  const takeOut = (message: Message, visibilityTimeoutMs: number): void => {
    message.receiveCount += 1;
    message.firstReceivedAtMs ??= now();
    message.visibleAtMs = now() + visibilityTimeoutMs;
    message.receiptHandle = newReceiptHandle(message.messageId, newId());
  };

  return {
    settings,
    send(body, { groupId, delayMs, traceHeader }) {
      const visibleAtMs = now() + (delayMs ?? settings.delayMs);
      const message = freshMessage(
        storedPart({ messageId: newId(), body, sentAtMs: now(), visibleAtMs, groupId, traceHeader }),
      );
      add(message);
      return message;
    },
    receive(atMost, visibilityTimeoutMs = settings.visibilityTimeoutMs) {
      dropExpired();
      const received: Message[] = [];
      const fair = fairOrder([...messages.values()], isVisible);
      for (let message = fair(); message !== undefined; message = fair()) {
        if (settings.redrive !== undefined && message.receiveCount >= settings.redrive.maxReceiveCount) {
          // First there, then gone here: a kill in between doubles a dead letter rather than losing it.
          settings.redrive.to.adopt(message);
          remove(message);
          continue;
        }
        takeOut(message, visibilityTimeoutMs);
        received.push(message);
        if (received.length === atMost) break;
      }
      return received.map((message) => ({ ...message }));
    },
    delete(receiptHandle) {
      const message = byHandle(receiptHandle);
      if (message !== undefined) remove(message);
    },
    changeVisibility(receiptHandle, timeoutMs) {
      const message = byHandle(receiptHandle);
      if (message === undefined || isVisible(message)) return false;
      message.visibleAtMs = now() + timeoutMs;
      for (const listener of [...listeners]) listener();
      return true;
    },
    hold(receiptHandle) {
      const messageId = messageIdOf(receiptHandle);
      held.add(messageId);
      return () => {
        held.delete(messageId);
        for (const listener of [...listeners]) listener();
      };
    },
    adopt: (message) => add(freshMessage({ ...storedPart(message), visibleAtMs: now() })),
    purge() {
      for (const message of messages.values()) remove(message);
    },
    counts() {
      dropExpired();
      const all = [...messages.values()];
      const visible = all.filter(isVisible).length;
      const inFlight = all.filter((message) => message.receiptHandle !== undefined && !isVisible(message)).length;
      return { visible, inFlight, delayed: all.length - visible - inFlight };
    },
    nextVisibleAtMs() {
      const hidden = [...messages.values()].filter((message) => !isVisible(message) && !held.has(message.messageId));
      return hidden.length === 0 ? undefined : Math.min(...hidden.map(({ visibleAtMs }) => visibleAtMs));
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
