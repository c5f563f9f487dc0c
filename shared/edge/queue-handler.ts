import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { Failure } from '#shared/domain/failure.ts';
import { isAccountId, isOpportunityId } from '#shared/domain/ids.ts';
import type { WorkItem } from '#shared/domain/work-item.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import type { Log } from '#shared/observability/events.ts';
import type { OwnQueue } from '#shared/world.ts';
import { observed } from './observed.ts';

const workItemSchema: z.ZodType<WorkItem> = z.object({
  accountId: z.string().refine(isAccountId),
  opportunityId: z.string().refine(isOpportunityId),
});

/** The work item in a message's body, or null where it holds none. */
export const parseWorkItem = (body: string): WorkItem | null => workItemSchema.safeParse(parseJson(body)).data ?? null;

/** Works on one work item. `canRedeliver`: the queue will give its message out again, so waiting may be left to it. */
export type HandleWorkItem = (item: WorkItem, delivery: { readonly canRedeliver: boolean }) => Promise<void>;

/** One less than the queue's `maxReceiveCount`: what was given out so often must not be hidden again. */
const mostReceipts = 4;
const longestHiddenSeconds = 900;

/**
 * A Lambda handler for one of the queues. Messages about the same opportunity in one batch are worked on once. A message
 * that nobody can read goes to the dead letters at once; one whose turn has not come is hidden until it has; one whose
 * work throws is redelivered alone.
 */
export const queueHandler = (work: HandleWorkItem, ownQueue: OwnQueue, log: Log) =>
  middy<SQSEvent, SQSBatchResponse, Error, Context>()
    .use(observed())
    .handler((event, context) => {
      const begun = new Map<string, Promise<void>>();
      const handleRecord = async (record: SQSRecord): Promise<void> => {
        const item = parseWorkItem(record.body);
        if (item === null) {
          await ownQueue.sendToDeadLetters(record.body);
          log('message_unreadable', {});
          return;
        }
        const key = `${item.accountId} ${item.opportunityId}`;
        const receipts = receiptsOf(record);
        const working = begun.get(key) ?? work(item, { canRedeliver: receipts < mostReceipts });
        begun.set(key, working);
        await working.catch((error: unknown) => failed(error, record, item, ownQueue, log));
      };
      return processPartialResponse(event, handleRecord, new BatchProcessor(EventType.SQS), {
        context,
        throwOnFullBatchFailure: false,
      });
    });

/** Leaves the message to the queue: until its turn, or longer each time where even the table could not take the work. */
const failed = async (
  error: unknown,
  record: SQSRecord,
  item: WorkItem,
  ownQueue: OwnQueue,
  log: Log,
): Promise<never> => {
  if (!(error instanceof Failure)) {
    log('work_failed', { ...item, reason: whereOf(error) });
    throw error;
  }
  const seconds = Math.ceil((error.retryAfterMs ?? 60_000 * 2 ** receiptsOf(record)) / 1000);
  log('message_delayed', { ...item, reason: error.code });
  await ownQueue.changeVisibility(record.receiptHandle, Math.min(Math.max(seconds, 1), longestHiddenSeconds));
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
