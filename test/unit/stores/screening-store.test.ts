import { describe, expect, it } from 'vitest';
import { newCheck } from '#shared/domain/check.ts';
import { withCheck } from '#shared/domain/screening.ts';
import { createDeliveryStore } from '#shared/stores/delivery-store.ts';
import { duePartitionOf, duePartitions } from '#shared/stores/keys.ts';
import { createScreeningStore } from '#shared/stores/screening-store.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

const [accountId, opportunityId] = ['acct_harborlight', 'opp-1'];
const monday = Date.parse('2026-03-02T09:00:00Z');

describe('the screening store', () => {
  const scene = () => {
    const table = createMemoryTable();
    return { table, store: createScreeningStore(table, { now: () => monday, retentionDays: 730 }) };
  };

  it('loads an opportunity that nobody has seen as an empty screening', async () => {
    const { screening, version } = await scene().store.load(accountId, opportunityId);
    expect({ checks: screening.checks, version }).toEqual({ checks: [], version: null });
  });

  it('gives the save to one of many who read the same version', async () => {
    const { store } = scene();
    const loaded = await store.load(accountId, opportunityId);
    const saves = await Promise.all(Array.from({ length: 20 }, () => store.save(loaded, loaded.screening)));
    expect(saves.filter((saved) => saved !== null)).toHaveLength(1);
  });

  it('loses no change of several made at once', async () => {
    const { store } = scene();
    const entries = [5, 1, 4, 2, 3];
    const add = (at: number) =>
      store.update(accountId, opportunityId, (before) => withCheck(before, newCheck(at, 'claimed', at)));
    await Promise.all(entries.map(add));
    const { screening } = await store.load(accountId, opportunityId);
    expect(screening.checks.map(({ enteredAt }) => enteredAt)).toEqual([1, 2, 3, 4, 5]);
  });

  it('puts what is due into the index, and takes it out again', async () => {
    const { table, store } = scene();
    const plan = { dueAt: monday + 5, attempts: 0 };
    await store.update(accountId, opportunityId, (before) => ({ ...before, refresh: plan }));
    const due = () => table.listDue(duePartitionOf(accountId), monday + 5, 10);
    expect(await due()).toMatchObject([{ due: { nudge: 'checkUpdates', dueAt: monday + 5 } }]);
    await store.update(accountId, opportunityId, (before) => ({ ...before, refresh: null }));
    expect(await due()).toEqual([]);
  });

  it('keeps a screening two years after its last change, and an erased one a month', async () => {
    const { table, store } = scene();
    const daysKept = () => ([...table.items.values()][0]?.expiresAt ?? 0) / 86_400 - monday / 86_400_000;
    await store.update(accountId, opportunityId, (before) => before);
    expect(daysKept()).toBe(730);
    await store.update(accountId, opportunityId, (before) => ({ ...before, erasedAt: monday }));
    expect(daysKept()).toBe(30);
  });

  it('knows a worker in its own account only', async () => {
    const { store } = scene();
    await store.rememberWorker(accountId, 'worker-1', opportunityId);
    expect(await store.findByWorker(accountId, 'worker-1')).toBe(opportunityId);
    expect(await store.findByWorker('acct_other', 'worker-1')).toBeNull();
  });
});

describe('the delivery store', () => {
  it('remembers a delivery for 15 days, for its own account, even where the table is late to forget', async () => {
    let now = monday;
    const store = createDeliveryStore(createMemoryTable(), { now: () => now });
    await store.remember(accountId, 'a signature');
    expect(await store.isKnown(accountId, 'a signature')).toBe(true);
    expect(await store.isKnown('acct_other', 'a signature')).toBe(false);
    now += 15 * 86_400_000 - 1;
    expect(await store.isKnown(accountId, 'a signature')).toBe(true);
    now += 1;
    expect(await store.isKnown(accountId, 'a signature')).toBe(false);
  });
});

describe('the partitions of due work', () => {
  it('hold every account, and spread many of them', () => {
    const used = new Set(Array.from({ length: 500 }, (_, n) => duePartitionOf(`acct_${n}`)));
    expect([...used].toSorted()).toEqual([...duePartitions].toSorted());
  });
});
