import { describe, expect, it } from 'vitest';
import { sweep } from '#functions/sweep/sweep.ts';
import { newAccount } from '#shared/domain/account.ts';
import { createRateLimiter } from '#shared/stores/rate-limiter.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { createWorld } from '../../../fakes/world.ts';

const scene = async () => {
  const world = await createWorld();
  // The account's own maintenance is due at once: get it over with.
  await sweep(world.ports);
  const schedule = (opportunityId: string, work: 'nextDecision' | 'nextSync', dueAt: number) =>
    world.changeRecord(opportunityId, (before) => ({
      ...before,
      [work]: { dueAt, attempts: 0 },
    }));
  const enqueued = () => ({
    decisions: world.queues.decision.splice(0).map(({ opportunityId }) => opportunityId),
    syncs: world.queues.sync.splice(0).map(({ opportunityId }) => opportunityId),
  });
  return { world, schedule, enqueued };
};

describe('sweep', () => {
  it('feeds what is due, and nothing else, to the queue that sees to it', async () => {
    const { world, schedule, enqueued } = await scene();
    await schedule('opp-1', 'nextDecision', world.now());
    await schedule('opp-2', 'nextSync', world.now() - 1);
    await schedule('opp-3', 'nextSync', world.now() + 1);
    await sweep(world.ports);
    expect(enqueued()).toEqual({ decisions: ['opp-1'], syncs: ['opp-2'] });
  });

  it('gives the queue time before it counts a work item as lost', async () => {
    const { world, schedule, enqueued } = await scene();
    const start = world.now();
    await schedule('opp-1', 'nextDecision', start);
    const at = (offsetMs: number): AppPorts => ({ ...world.ports, now: () => start + offsetMs });
    await sweep(at(0));
    await sweep(at(60_000));
    await sweep(at(299_999));
    expect(enqueued().decisions).toEqual(['opp-1']);
    await sweep(at(300_000));
    expect(enqueued().decisions).toEqual(['opp-1']);
  });

  it('enqueues again what the queue did not take', async () => {
    const { world, schedule, enqueued } = await scene();
    await schedule('opp-1', 'nextSync', world.now());
    const failing = async (): Promise<void> => {
      throw new Error('The queue is down.');
    };
    await expect(sweep({ ...world.ports, enqueueSync: failing })).rejects.toThrow('down');
    await sweep({ ...world.ports, now: () => world.now() + 300_000 });
    expect(enqueued().syncs).toEqual(['opp-1']);
  });

  it('leaves what somebody has just changed to him', async () => {
    const { world, schedule, enqueued } = await scene();
    await schedule('opp-1', 'nextSync', world.now());
    const conflict: AppPorts['table'] = { ...world.ports.table, put: async () => false };
    await sweep({ ...world.ports, table: conflict });
    expect(enqueued()).toEqual({ decisions: [], syncs: [] });
  });

  it('leaves nothing running behind its back where the table does not answer', async () => {
    const { world } = await scene();
    const events: string[] = [];
    const ports: AppPorts = {
      ...world.ports,
      table: {
        ...world.ports.table,
        listDue: async () => {
          throw new Error('The table is down.');
        },
      },
      accounts: {
        ...world.ports.accounts,
        listConnected: async () => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          events.push('probed');
          return [];
        },
      },
    };
    await expect(sweep(ports)).rejects.toThrow('down');
    expect(events).toEqual(['probed']);
  });

  it('enqueues once for two sweeps at once', async () => {
    const { world, schedule, enqueued } = await scene();
    await schedule('opp-1', 'nextSync', world.now());
    await Promise.all([sweep(world.ports), sweep(world.ports)]);
    expect(enqueued().syncs).toEqual(['opp-1']);
  });

  it("reads an account's stages each hour, and learns which one is the trigger", async () => {
    const { world } = await scene();
    const reads = new Set<number>();
    const noteRead = async () => reads.add((await world.accounts.find(world.accountId))?.stages?.readAt ?? 0);
    await noteRead();
    const account = await world.accounts.find(world.accountId);
    expect(account?.triggerStages).toEqual([
      { id: world.recruiter.stageId('Reference check'), name: 'Reference Check' },
    ]);
    await world.wait(3_500);
    await noteRead();
    expect(reads.size).toBe(1);
    await world.wait(200);
    await noteRead();
    expect(reads.size).toBe(2);
  });

  it('disconnects an account whose access has ended, and calls Lever no more for it', async () => {
    const { world } = await scene();
    world.passTime(60);
    world.lever.tokens.revoke('org');
    await sweep(world.ports);
    expect(await world.accounts.find(world.accountId)).toMatchObject({ connectionState: 'disconnected' });
    expect(world.log.filter(({ code }) => code === 'account_disconnected')).toHaveLength(1);
    const calls = world.lever.requests.length;
    await world.wait(3 * 3_600);
    expect(world.lever.requests).toHaveLength(calls);
  });

  it('finds a revocation when the access token is renewed where Lever lets the old one live on', async () => {
    const { world } = await scene();
    world.lever.tokens.revoke('org', { accessTokensToo: false });
    await world.wait(3_400);
    expect(await world.accounts.find(world.accountId)).toMatchObject({ connectionState: 'connected' });
    await world.wait(300);
    expect(await world.accounts.find(world.accountId)).toMatchObject({ connectionState: 'disconnected' });
  });

  it('calls Lever once a minute to learn whether it still lets us in, and only for who is connected', async () => {
    const { world } = await scene();
    const calls = () => world.lever.requests.length;
    const before = calls();
    await world.wait(600);
    expect(calls() - before).toBe(10);
    await world.accounts.update(world.accountId, (account) => ({ ...account, enabled: false }));
    await world.wait(600);
    expect(calls() - before).toBe(10);
  });

  it('leaves an account connected where Lever is down or forbids the call', async () => {
    const { world } = await scene();
    for (const failure of [503, 403, 429, 'timeout', 'drop'] as const) {
      world.lever.failNext({ path: '/stages', times: 1, failure });
      await sweep(world.ports);
    }
    expect(await world.accounts.find(world.accountId)).toMatchObject({ connectionState: 'connected' });
  });

  it('calls first for those for whom it is longest ago, and goes on there in the next run', async () => {
    const { world } = await scene();
    const ids = Array.from({ length: 100 }, (_, n) => `acct_${String(n).padStart(3, '0')}`);
    for (const id of ids) {
      await world.accounts.create({ ...newAccount(id, id), connectionState: 'connected' });
      await world.accounts.update(id, (account) => account, Number.MAX_SAFE_INTEGER);
    }
    const limiter = createRateLimiter(world.table, { now: world.now, sleep: async () => {} });
    // Lever was called for the first account a while ago, and for the others never yet.
    world.passTime(60);
    const called: string[] = [];
    const leverOf: AppPorts['leverOf'] = (accountId, work) => ({
      ...world.ports.leverOf(accountId, work),
      probe: async () => {
        called.push(accountId);
        await limiter.acquire(accountId, work.reservationId, 1);
        // So slow that not all fit into a run.
        world.passTime(1);
      },
    });
    const run = async (): Promise<string[]> => {
      await sweep({ ...world.ports, leverOf });
      world.passTime(60);
      return called.splice(0);
    };
    const [first, second] = [await run(), await run()];
    const all = [world.accountId, ...ids];
    const left = all.filter((id) => !first.includes(id));
    expect(left.length).toBeGreaterThan(30);
    expect(second.slice(0, left.length).toSorted()).toEqual(left.toSorted());
    expect(new Set([...first, ...second]).size).toBe(all.length);
  });

  it('does not call where others are calling right now', async () => {
    const { world } = await scene();
    const before = world.lever.requests.length;
    const limiter = createRateLimiter(world.table, { now: world.now, sleep: async () => {} });
    world.passTime(1);
    await limiter.acquire(world.accountId, 'busy', 9);
    await sweep(world.ports);
    expect(world.lever.requests).toHaveLength(before);
  });

  it('tries an account again some minutes later where Lever was down', async () => {
    const { world } = await scene();
    await world.wait(3_480);
    const { readAt } = (await world.accounts.find(world.accountId))?.stages ?? {};
    const isDown = { path: '/stages', times: 4, failure: 503 } as const;
    world.lever.failNext(isDown);
    await world.wait(120);
    world.lever.clearFaults();
    expect(world.log.map(({ code }) => code)).toContain('maintenance_failed');
    expect(await world.accounts.find(world.accountId)).toMatchObject({
      connectionState: 'connected',
      stages: { readAt },
    });
    await world.wait(420);
    expect((await world.accounts.find(world.accountId))?.stages?.readAt).not.toBe(readAt);
  });
});
