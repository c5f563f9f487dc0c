import { describe, expect, it } from 'vitest';
import { Failure } from '#shared/domain/failure.ts';
import type { WorkType } from '#shared/domain/work-item.ts';
import { scheduleRetry } from '#shared/edge/schedule-retry.ts';
import { duePartitionOf } from '#shared/stores/keys.ts';
import { createWorld } from '../../fakes/world.ts';

const opportunityId = 'opp-1';

const scene = async () => {
  const world = await createWorld();
  const { accountId, accounts, table } = world;
  const item = { accountId, opportunityId };
  const stored = (): string => JSON.stringify([...table.items.entries()]);
  return {
    item,
    accounts,
    table,
    now: world.now,
    /** Does one work item, which ends with this error, or well. */
    work: (workType: WorkType, error: Error | null, canRedeliver = true) => {
      const failing = async (): Promise<void> => {
        if (error !== null) throw error;
      };
      return scheduleRetry(workType, failing, { ...world.ports, random: () => 0.5 })(item, { canRedeliver });
    },
    record: () => world.recordOf(opportunityId),
    connectionState: async () => (await accounts.find(accountId))?.connectionState,
    /** The account was connected at this time, in epoch milliseconds. */
    connectAt: (connectionChangedAt: number) =>
      accounts.update(accountId, (account) => ({ ...account, connectionChangedAt })),
    codes: () => world.log.map(({ code }) => code),
    log: world.log,
    stored,
    /** Lets so long pass, in milliseconds; answers what time it is then. */
    wait: (ms: number): number => {
      world.passTime(ms / 1000);
      return world.now();
    },
  };
};

describe('scheduleRetry', () => {
  it('leaves nothing behind where the work succeeds', async () => {
    const { stored, log, work } = await scene();
    const before = stored();
    await work('decision', null);
    expect({ stored: stored(), log }).toEqual({ stored: before, log: [] });
  });

  it('schedules work that failed foreseeably for later, longer each time, under its own type and in the index', async () => {
    const { item, table, log, work, record, wait, now } = await scene();
    for (const [attempts, delay] of [60_000, 120_000, 240_000].entries()) {
      await work('sync', new Failure('turn_unavailable', 'Down.'));
      const dueAt = wait(delay);
      expect(await record()).toMatchObject({ nextDecision: null, nextSync: { attempts: attempts + 1, dueAt } });
    }
    expect(await table.listDue(duePartitionOf(item.accountId), now(), 9)).toHaveLength(1);
    expect(log[0]).toEqual({ code: 'retry_scheduled', fields: { ...item, reason: 'turn_unavailable' } });
  });

  it('waits as long as the other side asks for, if that is longer', async () => {
    const { work, record, wait } = await scene();
    await work('decision', new Failure('lever_rate_limited', 'Slower.', 5_000), false);
    const firstDueAt = wait(60_000);
    expect(await record()).toMatchObject({ nextDecision: { dueAt: firstDueAt } });
    await work('decision', new Failure('lever_rate_limited', 'Slower.', 500_000), false);
    expect(await record()).toMatchObject({ nextDecision: { dueAt: firstDueAt + 500_000, attempts: 2 } });
  });

  it('takes those that fail at once for one, and still waits as long as the last of them was asked to', async () => {
    const { work, record, now } = await scene();
    for (let n = 0; n < 5; n++) await work('decision', new Failure('lever_not_found', 'None.'));
    expect(await record()).toMatchObject({
      nextDecision: { dueAt: now() + 60_000, attempts: 5, failureCounts: { lever_not_found: 1 } },
    });
    for (const ms of [5_000, 500_000]) await work('sync', new Failure('lever_rate_limited', 'Slower.', ms), false);
    expect(await record()).toMatchObject({
      nextSync: { dueAt: now() + 500_000, failureCounts: { lever_rate_limited: 1 } },
    });
  });

  it('disconnects the account whose access has ended, says so, and keeps its work', async () => {
    const { connectionState, codes, work, record, wait } = await scene();
    wait(60_000);
    await work('decision', new Failure('lever_grant_lapsed', 'Revoked.'));
    expect(await connectionState()).toBe('disconnected');
    expect(codes()).toEqual(['account_disconnected', 'retry_scheduled']);
    expect((await record()).nextDecision).not.toBeNull();
  });

  it('does not disconnect an account that was connected anew while the work was stalled', async () => {
    const { connectAt, connectionState, codes, work, now, wait } = await scene();
    wait(60_000);
    await connectAt(now() + 1);
    await work('decision', new Failure('lever_grant_lapsed', 'Revoked.'));
    expect(await connectionState()).toBe('connected');
    expect(codes()).toEqual(['retry_scheduled']);
  });

  it('does not disconnect an account that was connected anew meanwhile by a clock that is behind, but does a minute later', async () => {
    const { connectAt, connectionState, work, now, wait } = await scene();
    wait(60_000);
    // Each clock may be wrong by two seconds.
    await connectAt(now() - 4_000);
    await work('decision', new Failure('lever_grant_lapsed', 'Revoked.'));
    expect(await connectionState()).toBe('connected');
    wait(60_000);
    await work('decision', new Failure('lever_grant_lapsed', 'Revoked.'));
    expect(await connectionState()).toBe('disconnected');
  });

  it('does not disconnect the account for anything else', async () => {
    const { connectionState, work, wait } = await scene();
    wait(60_000);
    await work('decision', new Failure('lever_forbidden', 'No.'));
    expect(await connectionState()).toBe('connected');
  });

  it('leaves it to the queue to wait some seconds, while the queue will', async () => {
    const { stored, work, record, now } = await scene();
    const before = stored();
    const budget = new Failure('lever_budget_used', 'Then.', 7_000);
    const pace = new Failure('lever_rate_limited', 'Slower.', 3_000);
    for (const failure of [budget, pace]) await expect(work('sync', failure)).rejects.toBe(failure);
    expect(stored()).toBe(before);
    await work('sync', budget, false);
    expect(await record()).toMatchObject({ nextSync: { dueAt: now() + 7_000, lastFailure: 'lever_budget_used' } });
  });

  it('counts each kind of failure for itself: none begins anew, or waits longer, for another that came between', async () => {
    const { work, record, wait } = await scene();
    const failures = [
      ['turn_unavailable', 60_000],
      ['turn_unavailable', 120_000],
      ['table_unavailable', 60_000],
      ['turn_unavailable', 240_000],
      ['lever_not_found', 60_000],
      ['table_unavailable', 120_000],
    ] as const;
    for (const [lastFailure, delay] of failures) {
      await work('decision', new Failure(lastFailure, 'No.'));
      const dueAt = wait(delay);
      expect(await record()).toMatchObject({ nextDecision: { lastFailure, dueAt } });
    }
    expect((await record()).nextDecision).toMatchObject({
      attempts: 6,
      failureCounts: { turn_unavailable: 3, table_unavailable: 2 },
    });
  });

  it('lets a bug through to the queue, and schedules nothing for it', async () => {
    const { stored, log, work } = await scene();
    const before = stored();
    await expect(work('decision', new TypeError('a bug'))).rejects.toThrow('a bug');
    expect({ stored: stored(), log }).toEqual({ stored: before, log: [] });
  });
});
