import * as z from 'zod';
import { problemCodes } from '#shared/domain/check.ts';
import { Failure, isFailureCode } from '#shared/domain/failure.ts';
import { newScreening, nextDue, type Screening } from '#shared/domain/screening.ts';
import { duePartitionOf, keys } from './keys.ts';
import type { Item, Table } from './table.ts';

/** A screening as it was read, with the version that a save must replace (null: not stored yet). */
export type Loaded = { readonly screening: Screening; readonly version: number | null };

/** The screenings: one record an opportunity, saved whole and only over the version that was read. */
export type ScreeningStore = {
  load(accountId: string, opportunityId: string): Promise<Loaded>;
  /** Saves if nobody else did since; answers the new state of things, or null where somebody was faster. */
  save(loaded: Loaded, screening: Screening): Promise<Loaded | null>;
  /** Applies a change to whatever is stored, again if somebody was faster. Throws `table_contended` after many tries. */
  update(accountId: string, opportunityId: string, change: (screening: Screening) => Screening): Promise<Loaded>;
  /** A page of the account's screenings. `next` leads to the page after this one; null: there is none. */
  list(accountId: string, after: string | null): Promise<{ screenings: Screening[]; next: string | null }>;
  /** Remembers whose opportunity a Turn worker is, for callbacks that name nothing else. */
  rememberWorker(accountId: string, workerId: string, opportunityId: string): Promise<void>;
  findByWorker(accountId: string, workerId: string): Promise<string | null>;
};

const failureCode = z.string().refine(isFailureCode);
const planned = z
  .object({
    dueAt: z.number(),
    attempts: z.number(),
    why: failureCode.exactOptional(),
    counts: z.partialRecord(failureCode, z.number()).exactOptional(),
  })
  .nullable();
const check = z.object({
  enteredAt: z.number(),
  state: z.enum(['claimed', 'started', 'problem', 'not_rerun']),
  problem: z
    .object({
      code: z.enum(problemCodes),
      detail: z.string().nullable(),
      since: z.number(),
    })
    .nullable(),
  packageId: z.string().nullable(),
  warnings: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('near_miss_tag'), tag: z.string(), usedDefault: z.boolean() }),
      z.object({ kind: z.literal('unknown_package'), packageId: z.string() }),
    ]),
  ),
  attempt: z
    .object({
      attemptedAt: z.number(),
      inFlightUntil: z.number().nullable(),
      revisit: z.boolean(),
      countedAt: z.number().exactOptional(),
      isRefused: z.boolean().exactOptional(),
    })
    .nullable(),
  workerId: z.string().nullable(),
  turnId: z.string().nullable(),
  dashboardUrl: z.string().nullable(),
  progress: z
    .object({ status: z.string(), hasEnded: z.boolean(), isWithdrawn: z.boolean(), hasReport: z.boolean() })
    .nullable(),
  changedAt: z.number(),
});

/** The stored form of a screening. */
export const screeningSchema: z.ZodType<Screening> = z.object({
  accountId: z.string(),
  opportunityId: z.string(),
  leverAccountId: z.string().nullable(),
  checks: z.array(check),
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
    refused: z.array(z.object({ write: z.string(), until: z.number() })),
    pass: z.object({ passId: z.string(), until: z.number(), again: z.boolean() }).nullable(),
  }),
  reconsider: planned,
  refresh: planned,
  erasedAt: z.number().nullable(),
});

const workerSchema = z.object({ opportunityId: z.string() });

const secondsOfDays = (days: number): number => days * 86_400;
/** Longer than any delivery can be repeated: Lever's admins may rerun deliveries two weeks old. */
const tombstoneDays = 30;

/** Screenings in the table. `retentionDays`: how long one is kept after its last change. */
export const createScreeningStore = (
  table: Table,
  options: { now: () => number; retentionDays: number },
): ScreeningStore => {
  const load: ScreeningStore['load'] = async (accountId, opportunityId) => {
    const item = await table.get(keys.screening(accountId, opportunityId));
    return item === null
      ? { screening: newScreening(accountId, opportunityId), version: null }
      : { screening: screeningSchema.parse(item.content), version: item.version };
  };
  const save: ScreeningStore['save'] = async ({ version }, screening) => {
    const { accountId, opportunityId } = screening;
    const due = nextDue(screening);
    const days = screening.erasedAt === null ? options.retentionDays : tombstoneDays;
    const item: Item = {
      ...keys.screening(accountId, opportunityId),
      version: (version ?? 0) + 1,
      content: screening,
      expiresAt: Math.floor(options.now() / 1000) + secondsOfDays(days),
      due: due === null ? null : { dueAt: due.dueAt, partition: duePartitionOf(accountId), nudge: due.queue },
    };
    return (await table.put(item, version)) ? { screening, version: item.version } : null;
  };
  return {
    load,
    save,
    async update(accountId, opportunityId, change) {
      for (let tries = 0; tries < 20; tries++) {
        const loaded = await load(accountId, opportunityId);
        const saved = await save(loaded, change(loaded.screening));
        if (saved !== null) return saved;
      }
      throw new Failure('table_contended', 'Too many others changed the same record.');
    },
    async list(accountId, after) {
      const page = { limit: 100, after };
      const { items, next } = await table.list(keys.accountPartition(accountId), 'OPPORTUNITY#', page);
      return { screenings: items.map(({ content }) => screeningSchema.parse(content)), next };
    },
    async rememberWorker(accountId, workerId, opportunityId) {
      await table.overwrite({
        ...keys.worker(accountId, workerId),
        version: 1,
        content: { opportunityId },
        expiresAt: Math.floor(options.now() / 1000) + secondsOfDays(options.retentionDays),
        due: null,
      });
    },
    async findByWorker(accountId, workerId) {
      const item = await table.get(keys.worker(accountId, workerId));
      return item === null ? null : workerSchema.parse(item.content).opportunityId;
    },
  };
};
