import * as z from 'zod';
import { type Account, defaultSettings } from '#shared/domain/account.ts';
import { createIntakeStore } from './intake-store.ts';
import { accountsDuePartition, keys } from './keys.ts';
import { createLeverClaims } from './lever-claims.ts';
import { type Item, itemOver, type Table } from './table.ts';
import { untilSaved } from './until-saved.ts';

export type AccountStore = ReturnType<typeof createAccountStore>;

const targetStage = z
  .object({ id: z.string().nullable(), name: z.string(), since: z.number().exactOptional() })
  .nullable();

const accountSchema: z.ZodType<Account> = z.object({
  accountId: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  connectionState: z.enum(['not_connected', 'connected', 'disconnected']),
  defaultPackageId: z.string().nullable(),
  triggerStages: z.array(z.object({ id: z.string().nullable(), name: z.string(), since: z.number().exactOptional() })),
  rerun: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('never') }),
    z.object({ kind: z.literal('after_days'), days: z.number() }),
    z.object({ kind: z.literal('always') }),
  ]),
  tagPolicy: z.enum(['latest', 'history']),
  graceSeconds: z.number(),
  oneCheckPerPerson: z.boolean().default(true),
  hourlyCap: z.number().nullable(),
  secretNotes: z.boolean(),
  writesReportUrl: z.boolean(),
  statusLabels: z.record(z.string(), z.string()),
  stageAfter: z.object({ clear: targetStage, consider: targetStage }).default(defaultSettings.stageAfter),
  connectionChangedAt: z.number().nullable(),
  startsAt: z.number().nullable(),
  connection: z
    .object({
      leverAccountId: z.string().nullable(),
      leverUserId: z.string().nullable(),
      authorizedAt: z.number(),
      authorizedBy: z.string().exactOptional(),
      warnedAtDays: z.number().nullable(),
      webhookRemovals: z.number().exactOptional(),
      webhooksRemovedAt: z.number().exactOptional(),
    })
    .nullable(),
  unknownPackageId: z.string().nullable().default(null),
  stages: z
    .object({
      readAt: z.number(),
      names: z.record(z.string(), z.string()),
      order: z.array(z.string()).exactOptional(),
    })
    .nullable(),
  alreadyInStage: z
    .object({ count: z.number(), isComplete: z.boolean(), countedAt: z.number(), countedFor: z.string() })
    .exactOptional(),
  leverDeniedSince: z.number().exactOptional(),
  paused: z.object({ since: z.number(), by: z.string() }).exactOptional(),
  pausedByTurnSince: z.number().exactOptional(),
});

/** The word that marks an account, rather than an opportunity, in the index of due work. */
export const maintenanceWork = 'maintenance';

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
    /** All that are enabled and connected, as they were a moment ago. */
    async listConnected(): Promise<Account[]> {
      const items = await table.listDue(accountsDuePartition, Number.MAX_SAFE_INTEGER, mostAccounts);
      // What cannot be read fails loudly where somebody works on it.
      const accounts = items.flatMap(({ content }) => accountSchema.safeParse(content).data ?? []);
      return accounts.filter(({ enabled, connectionState }) => enabled && connectionState === 'connected');
    },
    /** Adds an account that is to be maintained from now on; false where it exists. */
    create: (account: Account): Promise<boolean> => save(itemOf(account, null, now()), account, null),
    /** Applies a change to what is stored; null where there is no such account. `maintenanceAt`: when it should be maintained next. */
    update: (
      accountId: string,
      change: (account: Account) => Account,
      maintenanceAt?: number,
    ): Promise<{ before: Account; after: Account } | null> =>
      untilSaved('Too many others changed the same account.', async () => {
        const item = await table.get(keys.account(accountId));
        if (item === null) return null;
        const before = accountSchema.parse(item.content);
        const after = change(before);
        const dueAt = maintenanceAt ?? item.due?.dueAt ?? now();
        return (await save(itemOf(after, item.version, dueAt), after, item.version)) ? { before, after } : undefined;
      }),
  };
};
