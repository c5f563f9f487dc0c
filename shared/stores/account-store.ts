import * as z from 'zod';
import { type Account, defaultSettings } from '#shared/domain/account.ts';
import { createIntakeStore } from './intake-store.ts';
import { accountsDuePartition, keys } from './keys.ts';
import { createLeverClaims } from './lever-claims.ts';
import { storedObject } from './stored-object.ts';
import { type Item, itemOver, type Table } from './table.ts';
import { untilSaved } from './until-saved.ts';

export type AccountStore = ReturnType<typeof createAccountStore>;

const targetStage = storedObject({
  id: z.string().nullable(),
  name: z.string(),
  since: z.number().exactOptional(),
}).nullable();

const accountSchema: z.ZodType<Account> = storedObject({
  accountId: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  callbackKeys: z.array(z.object({ madeAt: z.number(), validUntil: z.number().nullable() })).default([]),
  connectionState: z.enum(['not_connected', 'connected', 'disconnected']),
  defaultPackageId: z.string().nullable(),
  triggerStages: z.array(
    storedObject({ id: z.string().nullable(), name: z.string(), since: z.number().exactOptional() }),
  ),
  // A choice that only another version offers is read as the careful one.
  rerun: z
    .discriminatedUnion('kind', [
      storedObject({ kind: z.literal('never') }),
      storedObject({ kind: z.literal('after_days'), days: z.number() }),
      storedObject({ kind: z.literal('always') }),
    ])
    .catch(defaultSettings.rerun),
  tagPolicy: z.enum(['latest', 'history']).catch(defaultSettings.tagPolicy),
  graceSeconds: z.number(),
  oneCheckPerPerson: z.boolean().default(true),
  hourlyCap: z.number().nullable(),
  secretNotes: z.boolean(),
  writesReportUrl: z.boolean(),
  statusLabels: z.record(z.string(), z.string()),
  stageAfter: storedObject({ clear: targetStage, consider: targetStage }).default(defaultSettings.stageAfter),
  connectionChangedAt: z.number().nullable(),
  startsAt: z.number().nullable(),
  connection: storedObject({
    leverAccountId: z.string().nullable(),
    leverUserId: z.string().nullable(),
    authorizedAt: z.number(),
    authorizedBy: z.string().exactOptional(),
    warnedAtDays: z.number().nullable(),
    webhookRemovals: z.number().exactOptional(),
    webhooksRemovedAt: z.number().exactOptional(),
  }).nullable(),
  unknownPackageId: z.string().nullable().default(null),
  stages: storedObject({
    readAt: z.number(),
    names: z.record(z.string(), z.string()),
    order: z.array(z.string()).exactOptional(),
  }).nullable(),
  alreadyInStage: storedObject({
    count: z.number(),
    isComplete: z.boolean(),
    countedAt: z.number(),
    countedFor: z.string(),
  }).exactOptional(),
  leverDeniedSince: z.number().exactOptional(),
  paused: storedObject({ since: z.number(), by: z.string() }).exactOptional(),
  pausedByTurnSince: z.number().exactOptional(),
  maintainedAt: z.number().exactOptional(),
});

/** The word that marks an account, rather than an opportunity, in the index of due work. */
export const maintenanceWork = 'maintenance';

/** When the account in this item was maintained last; null: not yet. */
export const maintainedAtOf = ({ content }: Pick<Item, 'content'>): number | null =>
  z.object({ maintainedAt: z.number() }).safeParse(content).data?.maintainedAt ?? null;

/** More than there will ever be. */
const mostAccounts = 100_000;

/** The accounts in the table, what they chose, and which Lever account belongs to which. */
export const createAccountStore = (table: Table, { now }: { now: () => number }) => {
  const intakes = createIntakeStore(table);
  /** The account first: a copy that an interruption leaves behind is made good by the next change, or maintenance. */
  const save = async (item: Item, account: Account, replaces: number | null): Promise<boolean> => {
    if (!(await table.put(item, replaces))) return false;
    await intakes.copy(account, item.version);
    return true;
  };
  const itemOf = (account: Account, replaces: number | null, dueAt: number) =>
    itemOver(replaces, keys.account(account.accountId), account, {
      due: { dueAt, partition: accountsDuePartition, workType: maintenanceWork },
    });
  const find = async (accountId: string): Promise<Account | null> => {
    const item = await table.get(keys.account(accountId));
    return item === null ? null : accountSchema.parse(item.content);
  };
  return {
    ...createLeverClaims(table, { now, findAccount: find }),
    find,
    /** The account, and when its next maintenance is planned. */
    async findPlanned(accountId: string): Promise<{ account: Account; maintenanceAt: number } | null> {
      const item = await table.get(keys.account(accountId));
      return item === null
        ? null
        : { account: accountSchema.parse(item.content), maintenanceAt: item.due?.dueAt ?? now() };
    },
    /** All that are enabled and connected, as they were a moment ago. */
    async listConnected(): Promise<Account[]> {
      const listed = await table.listDue(accountsDuePartition, Number.MAX_SAFE_INTEGER, mostAccounts);
      const items = await Promise.all(listed.map((item) => table.get(item)));
      // What cannot be read fails loudly where somebody works on it.
      const accounts = items.flatMap((item) => accountSchema.safeParse(item?.content).data ?? []);
      return accounts.filter(({ enabled, connectionState }) => enabled && connectionState === 'connected');
    },
    /** Adds an account that is to be maintained from now on; false where it exists. */
    create: (account: Account): Promise<boolean> => save(itemOf(account, null, now()), account, null),
    /** Applies a change to what is stored, and saves it where that is one; null where there is no such account. `maintenanceAt`: when it should be maintained next, or what becomes of the time that is planned. */
    update: (
      accountId: string,
      change: (account: Account) => Account,
      maintenanceAt?: number | ((planned: number) => number),
    ): Promise<{ before: Account; after: Account } | null> =>
      untilSaved('Too many others changed the same account.', async () => {
        const item = await table.get(keys.account(accountId));
        if (item === null) return null;
        const before = accountSchema.parse(item.content);
        const after = change(before);
        const planned = item.due?.dueAt ?? now();
        const dueAt = typeof maintenanceAt === 'function' ? maintenanceAt(planned) : (maintenanceAt ?? planned);
        if (after === before && dueAt === item.due?.dueAt) return { before, after };
        return (await save(itemOf(after, item.version, dueAt), after, item.version)) ? { before, after } : undefined;
      }),
  };
};
