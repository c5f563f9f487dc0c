import { describe, expect, it } from 'vitest';
import type { SweepPorts } from '#functions/sweep/ports.ts';
import { sweep } from '#functions/sweep/sweep.ts';
import { createWorld } from '../../fakes/world.ts';

const scene = async () => {
  const world = await createWorld();
  // The account's own upkeep is due at once: let it pass.
  await sweep(world.ports);
  const plan = (opportunityId: string, lane: 'reconsider' | 'refresh', dueAt: number) =>
    world.screenings.update(world.accountId, opportunityId, (before) => ({
      ...before,
      [lane]: { dueAt, attempts: 0 },
    }));
  const nudges = () => ({
    stageChanges: world.queues.stageChanges.splice(0).map(({ opportunityId }) => opportunityId),
    checkUpdates: world.queues.checkUpdates.splice(0).map(({ opportunityId }) => opportunityId),
  });
  return { world, plan, nudges };
};

describe('sweep', () => {
  it('feeds what is due, and nothing else, to the queue that sees to it', async () => {
    const { world, plan, nudges } = await scene();
    await plan('opp-1', 'reconsider', world.now());
    await plan('opp-2', 'refresh', world.now() - 1);
    await plan('opp-3', 'refresh', world.now() + 1);
    await sweep(world.ports);
    expect(nudges()).toEqual({ stageChanges: ['opp-1'], checkUpdates: ['opp-2'] });
  });

  it('gives the queue time before it counts a nudge as lost', async () => {
    const { world, plan, nudges } = await scene();
    await plan('opp-1', 'reconsider', world.now());
    const at = (offsetMs: number): SweepPorts => ({ ...world.ports, now: () => world.now() + offsetMs });
    await sweep(at(0));
    await sweep(at(60_000));
    await sweep(at(299_999));
    expect(nudges().stageChanges).toEqual(['opp-1']);
    await sweep(at(300_000));
    expect(nudges().stageChanges).toEqual(['opp-1']);
  });

  it('nudges again where the queue did not take it', async () => {
    const { world, plan, nudges } = await scene();
    await plan('opp-1', 'refresh', world.now());
    const failing = async (): Promise<void> => {
      throw new Error('The queue is down.');
    };
    await expect(sweep({ ...world.ports, nudgeCheckUpdate: failing })).rejects.toThrow('down');
    await sweep({ ...world.ports, now: () => world.now() + 300_000 });
    expect(nudges().checkUpdates).toEqual(['opp-1']);
  });

  it('leaves what somebody has just changed to him', async () => {
    const { world, plan, nudges } = await scene();
    await plan('opp-1', 'refresh', world.now());
    const outrun: SweepPorts['table'] = { ...world.ports.table, put: async () => false };
    await sweep({ ...world.ports, table: outrun });
    expect(nudges()).toEqual({ stageChanges: [], checkUpdates: [] });
  });

  it('nudges once for two sweeps at once', async () => {
    const { world, plan, nudges } = await scene();
    await plan('opp-1', 'refresh', world.now());
    await Promise.all([sweep(world.ports), sweep(world.ports)]);
    expect(nudges().checkUpdates).toEqual(['opp-1']);
  });

  it("reads an account's stages each hour, and learns which one is the trigger", async () => {
    const { world } = await scene();
    const reads = () => world.lever.requests.filter(({ path }) => path === '/stages').length;
    expect(reads()).toBe(1);
    const account = await world.accounts.find(world.accountId);
    expect(account?.triggerStages).toEqual([
      { id: world.recruiter.stageId('Reference check'), name: 'Reference Check' },
    ]);
    await world.wait(3_500);
    expect(reads()).toBe(1);
    await world.wait(200);
    expect(reads()).toBe(2);
  });

  it('holds an account whose grant has lapsed, and calls Lever no more for it', async () => {
    const { world } = await scene();
    world.lever.tokens.revoke('org');
    await world.wait(3_700);
    expect(await world.accounts.find(world.accountId)).toMatchObject({ connection: 'disconnected' });
    const calls = world.lever.requests.length;
    await world.wait(3 * 3_600);
    expect(world.lever.requests).toHaveLength(calls);
  });

  it('tries an account again an hour later where Lever was down', async () => {
    const { world } = await scene();
    world.lever.failNext({ path: '/stages', times: 1, failure: 503 });
    await world.wait(3_700);
    expect(world.log.map(({ code }) => code)).toContain('upkeep_failed');
    expect(await world.accounts.find(world.accountId)).toMatchObject({ connection: 'connected' });
    await world.wait(3_700);
    expect(world.lever.requests.filter(({ path, status }) => path === '/stages' && status === 200)).toHaveLength(2);
  });
});
