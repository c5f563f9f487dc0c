import * as z from 'zod';
import { isFailureCode } from '#shared/domain/failure.ts';
import { newRecord, nextDue, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { problemCodes } from '#shared/domain/stage-entry.ts';
import { duePartitionOf, keys } from './keys.ts';
import type { Item, Table } from './table.ts';

/** A record as it was read, with the version that a save must replace (null: not stored yet). */
export type Loaded = { readonly record: OpportunityRecord; readonly version: number | null };

/** The records: one record an opportunity, saved whole and only over the version that was read. */
export type OpportunityStore = {
  load(accountId: string, opportunityId: string): Promise<Loaded>;
  /** Saves if nobody else did since; answers the new state of things, or null where somebody was faster. */
  save(loaded: Loaded, record: OpportunityRecord): Promise<Loaded | null>;
  /** A page of the account's records. `next` leads to the page after this one; null: there is none. */
  list(accountId: string, after: string | null): Promise<{ records: OpportunityRecord[]; next: string | null }>;
  /** Remembers whose opportunity a Turn worker is, for callbacks that name nothing else. */
  rememberWorker(accountId: string, workerId: string, opportunityId: string): Promise<void>;
  findByWorker(accountId: string, workerId: string): Promise<string | null>;
};

const failureCode = z.string().refine(isFailureCode);
const scheduled = z
  .object({
    dueAt: z.number(),
    attempts: z.number(),
    lastFailure: failureCode.exactOptional(),
    failureCounts: z.partialRecord(failureCode, z.number()).exactOptional(),
    isForArchived: z.literal(true).exactOptional(),
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
  entries: z.array(entry),
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
    lease: z.object({ leaseId: z.string(), until: z.number(), dirty: z.boolean() }).nullable(),
  }),
  nextDecision: scheduled,
  nextSync: scheduled,
  erasedAt: z.number().nullable(),
});

const workerSchema = z.object({ opportunityId: z.string() });

const secondsOfDays = (days: number): number => days * 86_400;
/** Longer than any delivery can be repeated: Lever's admins may rerun deliveries two weeks old. */
const tombstoneDays = 30;
/** A record is kept two years after its last change. */
const retentionDays = 730;

/** Records in the table. */
export const createOpportunityStore = (table: Table, options: { now: () => number }): OpportunityStore => {
  const load: OpportunityStore['load'] = async (accountId, opportunityId) => {
    const item = await table.get(keys.opportunity(accountId, opportunityId));
    return item === null
      ? { record: newRecord(accountId, opportunityId), version: null }
      : { record: recordSchema.parse(item.content), version: item.version };
  };
  const save: OpportunityStore['save'] = async ({ version }, record) => {
    const { accountId, opportunityId } = record;
    const due = nextDue(record);
    const days = record.erasedAt === null ? retentionDays : tombstoneDays;
    const item: Item = {
      ...keys.opportunity(accountId, opportunityId),
      version: (version ?? 0) + 1,
      content: record,
      expiresAt: Math.floor(options.now() / 1000) + secondsOfDays(days),
      due: due === null ? null : { dueAt: due.dueAt, partition: duePartitionOf(accountId), workType: due.workType },
    };
    return (await table.put(item, version)) ? { record, version: item.version } : null;
  };
  return {
    load,
    save,
    async list(accountId, after) {
      const page = { limit: 100, after };
      const { items, next } = await table.list(keys.accountPartition(accountId), 'OPPORTUNITY#', page);
      return { records: items.map(({ content }) => recordSchema.parse(content)), next };
    },
    async rememberWorker(accountId, workerId, opportunityId) {
      await table.overwrite({
        ...keys.worker(accountId, workerId),
        version: 1,
        content: { opportunityId },
        expiresAt: Math.floor(options.now() / 1000) + secondsOfDays(retentionDays),
        due: null,
      });
    },
    async findByWorker(accountId, workerId) {
      const item = await table.get(keys.worker(accountId, workerId));
      return item === null ? null : workerSchema.parse(item.content).opportunityId;
    },
  };
};
