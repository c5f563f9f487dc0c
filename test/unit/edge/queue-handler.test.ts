import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '#shared/domain/failure.ts';
import type { WorkItem } from '#shared/domain/work-item.ts';
import { parseAccount, parseMessage, queueHandler } from '#shared/edge/queue-handler.ts';
import { correlationId, messageSentAt } from '#shared/observability/correlation.ts';
import { type EventCode, eventRow } from '#shared/observability/events.ts';

describe('parseMessage', () => {
  it('reads no work item out of anything else', () => {
    const bodies = ['', 'text', 'null', '[]', '{}', '{"accountId":"a"}', '{"accountId":"","opportunityId":"o"}'];
    for (const body of [...bodies, '{"accountId":"a","opportunityId":"../x"}', '{"accountId":1,"opportunityId":"o"}']) {
      expect(parseMessage(body)).toBeNull();
    }
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (body) => {
        parseMessage(body);
        parseAccount(body);
      }),
    );
  });

  it('reads the ids and nothing else', () => {
    const body = JSON.stringify({ accountId: 'acct_a', opportunityId: 'opp-1', name: 'Ottilie Wren' });
    expect(parseMessage(body)?.item).toEqual({ accountId: 'acct_a', opportunityId: 'opp-1' });
    expect(parseAccount(body)?.item).toEqual({ accountId: 'acct_a' });
  });
});

const workItemBody = (opportunityId: string, accountId = 'acct_harborlight') =>
  JSON.stringify({ accountId, opportunityId });

/** Gives the handler one batch; answers what it did, and the bodies that are to be redelivered. */
const handle = async (
  bodies: readonly string[],
  options: {
    work?: (item: WorkItem) => Promise<void>;
    deadLettersAreDown?: boolean;
    receipts?: number;
    remainingMs?: number;
  } = {},
) => {
  const worked: string[] = [];
  const dead: string[] = [];
  const log: EventCode[] = [];
  const hidden: string[] = [];
  const canRedeliver: boolean[] = [];
  const ids: (string | undefined)[] = [];
  const sent: (number | undefined)[] = [];
  const handler = queueHandler(
    parseMessage,
    async (item, delivery) => {
      canRedeliver.push(delivery.canRedeliver);
      ids.push(correlationId());
      sent.push(messageSentAt());
      worked.push(`${item.accountId} ${item.opportunityId}`);
      await options.work?.(item);
    },
    {
      changeVisibility: async (receiptHandle, seconds) => void hidden.push(`${receiptHandle} for ${seconds} s`),
      sendToDeadLetters: async (body) => {
        if (options.deadLettersAreDown === true) throw new Error('The queue is down.');
        dead.push(body);
      },
    },
    (code) => void log.push(code),
  );
  const attributes = { ApproximateReceiveCount: String(options.receipts ?? 1), SentTimestamp: '1772442060000' };
  const Records = bodies.map((body, n) => ({
    messageId: `m-${n}`,
    receiptHandle: `h-${n}`,
    body,
    eventSource: 'aws:sqs',
    attributes,
  }));
  const { remainingMs = 60_000 } = options;
  const context = { awsRequestId: 'r-1', functionName: 'f', getRemainingTimeInMillis: () => remainingMs };
  const answer = (await handler({ Records } as SQSEvent, context as Context)) as SQSBatchResponse;
  const again = answer.batchItemFailures.map(({ itemIdentifier }) => bodies[Number(itemIdentifier.slice(2))]);
  return { worked, dead, log, again, hidden, canRedeliver, ids, sent };
};

describe('queueHandler', () => {
  it('works on every message of a batch', async () => {
    const outcome = await handle([workItemBody('opp-1'), workItemBody('opp-2')]);
    expect(outcome).toMatchObject({
      worked: ['acct_harborlight opp-1', 'acct_harborlight opp-2'],
      dead: [],
      log: [],
      again: [],
      hidden: [],
    });
  });

  it('leaves it to Lambda to end what is out of time', async () => {
    const slow = (): Promise<void> =>
      new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    expect(await handle([workItemBody('opp-1')], { work: slow, remainingMs: 10 })).toMatchObject({ again: [] });
  });

  it('works once on an opportunity that a batch names twice, and on a namesake in another account too', async () => {
    const { worked, log } = await handle([
      workItemBody('opp-1'),
      workItemBody('opp-1'),
      workItemBody('opp-1', 'acct_other'),
    ]);
    expect(log).toEqual(['message_gathered']);
    expect(worked).toEqual(['acct_harborlight opp-1', 'acct_other opp-1']);
  });

  it('does the work under the id that the message brings; one without, as older versions send it, lends its own', async () => {
    const withId = (id: unknown, opportunityId: string) =>
      JSON.stringify({ accountId: 'acct_harborlight', opportunityId, correlationId: id });
    const bodies = [withId('JKJaXmPLvHcESHA=', 'opp-1'), workItemBody('opp-2'), withId('no id', 'opp-3')];
    const { ids, sent, worked } = await handle([...bodies, withId(7, 'opp-4')]);
    expect(ids).toEqual(['JKJaXmPLvHcESHA=', 'm-1', 'm-2', 'm-3']);
    expect(new Set(sent)).toEqual(new Set([1_772_442_060_000]));
    expect(worked).toHaveLength(4);
  });

  it.each(['', 'not JSON', '{}', '{"accountId":"a","opportunityId":"a b"}'])(
    'sends %j to the dead letters at once and alone',
    async (unreadable) => {
      const outcome = await handle([workItemBody('opp-1'), unreadable, workItemBody('opp-2')]);
      expect(outcome).toMatchObject({ dead: [unreadable], log: ['message_unreadable'], again: [] });
      expect(outcome.worked).toHaveLength(2);
    },
  );

  it('has an unreadable message redelivered, alone, while the dead letters are down', async () => {
    const { again, worked } = await handle(['unreadable', workItemBody('opp-1')], { deadLettersAreDown: true });
    expect(again).toEqual(['unreadable']);
    expect(worked).toEqual(['acct_harborlight opp-1']);
  });

  it('has only the messages redelivered whose work threw, each time the same opportunity is named', async () => {
    const bad = workItemBody('bad');
    const work = async ({ opportunityId }: WorkItem): Promise<void> => {
      if (opportunityId === 'bad') throw new Error('a bug');
    };
    const { again, worked } = await handle([workItemBody('opp-1'), bad, bad, workItemBody('opp-2')], { work });
    expect(again).toEqual([bad, bad]);
    expect(worked).toHaveLength(3);
  });

  it('counts what nobody foresaw once for each message, and once for all that a batch says of the same opportunity', async () => {
    const work = async (): Promise<void> => {
      throw new TypeError('a bug');
    };
    const [one, other] = [workItemBody('opp-1'), workItemBody('opp-2')];
    const { log } = await handle([one, other, one], { work });
    expect(log.filter((code) => eventRow(code).metric === 'WorkFailed')).toHaveLength(2);
    expect(log.toSorted()).toEqual(['message_gathered', 'work_failed', 'work_failed', 'work_failed_again']);
    for (const receipts of [2, 3, 4, 5])
      expect((await handle([one], { work, receipts })).log).toEqual(['work_failed_again']);
  });

  it('hides a message until its time has come, alone, and does not call that a failure of the code', async () => {
    const work = async ({ opportunityId }: WorkItem): Promise<void> => {
      if (opportunityId === 'early') throw new Failure('lever_budget_used', 'Then.', 6_200);
    };
    const outcome = await handle([workItemBody('opp-1'), workItemBody('early')], { work });
    expect(outcome).toMatchObject({
      again: [workItemBody('early')],
      hidden: ['h-1 for 7 s'],
      log: ['message_delayed'],
    });
  });

  it('lets work wait in the queue for as long as no dead letter comes of it', async () => {
    expect((await handle([workItemBody('opp-1')], { receipts: 3 })).canRedeliver).toEqual([true]);
    expect((await handle([workItemBody('opp-1')], { receipts: 4 })).canRedeliver).toEqual([false]);
  });

  it('waits longer each time where even the table cannot take the work', async () => {
    const work = async (): Promise<void> => {
      throw new Failure('table_unavailable', 'Throttled.');
    };
    const waits = [];
    for (const receipts of [1, 2, 3, 4, 5])
      waits.push(...(await handle([workItemBody('opp-1')], { work, receipts })).hidden);
    expect(waits).toEqual([120, 240, 480, 900, 900].map((seconds) => `h-0 for ${seconds} s`));
  });

  it('answers rather than throws where all of a batch failed', async () => {
    const work = async (): Promise<void> => {
      throw new Error('a bug');
    };
    expect((await handle([workItemBody('opp-1')], { work })).again).toHaveLength(1);
  });
});
