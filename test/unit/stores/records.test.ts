import { describe, expect, it } from 'vitest';
import { scheduledAt } from '#shared/domain/retry-policy.ts';
import type { Effect } from '#shared/domain/transition.ts';
import type { WorkItem } from '#shared/domain/work-item.ts';
import type { EventFields } from '#shared/observability/emit.ts';
import type { EventCode } from '#shared/observability/events.ts';
import { createRecords } from '#shared/stores/records.ts';
import type { Table } from '#shared/stores/table.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';
import { blockedEntry, monday, orderedEntry } from '../domain/samples.ts';

const item: WorkItem = { accountId: 'acct_harborlight', opportunityId: 'opp-1' };
const { accountId, opportunityId } = item;

const scene = () => {
  const memory = createMemoryTable();
  const done: unknown[] = [];
  /** Each effect is told together with what was stored by then. */
  const tell = async (what: unknown): Promise<void> => {
    const { version } = await records.load(accountId, opportunityId);
    done.push([what, version]);
  };
  let saves = 0;
  const table: Table = {
    ...memory,
    put: (...given) => {
      saves += 1;
      return memory.put(...given);
    },
  };
  const records = createRecords(table, {
    now: () => monday,
    enqueueDecision: (each) => tell(['decision', each]),
    enqueueSync: (each) => tell(['sync', each]),
    emit: (code: EventCode, fields: EventFields) => tell([code, fields]),
  });
  return { table, records, done, saves: () => saves };
};
const effects: readonly Effect[] = [
  { kind: 'emit', code: 'problem_found', referenceId: 'opp-1-7', reason: 'no_email', detail: null },
  { kind: 'enqueue_sync' },
  { kind: 'sync_again' },
  { kind: 'enqueue_decision' },
];

describe('a transition', () => {
  it('has its effects once it is saved, in their order', async () => {
    const { records, done } = scene();
    const loaded = await records.load(accountId, opportunityId);
    const saved = await records.commit(loaded, { record: { ...loaded.record, leverAccountId: 'lever-1' }, effects });
    expect(saved).toEqual({ record: { ...loaded.record, leverAccountId: 'lever-1' }, version: 1 });
    expect(done).toEqual([
      [['problem_found', { ...item, referenceId: 'opp-1-7', reason: 'no_email', detail: null }], 1],
      [['sync', item], 1],
      [['decision', item], 1],
    ]);
  });

  it('of a record that somebody changed since it was read is not saved and has no effects', async () => {
    const { records, done } = scene();
    const loaded = await records.load(accountId, opportunityId);
    await records.apply(item, (record) => ({ record: { ...record, leverAccountId: 'lever-1' }, effects: [] }));
    expect(await records.commit(loaded, { record: { ...loaded.record, erasedAt: monday }, effects })).toBeNull();
    expect(done).toEqual([]);
    expect((await records.load(accountId, opportunityId)).record).toMatchObject({ erasedAt: null });
  });

  it('that answers the record as it came is not saved, and has its effects all the same', async () => {
    const { records, done, saves } = scene();
    const loaded = await records.load(accountId, opportunityId);
    expect(await records.commit(loaded, { record: loaded.record, effects })).toBe(loaded);
    const { before, after } = await records.apply(item, (record) => ({ record, effects }));
    expect(after).toBe(before);
    expect(saves()).toBe(0);
    expect(done).toHaveLength(6);
  });
});

describe('a transition of whatever is stored', () => {
  it('loses no change of several made at once', async () => {
    const { records, done } = scene();
    const add = (enteredAt: number) =>
      records.apply(item, (record) => ({
        record: { ...record, entries: [...record.entries, blockedEntry('no_email', { enteredAt })] },
        effects: [{ kind: 'enqueue_sync' }],
      }));
    await Promise.all([5, 1, 4, 2, 3].map(add));
    const { record } = await records.load(accountId, opportunityId);
    expect(record.entries.map(({ enteredAt }) => enteredAt).toSorted()).toEqual([1, 2, 3, 4, 5]);
    expect(done).toHaveLength(5);
  });

  it('answers what it was made of, what came of it, and the effects', async () => {
    const { records } = scene();
    const applied = await records.apply(item, (record) => ({
      record: { ...record, nextSync: scheduledAt(7) },
      effects,
    }));
    expect(applied).toEqual({
      before: expect.objectContaining({ nextSync: null }),
      after: expect.objectContaining({ nextSync: scheduledAt(7) }),
      effects,
    });
  });

  it('gives up after many tries, with a failure that is tried again later', async () => {
    const { table, done } = scene();
    let saves = 0;
    const refusing: Table = {
      ...table,
      put: async () => {
        saves += 1;
        return false;
      },
    };
    const contended = createRecords(refusing, {
      now: () => monday,
      enqueueDecision: async () => {},
      enqueueSync: async () => {},
      emit: async () => {},
    });
    const failing = contended.apply(item, (record) => ({ record: { ...record, erasedAt: 1 }, effects }));
    await expect(failing).rejects.toMatchObject({ code: 'write_conflict' });
    expect(saves).toBe(20);
    expect(done).toEqual([]);
  });
});

describe('a Turn ID', () => {
  const withTurnId = (turnId: string | null) => orderedEntry({ turnId });

  it('leads to the opportunities that show its check, from before they are saved until it is erased', async () => {
    const { table, records } = scene();
    let wasFound: string[] = [];
    const watching = createRecords(
      {
        ...table,
        put: async (...given) => {
          wasFound = await records.findByTurnId(accountId, 'C0000004711');
          return table.put(...given);
        },
      },
      { now: () => monday, enqueueDecision: async () => {}, enqueueSync: async () => {}, emit: async () => {} },
    );
    const change = (id: string, turnId: string | null, erasedAt: number | null = null) =>
      watching.apply({ accountId, opportunityId: id }, (record) => ({
        record: { ...record, erasedAt, entries: erasedAt === null ? [withTurnId(turnId)] : [] },
        effects: [],
      }));
    await change('opp-1', null);
    expect(await records.findByTurnId(accountId, 'C0000004711')).toEqual([]);
    await change('opp-1', 'C0000004711');
    expect(wasFound).toEqual(['opp-1']);
    await change('opp-2', 'C0000004711');
    await change('opp-3', 'C00000047110');
    expect(await records.findByTurnId(accountId, 'C0000004711')).toEqual(['opp-1', 'opp-2']);
    expect(await records.findByTurnId('acct_other', 'C0000004711')).toEqual([]);
    await change('opp-1', null, monday);
    expect(await records.findByTurnId(accountId, 'C0000004711')).toEqual(['opp-2']);
  });
});
