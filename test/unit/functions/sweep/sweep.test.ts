import { describe, expect, it } from 'vitest';
import { maintainAccount } from '#functions/account-maintenance/maintain-account.ts';
import { sweep } from '#functions/sweep/sweep.ts';
import * as keys from '#shared/stores/keys.ts';
import type { Item } from '#shared/stores/table.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { createWorld } from '../../../fakes/world.ts';

/** Another account whose due work lies beside this one's. */
const sameDuePartition = (accountId: string): string => {
  for (let n = 0; ; n++) if (keys.duePartitionOf(`acct_${n}`) === keys.duePartitionOf(accountId)) return `acct_${n}`;
};

const scene = async () => {
  const world = await createWorld();
  // The account's own maintenance is due at once: get it over with.
  await world.sweep();
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
    const conflict: AppPorts['table'] = { ...world.ports.table, postpone: async () => null };
    await sweep({ ...world.ports, table: conflict });
    expect(enqueued()).toEqual({ decisions: [], syncs: [] });
  });

  it('enqueues once for two sweeps at once', async () => {
    const { world, schedule, enqueued } = await scene();
    await schedule('opp-1', 'nextSync', world.now());
    await Promise.all([sweep(world.ports), sweep(world.ports)]);
    expect(enqueued().syncs).toEqual(['opp-1']);
  });

  it('takes what is due behind twenty thousand of another account in its next run', async () => {
    const { world } = await scene();
    const other = sameDuePartition(world.accountId);
    const due = (accountId: string, opportunityId: string, dueAt: number): Item => ({
      ...keys.opportunity(accountId, opportunityId),
      version: 1,
      content: {},
      expiresAt: null,
      due: { dueAt, partition: keys.duePartitionOf(accountId), workType: 'sync' },
      open: null,
    });
    for (let n = 0; n < 20_000; n++) await world.table.put(due(other, `backlog-${n}`, world.now() - 1_000), null);
    await world.table.put(due(world.accountId, 'mine', world.now()), null);
    await sweep(world.ports);
    const mine = world.queues.sync.findIndex(({ opportunityId }) => opportunityId === 'mine');
    expect(mine).toBeGreaterThanOrEqual(0);
    // Of the other account as much as before: more would wait in the queue instead.
    expect(mine).toBeLessThan(24);
    expect(world.queues.sync).toHaveLength(501);
    // The next run goes on where this one stopped.
    world.passTime(60);
    await sweep(world.ports);
    expect(new Set(world.queues.sync.map(({ opportunityId }) => opportunityId)).size).toBe(1_001);
  });

  it('tells of an account that nobody has maintained for two hours', async () => {
    const { world } = await scene();
    const overdue = () => world.log.filter(({ code }) => code === 'maintenance_overdue').map(({ fields }) => fields);
    const sweepAlone = async (seconds: number) => {
      world.passTime(seconds);
      await sweep(world.ports);
    };
    await sweepAlone(3_600);
    await sweepAlone(3_540);
    expect(overdue()).toEqual([]);
    await sweepAlone(300);
    expect(overdue()).toEqual([{ accountId: world.accountId, seconds: 3_840 }]);
    for (const { accountId } of world.queues.maintenance) await maintainAccount(accountId, world.ports);
    await sweepAlone(3_600);
    expect(overdue()).toHaveLength(1);
  });

  it('serves the other partitions where the table does not list one, and fails loudly then', async () => {
    const { world, schedule, enqueued } = await scene();
    await schedule('opp-1', 'nextSync', world.now());
    const { table } = world.ports;
    const listDue: AppPorts['table']['listDue'] = async (partition, ...more) => {
      if (partition !== keys.duePartitionOf(world.accountId)) throw new Error('no list');
      return table.listDue(partition, ...more);
    };
    await expect(sweep({ ...world.ports, table: { ...table, listDue } })).rejects.toThrow('no list');
    expect(enqueued().syncs).toEqual(['opp-1']);
  });

  it('only enqueues accounts that are to be maintained: it calls nobody, and changes nothing of them but when they are due', async () => {
    const world = await createWorld();
    const before = await world.accounts.find(world.accountId);
    await sweep(world.ports);
    expect(world.queues.maintenance).toEqual([{ accountId: world.accountId }]);
    expect([world.lever.requests, world.turn.requests]).toEqual([[], []]);
    expect(await world.accounts.find(world.accountId)).toEqual(before);
    world.passTime(299);
    await sweep(world.ports);
    expect(world.queues.maintenance).toHaveLength(1);
    world.passTime(1);
    await sweep(world.ports);
    expect(world.queues.maintenance).toHaveLength(2);
  });
});
