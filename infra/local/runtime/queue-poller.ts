import * as z from 'zod';
import type { EventSource } from '../assembly/plan.ts';
import { pseudoParameters } from '../assembly/resolve-template.ts';
import type { Clock } from '../clock.ts';
import { type Message, md5, messageAttributes } from '../emulators/message.ts';
import type { Queue } from '../emulators/queue.ts';
import { nextChange } from '../emulators/receive-when-visible.ts';
import type { FunctionPool } from './function-pool.ts';
import type { Outcome } from './invocation.ts';

export type QueuePoller = { stop(): void };

type PollerNeeds = { queue: Queue; pool: FunctionPool; clock: Clock; log(line: string): void };

const pollMs = 20_000;
const answerSchema = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })
  .nullish();

/**
 * Feeds a function from a queue as Lambda's event source does: batches, at most so many at once, and what failed stays hidden for
 * the rest of its visibility timeout. A batch is taken only when the function has room, so that no message waits out its timeout in line.
 */
export const startQueuePoller = (source: EventSource, { queue, pool, clock, log }: PollerNeeds): QueuePoller => {
  const stopped = new AbortController();
  let atOnce = 0;
  let roomFreed: () => void = () => undefined;

  const work = async (messages: readonly Message[]): Promise<void> => {
    // However much time is made to pass meanwhile: on AWS a visibility timeout outlasts the function.
    const releases = messages.map(({ receiptHandle = '' }) => queue.hold(receiptHandle));
    const outcome = await pool.invoke({ Records: messages.map((message) => recordOf(message, queue)) });
    const done = succeeded(messages, outcome, source.reportsItemFailures, log);
    for (const { receiptHandle = '' } of done) queue.delete(receiptHandle);
    for (const release of releases) release();
  };

  const poll = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      if (atOnce >= source.atMostAtOnce || !pool.hasRoom()) {
        await new Promise<void>((resolve) => {
          roomFreed = resolve;
          // An environment that finishes starting frees room too, and says so to nobody.
          setTimeout(resolve, 50);
        });
        continue;
      }
      const messages = queue.receive(source.batchSize);
      if (messages.length === 0) {
        await nextChange(queue, clock, pollMs, stopped.signal);
        continue;
      }
      atOnce += 1;
      void work(messages).finally(() => {
        atOnce -= 1;
        roomFreed();
      });
    }
  };

  poll().catch((error: unknown) => log(`the queue ${queue.settings.name} is no longer polled: ${String(error)}`));
  return {
    stop() {
      stopped.abort();
      roomFreed();
    },
  };
};

const succeeded = (
  messages: readonly Message[],
  outcome: Outcome,
  reportsItemFailures: boolean,
  log: (line: string) => void,
): readonly Message[] => {
  if (!outcome.ok) return [];
  if (!reportsItemFailures) return messages;
  const answer = answerSchema.safeParse(outcome.payload);
  const failed = new Set(answer.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier));
  const known = new Set(messages.map(({ messageId }) => messageId));
  // As on AWS: an answer that names no message of the batch, or has another shape, fails the whole batch.
  if (answer.success && [...failed].every((id) => known.has(id)))
    return messages.filter(({ messageId }) => !failed.has(messageId));
  log(`batch answer not understood, the whole batch counts as failed: ${JSON.stringify(outcome.payload)}`);
  return [];
};

const recordOf = (message: Message, queue: Queue): object => ({
  messageId: message.messageId,
  receiptHandle: message.receiptHandle,
  body: message.body,
  attributes: messageAttributes(message),
  messageAttributes: {},
  md5OfBody: md5(message.body),
  eventSource: 'aws:sqs',
  eventSourceARN: queue.settings.arn,
  awsRegion: pseudoParameters['AWS::Region'],
});
