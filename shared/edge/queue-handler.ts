import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { Failure } from '#shared/domain/failure.ts';
import { isAccountId, isCorrelationId, isOpportunityId } from '#shared/domain/ids.ts';
import type { AccountItem, WorkItem } from '#shared/domain/work-item.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { correlated } from '#shared/observability/correlation.ts';
import type { Log } from '#shared/observability/events.ts';
import type { OwnQueue } from '#shared/world.ts';
import { observed } from './observed.ts';

const accountSchema = z.object({
  accountId: z.string().check(z.refine(isAccountId)),
  /** Not in the messages of older versions, nor of the sweep: such a message's own id takes its place. */
  correlationId: z.catch(z.optional(z.string().check(z.refine(isCorrelationId))), undefined),
});
const messageSchema = z.extend(accountSchema, { opportunityId: z.string().check(z.refine(isOpportunityId)) });

/** What a message's body holds, with the id of the delivery that it comes from; null where that is nothing of this kind. */
type Parse<Item> = (body: string) => { readonly item: Item; readonly correlationId: string | undefined } | null;

export const parseMessage: Parse<WorkItem> = (body) => {
  const message = messageSchema.safeParse(parseJson(body)).data;
  if (message === undefined) return null;
  const { correlationId, ...item } = message;
  return { item, correlationId };
};

export const parseAccount: Parse<AccountItem> = (body) => {
  const message = accountSchema.safeParse(parseJson(body)).data;
  return message === undefined
    ? null
    : { item: { accountId: message.accountId }, correlationId: message.correlationId };
};

/** Works on what one message holds. `canRedeliver`: the queue will give the message out again, so waiting may be left to it. */
type Handle<Item> = (item: Item, delivery: { readonly canRedeliver: boolean }) => Promise<void>;
export type HandleWorkItem = Handle<WorkItem>;

/** One less than the queue's `maxReceiveCount`: what was given out so often must not be hidden again. */
const mostReceipts = 4;
const longestHiddenSeconds = 900;

/**
 * A Lambda handler for one of the queues. Messages about the same in one batch are worked on once. A message
 * that nobody can read goes to the dead letters at once; one whose turn has not come is hidden until it has; one whose
 * work throws is redelivered alone.
 */
export const queueHandler = <Item extends AccountItem>(
  parse: Parse<Item>,
  work: Handle<Item>,
  ownQueue: OwnQueue,
  log: Log,
) =>
  observed<SQSEvent, SQSBatchResponse>(async (event, context) => {
    const begun = new Map<string, { readonly correlationId: string; readonly working: Promise<void> }>();
    const handleRecord = async (record: SQSRecord): Promise<void> => {
      const message = parse(record.body);
      if (message === null) {
        await ownQueue.sendToDeadLetters(record.body);
        log('message_unreadable', {});
        return;
      }
      const { item, correlationId = record.messageId } = message;
      const handle = async (): Promise<void> => {
        const key = JSON.stringify(item);
        const others = begun.get(key);
        if (others !== undefined) log('message_gathered', { ...item, reason: others.correlationId });
        const working = others?.working ?? work(item, { canRedeliver: receiptsOf(record) < mostReceipts });
        begun.set(key, others ?? { correlationId, working });
        const isNew = others === undefined && receiptsOf(record) === 1;
        await working.catch((error: unknown) => failed(error, record, { item, isNew }, ownQueue, log));
      };
      await correlated(correlationId, handle, Number(record.attributes.SentTimestamp) || undefined);
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
  { item, isNew }: { readonly item: AccountItem; readonly isNew: boolean },
  ownQueue: OwnQueue,
  log: Log,
): Promise<never> => {
  if (!(error instanceof Failure)) {
    log(isNew ? 'work_failed' : 'work_failed_again', { ...item, reason: whereOf(error) });
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
