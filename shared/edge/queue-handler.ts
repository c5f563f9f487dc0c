import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Nudge } from '#shared/domain/nudge.ts';
import type { Report } from '#shared/observability/log-codes.ts';
import { readNudge } from './nudge-queue.ts';
import { observed } from './observed.ts';

/**
 * A Lambda handler for one of the queues. Messages about the same opportunity in one batch are worked on once. A message
 * that nobody can read goes to the dead letters at once; one whose work throws is redelivered alone.
 */
export const queueHandler = (options: {
  work: (nudge: Nudge) => Promise<void>;
  sendToDeadLetters: (body: string) => Promise<void>;
  report: Report;
}) => {
  const work = (nudge: Nudge): Promise<void> =>
    options.work(nudge).catch((error: unknown) => {
      options.report('work_failed', { ...nudge, reason: whereOf(error) });
      throw error;
    });
  return middy<SQSEvent, SQSBatchResponse, Error, Context>()
    .use(observed())
    .handler((event, context) => {
      const begun = new Map<string, Promise<void>>();
      const handleRecord = async ({ body }: SQSRecord): Promise<void> => {
        const nudge = readNudge(body);
        if (nudge === null) {
          await options.sendToDeadLetters(body);
          options.report('message_unreadable', {});
          return;
        }
        const key = `${nudge.accountId} ${nudge.opportunityId}`;
        const working = begun.get(key) ?? work(nudge);
        begun.set(key, working);
        await working;
      };
      return processPartialResponse(event, handleRecord, new BatchProcessor(EventType.SQS), {
        context,
        throwOnFullBatchFailure: false,
      });
    });
};

/** Which error, and where in the code: never its message, which may quote what was being worked on. */
const whereOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.name} ${error.stack
        ?.split('\n')
        .find((line) => /^\s+at /u.test(line))
        ?.trim()}`
    : 'unknown';
