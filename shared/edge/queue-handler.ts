import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { Failure } from '#shared/domain/failure.ts';
import type { Nudge } from '#shared/domain/nudge.ts';
import type { Report } from '#shared/observability/log-codes.ts';
import { readNudge } from './nudge-queue.ts';
import { observed } from './observed.ts';

/** Works on one nudge. `mayComeBack`: the queue will give its message out again, so waiting may be left to it. */
export type WorkOnNudge = (nudge: Nudge, delivery: { readonly mayComeBack: boolean }) => Promise<void>;

export type QueueWork = {
  work: WorkOnNudge;
  /** Hides a message for so many seconds; then it comes again. */
  giveBack: (receiptHandle: string, seconds: number) => Promise<void>;
  sendToDeadLetters: (body: string) => Promise<void>;
  report: Report;
};

/** One less than the queue's `maxReceiveCount`: what was given out so often must not be given back again. */
const mostReceipts = 4;
const longestHiddenSeconds = 900;

/**
 * A Lambda handler for one of the queues. Messages about the same opportunity in one batch are worked on once. A message
 * that nobody can read goes to the dead letters at once; one whose turn has not come is given back until it has; one whose
 * work throws is redelivered alone.
 */
export const queueHandler = (options: QueueWork) =>
  middy<SQSEvent, SQSBatchResponse, Error, Context>()
    .use(observed())
    .handler((event, context) => {
      const begun = new Map<string, Promise<void>>();
      const handleRecord = async (record: SQSRecord): Promise<void> => {
        const nudge = readNudge(record.body);
        if (nudge === null) {
          await options.sendToDeadLetters(record.body);
          options.report('message_unreadable', {});
          return;
        }
        const key = `${nudge.accountId} ${nudge.opportunityId}`;
        const receipts = receiptsOf(record);
        const working = begun.get(key) ?? options.work(nudge, { mayComeBack: receipts < mostReceipts });
        begun.set(key, working);
        await working.catch((error: unknown) => failed(error, record, nudge, options));
      };
      return processPartialResponse(event, handleRecord, new BatchProcessor(EventType.SQS), {
        context,
        throwOnFullBatchFailure: false,
      });
    });

/** Leaves the message to the queue: until its turn, or longer each time where even the table could not take the work. */
const failed = async (error: unknown, record: SQSRecord, nudge: Nudge, options: QueueWork): Promise<never> => {
  if (!(error instanceof Failure)) {
    options.report('work_failed', { ...nudge, reason: whereOf(error) });
    throw error;
  }
  const seconds = Math.ceil((error.retryAfterMs ?? 60_000 * 2 ** receiptsOf(record)) / 1000);
  options.report('work_given_back', { ...nudge, reason: error.code });
  await options.giveBack(record.receiptHandle, Math.min(Math.max(seconds, 1), longestHiddenSeconds));
  throw error;
};

const receiptsOf = (record: SQSRecord): number => Number(record.attributes.ApproximateReceiveCount);

/** Which error, and where in the code: never its message, which may quote what was being worked on. */
const whereOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.name} ${error.stack
        ?.split('\n')
        .find((line) => /^\s+at /u.test(line))
        ?.trim()}`
    : 'unknown';
