import * as z from 'zod';
import type { Account } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import { accountsDuePartition, keys } from './keys.ts';
import { createLeverClaims, type LeverClaims } from './lever-claims.ts';
import type { Table } from './table.ts';

/** The accounts, what they chose, and which Lever account belongs to which. */
export type AccountStore = LeverClaims & {
  find(accountId: string): Promise<Account | null>;
  /** All that are enabled and connected, as they were a moment ago. */
  listConnected(): Promise<Account[]>;
  /** Adds an account that is to be looked after from now on; false where it exists. */
  create(account: Account): Promise<boolean>;
  /** Applies a change to what is stored; null where there is no such account. `upkeepAt`: when the sweep should look after it next. */
  update(accountId: string, change: (account: Account) => Account, upkeepAt?: number): Promise<Account | null>;
};

const accountSchema: z.ZodType<Account> = z.object({
  accountId: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  connection: z.enum(['not_connected', 'connected', 'disconnected']),
  defaultPackageId: z.string().nullable(),
  triggerStages: z.array(z.object({ id: z.string().nullable(), name: z.string(), since: z.number().exactOptional() })),
  rerun: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('never') }),
    z.object({ kind: z.literal('after_days'), days: z.number() }),
    z.object({ kind: z.literal('always') }),
  ]),
  tagPolicy: z.enum(['latest', 'history']),
  graceSeconds: z.number(),
  hourlyCap: z.number().nullable(),
  secretNotes: z.boolean(),
  writesReportUrl: z.boolean(),
  statusLabels: z.record(z.string(), z.string()),
  connectionChangedAt: z.number().nullable(),
  startsAt: z.number().nullable(),
  granter: z
    .object({
      leverAccountId: z.string().nullable(),
      leverUserId: z.string().nullable(),
      grantedAt: z.number(),
      grantedBy: z.string().exactOptional(),
      warnedAtDays: z.number().nullable(),
      webhookRemovals: z.number().exactOptional(),
    })
    .nullable(),
  stages: z
    .object({
      readAt: z.number(),
      names: z.record(z.string(), z.string()),
      order: z.array(z.string()).exactOptional(),
    })
    .nullable(),
});

/** The word that marks an account, rather than an opportunity, in the index of due work. */
export const upkeepNudge = 'upkeep';

/** More than there will ever be. */
const mostAccounts = 100_000;

/** Accounts in the table. */
export const createAccountStore = (table: Table, options: { now: () => number }): AccountStore => {
  const itemOf = (account: Account, version: number, dueAt: number) => ({
    ...keys.account(account.accountId),
    version,
    content: account,
    expiresAt: null,
    due: { dueAt, partition: accountsDuePartition, nudge: upkeepNudge },
  });
  const find: AccountStore['find'] = async (accountId) => {
    const item = await table.get(keys.account(accountId));
    return item === null ? null : accountSchema.parse(item.content);
  };
  return {
    ...createLeverClaims(table, { now: options.now, findAccount: find }),
    find,
    async listConnected() {
      const items = await table.listDue(accountsDuePartition, Number.MAX_SAFE_INTEGER, mostAccounts);
      // What cannot be read fails loudly where somebody works on it.
      const accounts = items.flatMap(({ content }) => accountSchema.safeParse(content).data ?? []);
      return accounts.filter(({ enabled, connection }) => enabled && connection === 'connected');
    },
    create: (account) => table.put(itemOf(account, 1, options.now()), null),
    async update(accountId, change, upkeepAt) {
      for (let tries = 0; tries < 20; tries++) {
        const item = await table.get(keys.account(accountId));
        if (item === null) return null;
        const account = change(accountSchema.parse(item.content));
        const dueAt = upkeepAt ?? item.due?.dueAt ?? options.now();
        if (await table.put(itemOf(account, item.version + 1, dueAt), item.version)) return account;
      }
      throw new Failure('table_contended', 'Too many others changed the same account.');
    },
  };
};
