import { describe, expect, it } from 'vitest';
import { Failure } from '#shared/domain/failure.ts';
import { parkFailures } from '#shared/edge/park-failures.ts';
import type { LogCode, LogFields } from '#shared/observability/log-codes.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createActivityStore } from '#shared/stores/activity-store.ts';
import { duePartitionOf } from '#shared/stores/keys.ts';
import { createScreeningStore } from '#shared/stores/screening-store.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';
import { monday, sampleAccount } from '../domain/samples.ts';

const nudge = { accountId: 'acct_harborlight', opportunityId: 'opp-1' };
const waiting = { settleMs: 120_000, retryFirstMs: 60_000, retryLongestMs: 21_600_000, quietMs: 21_600_000 };

const scene = async () => {
  const table = createMemoryTable();
  let time = monday;
  const now = (): number => time;
  const accounts = createAccountStore(table, { now });
  const screenings = createScreeningStore(table, { now, retentionDays: 730 });
  const activities = createActivityStore(table, { now, newId: () => 'a' });
  await accounts.create(sampleAccount());
  const log: [LogCode, LogFields][] = [];
  const parked = (lane: 'reconsider' | 'refresh', error: Error | null, mayComeBack = true) =>
    parkFailures({
      ...{ lane, accounts, activities, screenings, waiting, now, random: () => 0.5 },
      work: async () => {
        if (error !== null) throw error;
      },
      report: (code, fields) => void log.push([code, fields]),
    })(nudge, { mayComeBack });
  const planned = async () => (await screenings.load(nudge.accountId, nudge.opportunityId)).screening;
  /** Lets so long pass, in milliseconds; answers what time it is then. */
  const wait = (ms: number): number => (time += ms);
  return { table, accounts, screenings, log, parked, planned, wait };
};

describe('parkFailures', () => {
  it('leaves nothing behind where the work succeeds', async () => {
    const { table, log, parked } = await scene();
    await parked('reconsider', null);
    expect({ items: table.items.size, log }).toEqual({ items: 1, log: [] });
  });

  it('puts a foreseen failure off, longer each time, in its own lane and in the index', async () => {
    const { table, log, parked, planned, wait } = await scene();
    for (const [attempts, delay] of [60_000, 120_000, 240_000].entries()) {
      await parked('refresh', new Failure('turn_unavailable', 'Down.'));
      const dueAt = wait(delay);
      expect(await planned()).toMatchObject({ reconsider: null, refresh: { attempts: attempts + 1, dueAt } });
    }
    expect(await table.listDue(duePartitionOf(nudge.accountId), wait(0), 9)).toHaveLength(1);
    expect(log[0]).toEqual(['work_parked', { ...nudge, reason: 'turn_unavailable' }]);
  });

  it('waits as long as the other side asks for, if that is longer', async () => {
    const { parked, planned, wait } = await scene();
    await parked('reconsider', new Failure('lever_rate_limited', 'Slower.', 5_000), false);
    const firstDueAt = wait(60_000);
    expect(await planned()).toMatchObject({ reconsider: { dueAt: firstDueAt } });
    await parked('reconsider', new Failure('lever_rate_limited', 'Slower.', 500_000), false);
    expect(await planned()).toMatchObject({ reconsider: { dueAt: firstDueAt + 500_000, attempts: 2 } });
  });

  it('takes those that fail at once for one, and still waits as long as the last of them was asked to', async () => {
    const { parked, planned } = await scene();
    for (let n = 0; n < 5; n++) await parked('reconsider', new Failure('lever_not_found', 'None.'));
    expect(await planned()).toMatchObject({
      reconsider: { dueAt: monday + 60_000, attempts: 5, counts: { lever_not_found: 1 } },
    });
    for (const ms of [5_000, 500_000]) await parked('refresh', new Failure('lever_rate_limited', 'Slower.', ms), false);
    expect(await planned()).toMatchObject({ refresh: { dueAt: monday + 500_000, counts: { lever_rate_limited: 1 } } });
  });

  it('holds the account whose grant has lapsed, says so, and keeps its work', async () => {
    const { accounts, log, parked, planned } = await scene();
    await parked('reconsider', new Failure('lever_grant_lapsed', 'Revoked.'));
    expect(await accounts.find(nudge.accountId)).toMatchObject({ connection: 'disconnected' });
    expect(log.map(([code]) => code)).toEqual(['account_disconnected', 'work_parked']);
    expect((await planned()).reconsider).not.toBeNull();
  });

  it('does not disconnect an account that was connected anew while the work was stalled', async () => {
    const { accounts, log, parked } = await scene();
    await accounts.update(nudge.accountId, (account) => ({ ...account, connectionChangedAt: monday + 1 }));
    await parked('reconsider', new Failure('lever_grant_lapsed', 'Revoked.'));
    expect(await accounts.find(nudge.accountId)).toMatchObject({ connection: 'connected' });
    expect(log.map(([code]) => code)).toEqual(['work_parked']);
  });

  it('does not disconnect an account that was connected anew meanwhile by a clock that is behind, but does a minute later', async () => {
    const { accounts, parked, wait } = await scene();
    // Each clock may be wrong by two seconds.
    await accounts.update(nudge.accountId, (account) => ({ ...account, connectionChangedAt: monday - 4_000 }));
    await parked('reconsider', new Failure('lever_grant_lapsed', 'Revoked.'));
    expect(await accounts.find(nudge.accountId)).toMatchObject({ connection: 'connected' });
    wait(60_000);
    await parked('reconsider', new Failure('lever_grant_lapsed', 'Revoked.'));
    expect(await accounts.find(nudge.accountId)).toMatchObject({ connection: 'disconnected' });
  });

  it('does not hold the account for anything else', async () => {
    const { accounts, parked } = await scene();
    await parked('reconsider', new Failure('lever_forbidden', 'No.'));
    expect(await accounts.find(nudge.accountId)).toMatchObject({ connection: 'connected' });
  });

  it('leaves it to the queue to wait some seconds, while the queue will', async () => {
    const { table, parked, planned } = await scene();
    const turn = new Failure('lever_slot_reserved', 'Then.', 7_000);
    const pace = new Failure('lever_rate_limited', 'Slower.', 3_000);
    for (const failure of [turn, pace]) await expect(parked('refresh', failure)).rejects.toBe(failure);
    expect(table.items.size).toBe(1);
    await parked('refresh', turn, false);
    expect(await planned()).toMatchObject({ refresh: { dueAt: monday + 7_000, why: 'lever_slot_reserved' } });
  });

  it('counts each kind of failure for itself: none begins anew, or waits longer, for another that came between', async () => {
    const { parked, planned, wait } = await scene();
    const story = [
      ['turn_unavailable', 60_000],
      ['turn_unavailable', 120_000],
      ['table_unavailable', 60_000],
      ['turn_unavailable', 240_000],
      ['lever_not_found', 60_000],
      ['table_unavailable', 120_000],
    ] as const;
    for (const [why, delay] of story) {
      await parked('reconsider', new Failure(why, 'No.'));
      const dueAt = wait(delay);
      expect(await planned()).toMatchObject({ reconsider: { why, dueAt } });
    }
    expect((await planned()).reconsider).toMatchObject({
      attempts: 6,
      counts: { turn_unavailable: 3, table_unavailable: 2 },
    });
  });

  it('lets a bug through to the queue, and parks nothing for it', async () => {
    const { table, log, parked } = await scene();
    await expect(parked('reconsider', new TypeError('a bug'))).rejects.toThrow('a bug');
    expect({ items: table.items.size, log }).toEqual({ items: 1, log: [] });
  });
});
