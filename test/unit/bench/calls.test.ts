import { describe, expect, it } from 'vitest';
import { judgeCalls, record, recorded } from '../../bench/gates.ts';
import { type Calls, countCheck, countFiveDays, createCountedWorld, trigger } from '../../bench/parts/calls.ts';

const held = (counted: Readonly<Record<string, Calls>>): string[] => {
  if (process.env['REWRITE_CALLS'] === '1') record({ calls: { ...recorded().calls, ...counted } });
  return Object.entries(counted).flatMap(([what, calls]) => judgeCalls(what, calls, recorded()));
};

describe('what is asked of the table, the queues and the vendors (REWRITE_CALLS=1 records it anew)', () => {
  it('is for a check, step by step, what is recorded', async () => {
    expect(held(await countCheck())).toEqual([]);
  });

  it('is of Lever, for a check with S statuses, 2 S + 4', async () => {
    const whole = (await countCheck())['the whole check with 5 statuses'];
    expect(whole?.['lever']).toBe(2 * 5 + 4);
  });

  it('is for an idle account, and for a check that takes five days, what is recorded', async () => {
    expect(held(await countFiveDays())).toEqual([]);
  });
});

describe('the gate of calls', () => {
  /** A candidate's move, and whatever else somebody may have put beside it. */
  const countedMove = async (besides: (world: Awaited<ReturnType<typeof createCountedWorld>>) => unknown) => {
    const world = await createCountedWorld();
    const { id } = world.recruiter.addOpportunity({ name: 'Ambrose Finch', emails: ['a.finch@mail.example'] });
    world.takeCalls();
    world.recruiter.moveToStage(id, trigger);
    await world.settle();
    await besides(world);
    return world.takeCalls();
  };

  it('counts the same each time', async () => {
    const calls = { move: await countedMove(() => undefined) };
    expect(judgeCalls('move', await countedMove(() => undefined), { calls })).toEqual([]);
  });

  it('stops one read more, one message more, and one call of Lever more', async () => {
    const calls = { move: await countedMove(() => undefined) };
    const read = await countedMove(({ accounts, accountId }) => accounts.find(accountId));
    expect(judgeCalls('move', read, { calls })).toEqual([expect.stringMatching(/^move calls table: get \d+ times/u)]);
    const sent = await countedMove(({ ports, accountId }) => ports.enqueueSync({ accountId, opportunityId: 'other' }));
    expect(judgeCalls('move', sent, { calls })).toEqual([expect.stringMatching(/^move calls queue: sync \d+ times/u)]);
    const asked = await countedMove(({ ports, accountId }) =>
      ports.leverOf(accountId, { reservationId: 'besides' }).readStages(),
    );
    expect(judgeCalls('move', asked, { calls })).toContainEqual(expect.stringMatching(/^move calls lever \d+ times/u));
  });

  it('stops what is no longer called, and what nobody recorded', () => {
    expect(judgeCalls('move', {}, { calls: { move: { lever: 1 } } })).toEqual([
      'move calls lever 0 times, and 1 are recorded.',
    ]);
    expect(judgeCalls('move', {}, { calls: {} })).toEqual(['What is called for move is not recorded.']);
  });
});
