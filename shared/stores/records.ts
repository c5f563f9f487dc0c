import * as z from 'zod/mini';
import { newRecord, nextDue, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import type { Effect, Transition } from '#shared/domain/transition.ts';
import { openSince } from '#shared/domain/waiting-work.ts';
import type { EnqueueWork, WorkItem } from '#shared/domain/work-item.ts';
import type { Emit } from '#shared/observability/events.ts';
import * as keys from './keys.ts';
import { recordSchema } from './record-schema.ts';
import { retentionDays } from './retention.ts';
import { type Item, itemOver, type Table } from './table.ts';
import { createTurnIds } from './turn-ids.ts';
import { untilSaved } from './until-saved.ts';

/** A record as it was read, with the version that a save must replace (null: not stored yet). */
export type Loaded = { readonly record: OpportunityRecord; readonly version: number | null };

/** Longer than any delivery can be repeated: Lever's admins may rerun deliveries two weeks old. */
const tombstoneDays = 30;

/** More than a person looks through. */
const mostOpen = 1000;
/** Of a hundred records each: what a person waits for without noticing. */
const mostPages = 10;

/** The records in the table, one an opportunity, saved whole and only over the version that was read; and what their transitions ask to be done. */
export const createRecords = (
  table: Table,
  ports: { now: () => number; enqueueDecision: EnqueueWork; enqueueSync: EnqueueWork; emit: Emit },
) => {
  const turnIds = createTurnIds(table, ports);
  const expiresIn = (days: number): number => Math.floor(ports.now() / 1000) + days * 86_400;
  const load = async (accountId: string, opportunityId: string): Promise<Loaded> => {
    const item = await table.get(keys.opportunity(accountId, opportunityId));
    return item === null
      ? { record: newRecord(accountId, opportunityId), version: null }
      : { record: z.parse(recordSchema, item.content), version: item.version };
  };
  const save = async (record: OpportunityRecord, { record: known, version }: Loaded): Promise<Loaded | null> => {
    const { accountId, opportunityId } = record;
    const due = nextDue(record);
    const openAt = openSince(record, ports.now());
    const expiresAt = expiresIn(record.erasedAt === null ? retentionDays : tombstoneDays);
    const item = itemOver(version, keys.opportunity(accountId, opportunityId), record, {
      expiresAt,
      due: due === null ? null : { ...due, partition: keys.duePartitionOf(accountId) },
      open: openAt === null ? null : { openAt, partition: keys.openPartitionOf(accountId) },
    });
    await turnIds.note(known, record, expiresAt);
    if (!(await table.put(item, version))) return null;
    await turnIds.forget(known, record);
    return { record, version: item.version };
  };
  const perform = async (effect: Effect, { accountId, opportunityId, erasedAt }: OpportunityRecord): Promise<void> => {
    const item: WorkItem = { accountId, opportunityId };
    switch (effect.kind) {
      case 'enqueue_decision':
        return ports.enqueueDecision(item);
      case 'enqueue_sync':
        return ports.enqueueSync(item);
      case 'emit': {
        const { kind: _kind, code, ...fields } = effect;
        // Of whom nothing is kept, the activity log names nobody.
        return ports.emit(code, { ...item, ...fields, ...(erasedAt === null ? {} : { isForgotten: true }) });
      }
      case 'sync_again':
        // For whoever committed it.
        return;
    }
  };
  /** Saves a transition of the record that was read, then does its effects. Null where somebody was faster: then nothing was saved or done. */
  const commit = async (loaded: Loaded, { record, effects }: Transition): Promise<Loaded | null> => {
    const saved = record === loaded.record ? loaded : await save(record, loaded);
    if (saved !== null) for (const effect of effects) await perform(effect, record);
    return saved;
  };
  /** One that cannot be read hides no other; somebody who works on it fails loudly. */
  const readable = async (accountId: string, items: readonly Item[]): Promise<OpportunityRecord[]> => {
    const records: OpportunityRecord[] = [];
    for (const { content } of items) {
      const { data } = recordSchema.safeParse(content);
      if (data === undefined) await ports.emit('record_unreadable', { accountId });
      else records.push(data);
    }
    return records;
  };
  /** A page of the account's records. `next` leads to the page after this one; null: there is none. */
  const list = async (
    accountId: string,
    after: string | null,
  ): Promise<{ records: OpportunityRecord[]; next: string | null }> => {
    const page = { limit: 100, after };
    const { items, next } = await table.list(keys.accountPartition(accountId), 'OPPORTUNITY#', page);
    return { records: await readable(accountId, items), next };
  };
  return {
    load,
    commit,
    /** Applies a transition to whatever is stored, again if somebody was faster, then does its effects; `after` is `before` itself where it changed nothing. Throws `write_conflict` after many tries. */
    apply: ({ accountId, opportunityId }: WorkItem, change: (record: OpportunityRecord) => Transition) =>
      untilSaved('Too many others changed the same record.', async () => {
        const loaded = await load(accountId, opportunityId);
        const { record: after, effects } = change(loaded.record);
        const committed = await commit(loaded, { record: after, effects });
        return committed === null ? undefined : { before: loaded.record, after, effects };
      }),
    list,
    /** The account's open records (`openSince`), the longest open first, a thousand at most. `isComplete` false: there are more. As the index has them, which may lag behind. */
    async listOpen(accountId: string): Promise<{ records: OpportunityRecord[]; isComplete: boolean }> {
      const items = await table.listOpen(keys.openPartitionOf(accountId), ports.now(), mostOpen + 1);
      const records = await readable(accountId, items.slice(0, mostOpen));
      return { records, isComplete: items.length <= mostOpen };
    },
    /** The opportunities that show, or showed, a check with this Turn ID. */
    findByTurnId: turnIds.find,
    /** Takes away what leads from Turn IDs to a record that is about to be erased. */
    removeTurnIds: turnIds.remove,
    /** The account's records, a thousand at most. `isComplete` false: there are more. */
    async listFirst(accountId: string): Promise<{ records: OpportunityRecord[]; isComplete: boolean }> {
      const found: OpportunityRecord[] = [];
      let after: string | null = null;
      for (let page = 0; page < mostPages; page++) {
        const read: Awaited<ReturnType<typeof list>> = await list(accountId, after);
        found.push(...read.records);
        after = read.next;
        if (after === null) break;
      }
      return { records: found, isComplete: after === null };
    },
  };
};
