import { createHash } from 'node:crypto';
import * as z from 'zod';
import { keys } from './keys.ts';
import { hasExpired, type Table } from './table.ts';

/** Who went to Lever to grant access, for which account, in which browser (by the hash of its cookie). */
export type Authorization = { readonly accountId: string; readonly userId: string; readonly browserHash: string };

/** Authorizations under way. Each is found by the one-time state that Lever hands back, for ten minutes. */
export type AuthorizationStore = {
  begin(state: string, authorization: Authorization): Promise<void>;
  /** Null where there is none, it was used, or it is too old. */
  find(state: string): Promise<Authorization | null>;
  /** Uses it up; false where somebody else has. */
  consume(state: string, authorization: Authorization): Promise<boolean>;
  /** One that was used up; null where there is none of that state, or not lately. */
  findUsed(state: string): Promise<Authorization | null>;
};

/** How long a person may take at Lever, and then to answer the question that comes of it, in seconds. */
export const authorizationSeconds = 600;

/** A secret's fingerprint: enough to know it again. The secret must be long and random. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

const authorizationSchema = z.object({ accountId: z.string(), userId: z.string(), browserHash: z.string() });

/** Authorizations in the table, under the hash of their state. */
export const createAuthorizationStore = (
  table: Pick<Table, 'get' | 'put'>,
  options: { now: () => number },
): AuthorizationStore => {
  const itemOf = (state: string, version: number, content: Authorization) => ({
    ...keys.authorization(hashOf(state)),
    version,
    content,
    expiresAt: Math.floor(options.now() / 1000) + authorizationSeconds,
    due: null,
  });
  const findAt = async (state: string, version: number): Promise<Authorization | null> => {
    const item = await table.get(keys.authorization(hashOf(state)));
    if (item === null || item.version !== version || hasExpired(item, options.now())) return null;
    return authorizationSchema.safeParse(item.content).data ?? null;
  };
  return {
    async begin(state, authorization) {
      if (!(await table.put(itemOf(state, 1, authorization), null))) throw new Error('A state was given out twice.');
    },
    find: (state) => findAt(state, 1),
    findUsed: (state) => findAt(state, 2),
    consume: (state, authorization) => table.put(itemOf(state, 2, authorization), 1),
  };
};
