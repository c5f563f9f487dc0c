import * as z from 'zod';
import { authorizationSeconds } from './authorization-store.ts';
import type { StoredGrant } from './credential-store.ts';
import { keys } from './keys.ts';
import { hasExpired, type Table } from './table.ts';
import type { Vault } from './vault.ts';

/** A grant of another Lever account, until somebody says whether it shall replace the present one. */
export type WaitingGrant = {
  readonly grant: StoredGrant;
  readonly granter: { readonly leverAccountId: string | null; readonly leverUserId: string | null };
  readonly userId: string;
  readonly browserHash: string;
};

/** At most one waiting grant an account, for as long as the browser stays marked. */
export type WaitingGrantStore = {
  save(accountId: string, waiting: WaitingGrant): Promise<void>;
  /** The grant that waits, and a way to be the only one to take it: false where somebody was faster. */
  find(accountId: string): Promise<{ waiting: WaitingGrant; take: () => Promise<boolean> } | null>;
};

const waitingSchema = z.object({
  grant: z.object({ accessToken: z.string(), refreshToken: z.string(), expiresAt: z.number() }),
  granter: z.object({ leverAccountId: z.string().nullable(), leverUserId: z.string().nullable() }),
  userId: z.string(),
  browserHash: z.string(),
});

/** Waiting grants in the table, sealed for their account. */
export const createWaitingGrantStore = (
  table: Pick<Table, 'get' | 'put' | 'overwrite'>,
  vault: Vault,
  options: { now: () => number },
): WaitingGrantStore => {
  const contextOf = (accountId: string): string => `${accountId}/waiting-grant`;
  const itemOf = (accountId: string, version: number, content: string | null) => ({
    ...keys.waitingGrant(accountId),
    version,
    content,
    expiresAt: Math.floor(options.now() / 1000) + authorizationSeconds,
    due: null,
  });
  return {
    async save(accountId, waiting) {
      const content = await vault.seal(contextOf(accountId), JSON.stringify(waiting));
      const before = await table.get(keys.waitingGrant(accountId));
      await table.overwrite(itemOf(accountId, (before?.version ?? 0) + 1, content));
    },
    async find(accountId) {
      const item = await table.get(keys.waitingGrant(accountId));
      if (item === null || item.content === null || hasExpired(item, options.now())) return null;
      const text = await vault.open(contextOf(accountId), z.string().parse(item.content));
      return {
        waiting: waitingSchema.parse(JSON.parse(text)),
        take: () => table.put(itemOf(accountId, item.version + 1, null), item.version),
      };
    },
  };
};
