import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newRecord, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { duePartitionOf } from '#shared/stores/keys.ts';
import { createRecords } from '#shared/stores/records.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';
import { anyRecord } from '../domain/any-record.ts';

const [accountId, opportunityId] = ['acct_harborlight', 'opp-1'];
const monday = Date.parse('2026-03-02T09:00:00Z');

describe('the record store', () => {
  const scene = () => {
    const table = createMemoryTable();
    const nowhere = async (): Promise<void> => {};
    const store = createRecords(table, {
      now: () => monday,
      enqueueDecision: nowhere,
      enqueueSync: nowhere,
      emit: nowhere,
    });
    const change = async (how: (record: OpportunityRecord) => OpportunityRecord): Promise<void> => {
      const loaded = await store.load(accountId, opportunityId);
      expect(await store.commit(loaded, { record: how(loaded.record), effects: [] })).not.toBeNull();
    };
    return { table, store, change };
  };

  it('loads an opportunity that nobody has seen as an empty record', async () => {
    const { record, version } = await scene().store.load(accountId, opportunityId);
    expect({ record, version }).toEqual({ record: newRecord(accountId, opportunityId), version: null });
  });

  it('gives back whatever was saved, whole', async () => {
    await fc.assert(
      fc.asyncProperty(anyRecord, async (record) => {
        const { store } = scene();
        const loaded = await store.load(record.accountId, record.opportunityId);
        await store.commit(loaded, { record, effects: [] });
        expect((await store.load(record.accountId, record.opportunityId)).record).toEqual(record);
      }),
    );
  });

  it('gives the save to one of many who read the same version', async () => {
    const { store } = scene();
    const loaded = await store.load(accountId, opportunityId);
    const save = () => store.commit(loaded, { record: { ...loaded.record }, effects: [] });
    const saves = await Promise.all(Array.from({ length: 20 }, save));
    expect(saves.filter((saved) => saved !== null)).toHaveLength(1);
  });

  it('puts what is due into the index, and takes it out again', async () => {
    const { table, change } = scene();
    await change((before) => ({ ...before, nextSync: { dueAt: monday + 5, attempts: 0 } }));
    const due = () => table.listDue(duePartitionOf(accountId), monday + 5, 10);
    expect(await due()).toMatchObject([{ due: { workType: 'sync', dueAt: monday + 5 } }]);
    await change((before) => ({ ...before, nextSync: null }));
    expect(await due()).toEqual([]);
  });

  it('keeps a record two years after its last change, and an erased one a month', async () => {
    const { table, change } = scene();
    const daysKept = () => ([...table.items.values()][0]?.expiresAt ?? 0) / 86_400 - monday / 86_400_000;
    await change((before) => ({ ...before }));
    expect(daysKept()).toBe(730);
    await change((before) => ({ ...before, erasedAt: monday }));
    expect(daysKept()).toBe(30);
  });

  it('knows a worker in its own account only', async () => {
    const { store } = scene();
    await store.rememberWorker(accountId, 'worker-1', opportunityId);
    expect(await store.findByWorker(accountId, 'worker-1')).toBe(opportunityId);
    expect(await store.findByWorker('acct_other', 'worker-1')).toBeNull();
  });
});
