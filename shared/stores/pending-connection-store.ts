import * as z from 'zod';
import type { TokenSet } from '#shared/domain/token-set.ts';
import { authorizationSeconds } from './authorization-store.ts';
import { tokenSetSchema } from './credential-store.ts';
import type { FieldCipher } from './field-cipher.ts';
import { keys } from './keys.ts';
import { hasExpired, type Table } from './table.ts';

/** Access to another Lever account, until somebody says whether it shall replace the present one. */
export type PendingConnection = {
  readonly tokens: TokenSet;
  readonly connection: { readonly leverAccountId: string | null; readonly leverUserId: string | null };
  readonly userId: string;
  readonly browserHash: string;
};

/** At most one pending connection an account, for as long as the browser's state cookie lives. */
export type PendingConnectionStore = {
  save(accountId: string, pending: PendingConnection): Promise<void>;
  /** The pending connection, and a way to be the only one to take it: false where somebody was faster. */
  find(accountId: string): Promise<{ pending: PendingConnection; take: () => Promise<boolean> } | null>;
};

const pendingSchema = z.object({
  tokens: tokenSetSchema,
  connection: z.object({ leverAccountId: z.string().nullable(), leverUserId: z.string().nullable() }),
  userId: z.string(),
  browserHash: z.string(),
});

/** Pending connections in the table, encrypted for their account. */
export const createPendingConnectionStore = (
  table: Pick<Table, 'get' | 'put' | 'overwrite'>,
  cipher: FieldCipher,
  options: { now: () => number },
): PendingConnectionStore => {
  const contextOf = (accountId: string): string => `${accountId}/waiting-tokens`;
  const itemOf = (accountId: string, version: number, content: string | null) => ({
    ...keys.pendingConnection(accountId),
    version,
    content,
    expiresAt: Math.floor(options.now() / 1000) + authorizationSeconds,
    due: null,
  });
  return {
    async save(accountId, pending) {
      const content = await cipher.encrypt(contextOf(accountId), JSON.stringify(pending));
      const before = await table.get(keys.pendingConnection(accountId));
      await table.overwrite(itemOf(accountId, (before?.version ?? 0) + 1, content));
    },
    async find(accountId) {
      const item = await table.get(keys.pendingConnection(accountId));
      if (item === null || item.content === null || hasExpired(item, options.now())) return null;
      const text = await cipher.decrypt(contextOf(accountId), z.string().parse(item.content));
      return {
        pending: pendingSchema.parse(JSON.parse(text)),
        take: () => table.put(itemOf(accountId, item.version + 1, null), item.version),
      };
    },
  };
};
