import type { Clock } from '../clock.ts';
import type { Message } from './message.ts';
import type { Queue } from './queue.ts';

type ReceiveOptions = {
  atMost: number;
  /** How long to wait for a first message, in milliseconds of the machine's clock. */
  waitMs: number;
  timeoutMs?: number | undefined;
  gone: AbortSignal;
};

/** Receives as soon as something is visible (a long poll); answers nothing when the wait is over or the client has gone. */
export const receiveWhenVisible = async (queue: Queue, clock: Clock, options: ReceiveOptions): Promise<Message[]> => {
  const deadline = performance.now() + options.waitMs;
  for (;;) {
    // What a client that has gone would receive stays hidden for nothing.
    if (options.gone.aborted) return [];
    const messages = queue.receive(options.atMost, options.timeoutMs);
    const leftMs = deadline - performance.now();
    if (messages.length > 0 || leftMs <= 0) return messages;
    await nextChange(queue, clock, leftMs, options.gone);
  }
};

/** Settles when the queue may have something new to give, when the time is over, or when the signal fires. */
export const nextChange = (queue: Queue, clock: Clock, atMostMs: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const visibleAtMs = queue.nextVisibleAtMs();
    const waitMs = visibleAtMs === undefined ? atMostMs : Math.min(atMostMs, Math.max(1, visibleAtMs - clock.now()));
    const done = (): void => {
      clearTimeout(timer);
      stopListening();
      stopClock();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    const stopListening = queue.onChange(done);
    const stopClock = clock.onAdvance(done);
    signal.addEventListener('abort', done, { once: true });
  });
