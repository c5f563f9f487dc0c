import { describe, expect, it } from 'vitest';
import { newRecord, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createActivityLog } from '#shared/stores/activity-log.ts';
import * as keys from '#shared/stores/keys.ts';
import { createRecords } from '#shared/stores/records.ts';
import { itemOver } from '#shared/stores/table.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';
import { blockedEntry, monday, orderedEntry, sampleAccount } from '../domain/samples.ts';

const accountId = 'acct_harborlight';

/** What the version before this one, or the one after it, may have stored. */
describe('what another version stored', () => {
  const scene = () => {
    const table = createMemoryTable();
    const told: string[] = [];
    const nowhere = async (): Promise<void> => {};
    const records = createRecords(table, {
      now: () => monday,
      enqueueDecision: nowhere,
      enqueueSync: nowhere,
      emit: async (code) => void told.push(code),
    });
    const put = (id: string, content: unknown) =>
      table.overwrite(
        itemOver(null, keys.opportunity(accountId, id), content, {
          open: { openAt: monday, partition: keys.openPartitionOf(accountId) },
        }),
      );
    const contentOf = async (id: string) => (await table.get(keys.opportunity(accountId, id)))?.content;
    return { table, records, told, put, contentOf };
  };
  const record = (change: Partial<OpportunityRecord> = {}): OpportunityRecord => ({
    ...newRecord(accountId, 'opp-1'),
    ...change,
  });

  it('keeps its fields when a record is saved again, wherever they are', async () => {
    const { records, put, contentOf } = scene();
    const later = { later: [1, { two: 2 }] };
    const entry = { ...orderedEntry(), ...later };
    await put('opp-1', { ...record({ entries: [entry], lever: { ...record().lever, ...later } }), ...later });
    await records.apply({ accountId, opportunityId: 'opp-1' }, (before) => ({
      record: { ...before, nextSync: { dueAt: monday, attempts: 0 } },
      effects: [],
    }));
    expect(await contentOf('opp-1')).toMatchObject({ ...later, lever: later, entries: [later] });
  });

  it('reads codes that it does not know as unknown', async () => {
    const { records, put } = scene();
    const scheduled = {
      dueAt: monday,
      attempts: 3,
      lastFailure: 'sunspots',
      failureCounts: { sunspots: 2, lease_conflict: 1 },
    };
    const problem = { code: 'moon_in_the_way', detail: null, since: monday };
    const warnings = [{ kind: 'eclipse', by: 'moon' }, { kind: 'foreign_phone' }];
    await put('opp-1', {
      ...record(),
      entries: [
        { ...orderedEntry(), warnings },
        { ...blockedEntry(), problem },
      ],
      nextDecision: scheduled,
    });
    const { record: read } = await records.load(accountId, 'opp-1');
    expect(read.nextDecision).toMatchObject({
      lastFailure: 'unknown',
      failureCounts: { unknown: 2, lease_conflict: 1 },
    });
    expect(read.entries).toMatchObject([{ warnings: [{ kind: 'foreign_phone' }] }, { problem: { code: 'unknown' } }]);
  });

  it('neither writes a note without looking nor moves a candidate again where it cannot tell how far that came', async () => {
    const { records, put } = scene();
    const note = { key: 'turn-id', state: 'half_posted', noteId: null, text: 'x' };
    const move = { key: 'clear/x', state: 'half_moved', stageId: 's', stageName: 'Offer', from: null, startedAt: 1 };
    await put('opp-1', { ...record(), lever: { ...record().lever, notes: [note], moves: [move] } });
    const { lever } = (await records.load(accountId, 'opp-1')).record;
    expect(lever).toMatchObject({ notes: [{ state: 'posting' }], moves: [{ state: 'stayed' }] });
  });

  it('hides nobody else where it cannot be read at all, and is told of', async () => {
    const { records, told, put } = scene();
    await put('opp-1', { ...record(), entries: [{ state: 'teleported', enteredAt: monday }] });
    await put('opp-2', record({ opportunityId: 'opp-2' }));
    const seen = [await records.list(accountId, null), await records.listOpen(accountId)];
    for (const { records: found } of seen) expect(found.map(({ opportunityId }) => opportunityId)).toEqual(['opp-2']);
    expect(told).toEqual(['record_unreadable', 'record_unreadable']);
    await expect(records.load(accountId, 'opp-1')).rejects.toThrow();
  });

  it('reads a kind of activity that it does not know as unknown', async () => {
    const { table } = scene();
    const line = { at: monday, kind: 'stars_aligned', opportunityId: null, by: null, detail: null };
    await table.overwrite(
      itemOver(null, keys.activity(accountId, monday, 'a'), line, { expiresAt: monday / 1000 + 60 }),
    );
    const log = createActivityLog(table, { now: () => monday, newId: () => 'b' });
    const page = await log.list(accountId, { limit: 10, after: null });
    expect(page.activities).toMatchObject([{ kind: 'unknown', at: monday }]);
  });

  it('takes the careful choice where an account has one that it does not know', async () => {
    const { table } = scene();
    const store = createAccountStore(table, { now: () => monday });
    const account = { ...sampleAccount({ accountId }), rerun: { kind: 'on_full_moon' }, tagPolicy: 'rainbow' };
    await table.overwrite(itemOver(null, keys.account(accountId), account));
    expect(await store.find(accountId)).toMatchObject({ rerun: { kind: 'never' }, tagPolicy: 'latest' });
  });
});
