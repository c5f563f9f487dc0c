import * as z from 'zod';
import { Failure, isFailureCode } from '#shared/domain/failure.ts';
import { newRecord, nextDue, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { problemCodes } from '#shared/domain/stage-entry.ts';
import type { Effect, Transition } from '#shared/domain/transitions.ts';
import type { EnqueueWork, WorkItem } from '#shared/domain/work-item.ts';
import type { Emit } from '#shared/observability/events.ts';
import { duePartitionOf, keys } from './keys.ts';
import { itemOver, type Table } from './table.ts';

/** A record as it was read, with the version that a save must replace (null: not stored yet). */
export type Loaded = { readonly record: OpportunityRecord; readonly version: number | null };

const failureCode = z.string().refine(isFailureCode);
const scheduled = z
  .object({
    dueAt: z.number(),
    attempts: z.number(),
    lastFailure: failureCode.exactOptional(),
    failingSince: z.number().exactOptional(),
    isTold: z.literal(true).exactOptional(),
    failureCounts: z.partialRecord(failureCode, z.number()).exactOptional(),
    archivedLook: z.number().exactOptional(),
  })
  .nullable();
const problem = z.object({ code: z.enum(problemCodes), detail: z.string().nullable(), since: z.number() });
const order = {
  enteredAt: z.number(),
  packageId: z.string().nullable(),
  warnings: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('malformed_package_tag'), tag: z.string(), usedDefault: z.boolean() }),
      z.object({ kind: z.literal('unknown_package'), packageId: z.string() }),
      z.object({ kind: z.literal('invitation_not_sent'), by: z.enum(['email', 'sms']) }),
      z.object({ kind: z.enum(['foreign_phone', 'refused_phone', 'refused_email']) }),
    ]),
  ),
  changedAt: z.number(),
};
const entry = z.discriminatedUnion('state', [
  z.object({
    ...order,
    state: z.literal('ordering'),
    attempt: z.object({
      attemptedAt: z.number(),
      inFlightUntil: z.number().nullable(),
      revisit: z.boolean(),
      countedAt: z.number().exactOptional(),
      isRefused: z.boolean().exactOptional(),
    }),
    problem: problem.nullable(),
  }),
  z.object({
    ...order,
    state: z.literal('ordered'),
    workerId: z.string(),
    turnId: z.string().nullable(),
    dashboardUrl: z.string().nullable(),
    isFollowed: z.literal(true).exactOptional(),
    status: z
      .object({ name: z.string(), isComplete: z.boolean(), isWithdrawn: z.boolean(), hasReport: z.boolean() })
      .nullable(),
  }),
  z.object({ state: z.literal('blocked'), enteredAt: z.number().nullable(), problem }),
  z.object({ state: z.literal('rerun_denied'), enteredAt: z.number(), changedAt: z.number() }),
  z.object({ state: z.literal('erased'), enteredAt: z.number() }),
]);

/** The stored form of a record. */
export const recordSchema: z.ZodType<OpportunityRecord> = z.object({
  accountId: z.string(),
  opportunityId: z.string(),
  leverAccountId: z.string().nullable(),
  contactId: z.string().nullable().default(null),
  entries: z.array(entry),
  requested: z.object({ enteredAt: z.number(), requestedAt: z.number() }).exactOptional(),
  lever: z.object({
    tag: z.string().nullable(),
    otherTags: z.array(z.string()),
    notes: z.array(
      z.object({
        key: z.string(),
        state: z.enum(['posting', 'posted']),
        noteId: z.string().nullable(),
        text: z.string().nullable(),
      }),
    ),
    deferred: z.array(z.object({ write: z.string(), until: z.number() })),
    tagMissedTimes: z.number().exactOptional(),
    lease: z.object({ leaseId: z.string(), until: z.number(), dirty: z.boolean() }).nullable(),
  }),
  nextDecision: scheduled,
  nextSync: scheduled,
  erasedAt: z.number().nullable(),
});

/** Longer than any delivery can be repeated: Lever's admins may rerun deliveries two weeks old. */
const tombstoneDays = 30;
/** A record is kept two years after its last change. */
export const retentionDays = 730;

const mostTries = 20;
/** Of a hundred records each: what a person waits for without noticing. */
const mostPages = 10;

/** The records in the table, one an opportunity, saved whole and only over the version that was read; and what their transitions ask to be done. */
export const createRecords = (
  table: Table,
  ports: { now: () => number; enqueueDecision: EnqueueWork; enqueueSync: EnqueueWork; emit: Emit },
) => {
  const expiresIn = (days: number): number => Math.floor(ports.now() / 1000) + days * 86_400;
  const load = async (accountId: string, opportunityId: string): Promise<Loaded> => {
    const item = await table.get(keys.opportunity(accountId, opportunityId));
    return item === null
      ? { record: newRecord(accountId, opportunityId), version: null }
      : { record: recordSchema.parse(item.content), version: item.version };
  };
  const save = async (record: OpportunityRecord, version: number | null): Promise<Loaded | null> => {
    const { accountId, opportunityId } = record;
    const due = nextDue(record);
    const item = itemOver(version, keys.opportunity(accountId, opportunityId), record, {
      expiresAt: expiresIn(record.erasedAt === null ? retentionDays : tombstoneDays),
      due: due === null ? null : { ...due, partition: duePartitionOf(accountId) },
    });
    return (await table.put(item, version)) ? { record, version: item.version } : null;
  };
  const perform = async (effect: Effect, { accountId, opportunityId }: WorkItem): Promise<void> => {
    const item: WorkItem = { accountId, opportunityId };
    switch (effect.kind) {
      case 'enqueue_decision':
        return ports.enqueueDecision(item);
      case 'enqueue_sync':
        return ports.enqueueSync(item);
      case 'emit': {
        const { kind: _kind, code, ...fields } = effect;
        return ports.emit(code, { ...item, ...fields });
      }
      case 'sync_again':
        // For whoever committed it.
        return;
    }
  };
  /** Saves a transition of the record that was read, then does its effects. Null where somebody was faster: then nothing was saved or done. */
  const commit = async (loaded: Loaded, { record, effects }: Transition): Promise<Loaded | null> => {
    const saved = record === loaded.record ? loaded : await save(record, loaded.version);
    if (saved !== null) for (const effect of effects) await perform(effect, record);
    return saved;
  };
  /** A page of the account's records. `next` leads to the page after this one; null: there is none. */
  const list = async (
    accountId: string,
    after: string | null,
  ): Promise<{ records: OpportunityRecord[]; next: string | null }> => {
    const page = { limit: 100, after };
    const { items, next } = await table.list(keys.accountPartition(accountId), 'OPPORTUNITY#', page);
    return { records: items.map(({ content }) => recordSchema.parse(content)), next };
  };
  return {
    load,
    commit,
    /** Applies a transition to whatever is stored, again if somebody was faster, then does its effects; `after` is `before` itself where it changed nothing. Throws `write_conflict` after many tries. */
    async apply({ accountId, opportunityId }: WorkItem, change: (record: OpportunityRecord) => Transition) {
      for (let tries = 0; tries < mostTries; tries++) {
        const loaded = await load(accountId, opportunityId);
        const { record: after, effects } = change(loaded.record);
        if ((await commit(loaded, { record: after, effects })) !== null)
          return { before: loaded.record, after, effects };
      }
      throw new Failure('write_conflict', 'Too many others changed the same record.');
    },
    list,
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
