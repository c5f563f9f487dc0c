import { request as requestOverHttp } from 'node:http';
import { request as requestOverHttps } from 'node:https';
import type { Delivery, Outbox } from './outbox.ts';

export type Dispatcher = { stop(): void };

// Neither vendor says how long it waits for an answer: https://hire.lever.co/developer/documentation, "Responding to a webhook".
const ANSWER_TIMEOUT_MS = 10_000;
// Also how soon a jump of the clock is noticed.
const LOOK_EVERY_MS = 100;

const send = (delivery: Delivery, userAgent: string, signal: AbortSignal): Promise<number | null> =>
  new Promise((resolve) => {
    const url = new URL(delivery.url);
    const open = url.protocol === 'https:' ? requestOverHttps : requestOverHttp;
    const outgoing = open(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(delivery.body),
        'user-agent': userAgent,
      },
      timeout: ANSWER_TIMEOUT_MS,
      signal,
    });
    outgoing.on('response', (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode ?? null);
    });
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve(null));
    outgoing.on('close', () => resolve(null));
    outgoing.end(delivery.body);
  });

/** Carries what is due in the outbox to its URLs over HTTP, until stopped. */
export const startDispatcher = (outbox: Outbox, userAgent: string): Dispatcher => {
  const stopping = new AbortController();
  const carry = async (delivery: Delivery): Promise<void> => {
    outbox.settle(delivery.id, await send(delivery, userAgent, stopping.signal));
  };
  const carryDue = (): void => {
    if (stopping.signal.aborted) return;
    for (const delivery of outbox.takeDue()) void carry(delivery);
  };
  outbox.onPost(() => setImmediate(carryDue));
  const timer = setInterval(carryDue, LOOK_EVERY_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      stopping.abort();
    },
  };
};
