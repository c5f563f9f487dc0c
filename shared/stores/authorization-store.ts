import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import * as keys from './keys.ts';
import { storedObject } from './stored-object.ts';
import { hasExpired, itemOver, type Table } from './table.ts';

/** How long a person may take at Lever, and then to answer the question that comes of it, in seconds. */
export const authorizationSeconds = 600;

/** A secret's fingerprint: enough to know it again. The secret must be long and random. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

const authorizationSchema = storedObject({ accountId: z.string(), userId: z.string(), browserHash: z.string() });
/** Who went to Lever to grant access, for which account, in which browser (by the hash of its cookie). */
export type Authorization = Readonly<z.infer<typeof authorizationSchema>>;

/** Authorizations under way, in the table. Each is found by the one-time state that Lever hands back, under whose hash it lies, for ten minutes. */
export const createAuthorizationStore = (table: Pick<Table, 'get' | 'put'>, { now }: { now: () => number }) => {
  const save = (state: string, replaces: number | null, content: Authorization): Promise<boolean> => {
    const expiresAt = Math.floor(now() / 1000) + authorizationSeconds;
    return table.put(itemOver(replaces, keys.authorization(hashOf(state)), content, { expiresAt }), replaces);
  };
  const findAt = async (state: string, version: number): Promise<Authorization | null> => {
    const item = await table.get(keys.authorization(hashOf(state)));
    if (item === null || item.version !== version || hasExpired(item, now())) return null;
    return authorizationSchema.safeParse(item.content).data ?? null;
  };
  return {
    async begin(state: string, authorization: Authorization): Promise<void> {
      if (!(await save(state, null, authorization))) throw new Error('A state was given out twice.');
    },
    /** Null where there is none, it was used, or it is too old. */
    find: (state: string): Promise<Authorization | null> => findAt(state, 1),
    /** One that was used up; null where there is none of that state, or not lately. */
    findUsed: (state: string): Promise<Authorization | null> => findAt(state, 2),
    /** Uses it up; false where somebody else has. */
    consume: (state: string, authorization: Authorization): Promise<boolean> => save(state, 1, authorization),
  };
};
