import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Failure } from '#shared/domain/failure.ts';
import type { Nudge } from '#shared/domain/nudge.ts';
import type { LogCode } from '#shared/observability/log-codes.ts';

// Powertools reads its environment as it is loaded.
vi.hoisted(() => {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
});

let queueHandler: typeof import('#shared/edge/queue-handler.ts')['queueHandler'];
beforeAll(async () => {
  ({ queueHandler } = await import('#shared/edge/queue-handler.ts'));
});

const nudgeBody = (opportunityId: string, accountId = 'acct_harborlight') =>
  JSON.stringify({ accountId, opportunityId });

/** Gives the handler one batch; answers what it did, and the bodies that are to be redelivered. */
const handle = async (
  bodies: readonly string[],
  options: { work?: (nudge: Nudge) => Promise<void>; deadLettersAreDown?: boolean; receipts?: number } = {},
) => {
  const worked: string[] = [];
  const dead: string[] = [];
  const log: LogCode[] = [];
  const givenBack: string[] = [];
  const mayComeBack: boolean[] = [];
  const handler = queueHandler({
    work: async (nudge, delivery) => {
      mayComeBack.push(delivery.mayComeBack);
      worked.push(`${nudge.accountId} ${nudge.opportunityId}`);
      await options.work?.(nudge);
    },
    giveBack: async (receiptHandle, seconds) => void givenBack.push(`${receiptHandle} for ${seconds} s`),
    sendToDeadLetters: async (body) => {
      if (options.deadLettersAreDown === true) throw new Error('The queue is down.');
      dead.push(body);
    },
    report: (code) => void log.push(code),
  });
  const attributes = { ApproximateReceiveCount: String(options.receipts ?? 1) };
  const Records = bodies.map((body, n) => ({
    ...{ messageId: `m-${n}`, receiptHandle: `h-${n}`, body, eventSource: 'aws:sqs', attributes },
  }));
  const context = { awsRequestId: 'r-1', functionName: 'f', getRemainingTimeInMillis: () => 60_000 };
  const answer = (await handler({ Records } as SQSEvent, context as Context)) as SQSBatchResponse;
  const again = answer.batchItemFailures.map(({ itemIdentifier }) => bodies[Number(itemIdentifier.slice(2))]);
  return { worked, dead, log, again, givenBack, mayComeBack };
};

describe('queueHandler', () => {
  it('works on every message of a batch', async () => {
    const outcome = await handle([nudgeBody('opp-1'), nudgeBody('opp-2')]);
    expect(outcome).toMatchObject({
      worked: ['acct_harborlight opp-1', 'acct_harborlight opp-2'],
      ...{ dead: [], log: [], again: [], givenBack: [] },
    });
  });

  it('works once on an opportunity that a batch names twice, and on a namesake in another account too', async () => {
    const { worked } = await handle([nudgeBody('opp-1'), nudgeBody('opp-1'), nudgeBody('opp-1', 'acct_other')]);
    expect(worked).toEqual(['acct_harborlight opp-1', 'acct_other opp-1']);
  });

  it.each(['', 'not JSON', '{}', '{"accountId":"a","opportunityId":"a b"}'])(
    'sends %j to the dead letters at once and alone',
    async (unreadable) => {
      const outcome = await handle([nudgeBody('opp-1'), unreadable, nudgeBody('opp-2')]);
      expect(outcome).toMatchObject({ dead: [unreadable], log: ['message_unreadable'], again: [] });
      expect(outcome.worked).toHaveLength(2);
    },
  );

  it('has an unreadable message redelivered, alone, while the dead letters are down', async () => {
    const { again, worked } = await handle(['unreadable', nudgeBody('opp-1')], { deadLettersAreDown: true });
    expect(again).toEqual(['unreadable']);
    expect(worked).toEqual(['acct_harborlight opp-1']);
  });

  it('has only the messages redelivered whose work threw, each time the same opportunity is named', async () => {
    const bad = nudgeBody('bad');
    const work = async ({ opportunityId }: Nudge): Promise<void> => {
      if (opportunityId === 'bad') throw new Error('a bug');
    };
    const { again, worked } = await handle([nudgeBody('opp-1'), bad, bad, nudgeBody('opp-2')], { work });
    expect(again).toEqual([bad, bad]);
    expect(worked).toHaveLength(3);
  });

  it('gives a message back until its turn, alone, and does not call that a failure of the code', async () => {
    const work = async ({ opportunityId }: Nudge): Promise<void> => {
      if (opportunityId === 'early') throw new Failure('lever_slot_reserved', 'Then.', 6_200);
    };
    const outcome = await handle([nudgeBody('opp-1'), nudgeBody('early')], { work });
    expect(outcome).toMatchObject({
      ...{ again: [nudgeBody('early')], givenBack: ['h-1 for 7 s'], log: ['work_given_back'] },
    });
  });

  it('lets work wait in the queue for as long as no dead letter comes of it', async () => {
    expect((await handle([nudgeBody('opp-1')], { receipts: 3 })).mayComeBack).toEqual([true]);
    expect((await handle([nudgeBody('opp-1')], { receipts: 4 })).mayComeBack).toEqual([false]);
  });

  it('waits longer each time where even the table cannot take the work', async () => {
    const work = async (): Promise<void> => {
      throw new Failure('table_unavailable', 'Throttled.');
    };
    const waits = [];
    for (const receipts of [1, 2, 3, 4, 5])
      waits.push(...(await handle([nudgeBody('opp-1')], { work, receipts })).givenBack);
    expect(waits).toEqual([120, 240, 480, 900, 900].map((seconds) => `h-0 for ${seconds} s`));
  });

  it('answers rather than throws where all of a batch failed', async () => {
    const work = async (): Promise<void> => {
      throw new Error('a bug');
    };
    expect((await handle([nudgeBody('opp-1')], { work })).again).toHaveLength(1);
  });
});
