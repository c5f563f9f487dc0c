import * as z from 'zod/mini';
import { type Account, defaultSettings } from '#shared/domain/account.ts';
import { createIntakeCopier } from './intake-store.ts';
import * as keys from './keys.ts';
import { createLeverClaims } from './lever-claims.ts';
import { storedObject } from './stored-object.ts';
import { type Item, itemOver, type Table } from './table.ts';
import { untilSaved } from './until-saved.ts';

export type AccountStore = ReturnType<typeof createAccountStore>;

const targetStage = z.nullable(
  storedObject({
    id: z.nullable(z.string()),
    name: z.string(),
    since: z.exactOptional(z.number()),
  }),
);

const accountSchema: z.ZodMiniType<Account> = storedObject({
  accountId: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  callbackKeys: z._default(z.array(z.object({ madeAt: z.number(), validUntil: z.nullable(z.number()) })), []),
  connectionState: z.enum(['not_connected', 'connected', 'disconnected']),
  defaultPackageId: z.nullable(z.string()),
  triggerStages: z.array(
    storedObject({ id: z.nullable(z.string()), name: z.string(), since: z.exactOptional(z.number()) }),
  ),
  // A choice that only another version offers is read as the careful one.
  rerun: z.catch(
    z.discriminatedUnion('kind', [
      storedObject({ kind: z.literal('never') }),
      storedObject({ kind: z.literal('after_days'), days: z.number() }),
      storedObject({ kind: z.literal('always') }),
    ]),
    defaultSettings.rerun,
  ),
  tagPolicy: z.catch(z.enum(['latest', 'history']), defaultSettings.tagPolicy),
  graceSeconds: z.number(),
  oneCheckPerPerson: z._default(z.boolean(), true),
  hourlyCap: z.nullable(z.number()),
  secretNotes: z.boolean(),
  writesReportUrl: z.boolean(),
  statusLabels: z.record(z.string(), z.string()),
  stageAfter: z._default(storedObject({ clear: targetStage, consider: targetStage }), defaultSettings.stageAfter),
  connectionChangedAt: z.nullable(z.number()),
  startsAt: z.nullable(z.number()),
  connection: z.nullable(
    storedObject({
      leverAccountId: z.nullable(z.string()),
      leverUserId: z.nullable(z.string()),
      authorizedAt: z.number(),
      authorizedBy: z.exactOptional(z.string()),
      warnedAtDays: z.nullable(z.number()),
      webhookRemovals: z.exactOptional(z.number()),
      webhooksRemovedAt: z.exactOptional(z.number()),
    }),
  ),
  unknownPackageId: z._default(z.nullable(z.string()), null),
  stages: z.nullable(
    storedObject({
      readAt: z.number(),
      names: z.record(z.string(), z.string()),
      order: z.exactOptional(z.array(z.string())),
    }),
  ),
  alreadyInStage: z.exactOptional(
    storedObject({
      count: z.number(),
      isComplete: z.boolean(),
      countedAt: z.number(),
      countedFor: z.string(),
    }),
  ),
  leverDeniedSince: z.exactOptional(z.number()),
  paused: z.exactOptional(storedObject({ since: z.number(), by: z.string() })),
  pausedByTurnSince: z.exactOptional(z.number()),
  maintainedAt: z.exactOptional(z.number()),
});

/** The word that marks an account, rather than an opportunity, in the index of due work. */
export const maintenanceWork = 'maintenance';

/** When the account in this item was maintained last; null: not yet. */
export const maintainedAtOf = ({ content }: Pick<Item, 'content'>): number | null =>
  z.object({ maintainedAt: z.number() }).safeParse(content).data?.maintainedAt ?? null;

/** An account before and after a change. */
type Changed = { readonly before: Account; readonly after: Account };

/** More than there will ever be. */
const mostAccounts = 100_000;

/** The accounts in the table, what they chose, and which Lever account belongs to which. */
export const createAccountStore = (table: Table, { now }: { now: () => number }) => {
  const copyIntake = createIntakeCopier(table);
  /** The account first: a copy that an interruption leaves behind is made good by the next change, or maintenance. */
  const save = async (item: Item, account: Account, replaces: number | null): Promise<boolean> => {
    if (!(await table.put(item, replaces))) return false;
    await copyIntake(account, item.version);
    return true;
  };
  const itemOf = (account: Account, replaces: number | null, dueAt: number) =>
    itemOver(replaces, keys.account(account.accountId), account, {
      due: { dueAt, partition: keys.accountsDuePartition, workType: maintenanceWork },
    });
  const find = async (accountId: string): Promise<Account | null> => {
    const item = await table.get(keys.account(accountId));
    return item === null ? null : z.parse(accountSchema, item.content);
  };
  return {
    ...createLeverClaims(table, { now, findAccount: find }),
    find,
    /** The account, and when its next maintenance is planned. */
    async findPlanned(accountId: string): Promise<{ account: Account; maintenanceAt: number } | null> {
      const item = await table.get(keys.account(accountId));
      return item === null
        ? null
        : { account: z.parse(accountSchema, item.content), maintenanceAt: item.due?.dueAt ?? now() };
    },
    /** All that are enabled and connected, as they were a moment ago. */
    async listConnected(): Promise<Account[]> {
      const listed = await table.listDue(keys.accountsDuePartition, Number.MAX_SAFE_INTEGER, mostAccounts);
      const items = await Promise.all(listed.map((item) => table.get(item)));
      // What cannot be read fails loudly where somebody works on it.
      const accounts = items.flatMap((item) => accountSchema.safeParse(item?.content).data ?? []);
      return accounts.filter(({ enabled, connectionState }) => enabled && connectionState === 'connected');
    },
    /** Adds an account that is to be maintained from now on; false where it exists. Its versions go on from what a deleted one of the same id may have left. */
    async create(account: Account): Promise<boolean> {
      const version = ((await table.get(keys.intake(account.accountId)))?.version ?? 0) + 1;
      return save({ ...itemOf(account, null, now()), version }, account, null);
    },
    /** Applies a change to what is stored, and saves it where that is one; null where there is no such account. `maintenanceAt`: when it should be maintained next, or what becomes of the time that is planned, by what was changed. */
    update: (
      accountId: string,
      change: (account: Account) => Account,
      maintenanceAt?: number | ((planned: number, changed: Changed) => number),
    ): Promise<Changed | null> =>
      untilSaved('Too many others changed the same account.', async () => {
        const item = await table.get(keys.account(accountId));
        if (item === null) return null;
        const before = z.parse(accountSchema, item.content);
        const after = change(before);
        const planned = item.due?.dueAt ?? now();
        const dueAt =
          typeof maintenanceAt === 'function' ? maintenanceAt(planned, { before, after }) : (maintenanceAt ?? planned);
        if (after === before && dueAt === item.due?.dueAt) return { before, after };
        return (await save(itemOf(after, item.version, dueAt), after, item.version)) ? { before, after } : undefined;
      }),
  };
};
