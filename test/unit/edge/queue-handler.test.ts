import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { beforeAll, describe, expect, it, vi } from 'vitest';
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
  options: { work?: (nudge: Nudge) => Promise<void>; deadLettersAreDown?: boolean } = {},
) => {
  const worked: string[] = [];
  const dead: string[] = [];
  const log: LogCode[] = [];
  const handler = queueHandler({
    work: async (nudge) => {
      worked.push(`${nudge.accountId} ${nudge.opportunityId}`);
      await options.work?.(nudge);
    },
    sendToDeadLetters: async (body) => {
      if (options.deadLettersAreDown === true) throw new Error('The queue is down.');
      dead.push(body);
    },
    report: (code) => void log.push(code),
  });
  const Records = bodies.map((body, n) => ({ messageId: `m-${n}`, body, eventSource: 'aws:sqs' }));
  const context = { awsRequestId: 'r-1', functionName: 'f', getRemainingTimeInMillis: () => 60_000 };
  const answer = (await handler({ Records } as SQSEvent, context as Context)) as SQSBatchResponse;
  const again = answer.batchItemFailures.map(({ itemIdentifier }) => bodies[Number(itemIdentifier.slice(2))]);
  return { worked, dead, log, again };
};

describe('queueHandler', () => {
  it('works on every message of a batch', async () => {
    const outcome = await handle([nudgeBody('opp-1'), nudgeBody('opp-2')]);
    expect(outcome).toEqual({
      worked: ['acct_harborlight opp-1', 'acct_harborlight opp-2'],
      ...{ dead: [], log: [], again: [] },
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

  it('answers rather than throws where all of a batch failed', async () => {
    const work = async (): Promise<void> => {
      throw new Error('a bug');
    };
    expect((await handle([nudgeBody('opp-1')], { work })).again).toHaveLength(1);
  });
});
