import * as z from 'zod/mini';
import { authorizationSeconds } from './authorization-store.ts';
import { tokenSetSchema } from './credential-store.ts';
import type { FieldCipher } from './field-cipher.ts';
import * as keys from './keys.ts';
import { storedObject } from './stored-object.ts';
import { hasExpired, itemOver, type Table } from './table.ts';

const pendingSchema = storedObject({
  tokens: tokenSetSchema,
  connection: storedObject({ leverAccountId: z.nullable(z.string()), leverUserId: z.nullable(z.string()) }),
  userId: z.string(),
  browserHash: z.string(),
  authorizedAt: z.optional(z.number()),
});

/** Access to another Lever account, until somebody says whether it shall replace the present one. */
type PendingConnection = Readonly<z.infer<typeof pendingSchema>>;

/** Pending connections in the table, encrypted for their account: at most one an account, for as long as the browser's state cookie lives. */
export const createPendingConnectionStore = (
  table: Pick<Table, 'get' | 'put' | 'overwrite'>,
  cipher: FieldCipher,
  { now }: { now: () => number },
) => {
  const contextOf = (accountId: string): string => `${accountId}/waiting-tokens`;
  const itemOf = (accountId: string, replaces: number | null, content: string | null) =>
    itemOver(replaces, keys.pendingConnection(accountId), content, {
      expiresAt: Math.floor(now() / 1000) + authorizationSeconds,
    });
  return {
    async save(accountId: string, pending: PendingConnection): Promise<void> {
      const content = await cipher.encrypt(contextOf(accountId), JSON.stringify(pending));
      const before = await table.get(keys.pendingConnection(accountId));
      await table.overwrite(itemOf(accountId, before?.version ?? null, content));
    },
    /** The pending connection, and a way to be the only one to take it: false where somebody was faster. */
    async find(accountId: string): Promise<{ pending: PendingConnection; take: () => Promise<boolean> } | null> {
      const item = await table.get(keys.pendingConnection(accountId));
      if (item === null || item.content === null || hasExpired(item, now())) return null;
      const text = await cipher.decrypt(contextOf(accountId), z.parse(z.string(), item.content));
      return {
        pending: z.parse(pendingSchema, JSON.parse(text)),
        take: () => table.put(itemOf(accountId, item.version, null), item.version),
      };
    },
  };
};
