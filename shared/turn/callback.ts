import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Account } from '#shared/domain/account.ts';
import { type CallbackKey, validCallbackKeys } from '#shared/domain/callback-keys.ts';
import { hasHalfLetter } from '#shared/domain/half-letters.ts';
import { isObject } from '#shared/guards.ts';

/** The account that a callback address belongs to, and the keys that it has. */
type Addressed = Pick<Account, 'accountId' | 'callbackKeys'>;

/** A key of an account's callback address: Turn signs nothing, so only the address itself can be secret. 43 characters of base64url. Derived, so that whoever reads the table cannot make it. */
const keyText = (callbackSecret: string, accountId: string, { madeAt }: Pick<CallbackKey, 'madeAt'>): string =>
  createHmac('sha256', callbackSecret).update(`turn-callback/${accountId}/${madeAt}`).digest('base64url');

/** Could this be a key of any callback address? Costs nothing. */
export const looksLikeCallbackKey = (key: string): boolean => /^[\w-]{43}$/u.test(key);

/** Is this a key of the account's callback address that is valid now? */
export const isCallbackKey = (callbackSecret: string, account: Addressed, key: string, now: number): boolean => {
  const given = Buffer.from(key);
  let isValid = false;
  for (const each of validCallbackKeys(account, now)) {
    const expected = Buffer.from(keyText(callbackSecret, account.accountId, each));
    isValid = (given.length === expected.length && timingSafeEqual(given, expected)) || isValid;
  }
  return isValid;
};

/** The path of an account's callback address. An account without a key has one all the same, at which nobody listens. */
export const callbackPathOf = (callbackSecret: string, { accountId, callbackKeys }: Addressed): string => {
  const current = callbackKeys.find(({ validUntil }) => validUntil === null) ?? { madeAt: 0 };
  return `/turn/${encodeURIComponent(accountId)}/${keyText(callbackSecret, accountId, current)}`;
};

const mostIds = 8;

const longestId = 128;

/** An id as Turn may write it: a text or a whole number. */
const readIds = (given: unknown): string[] => {
  const id = Number.isSafeInteger(given) ? String(given) : typeof given === 'string' ? given.trim() : '';
  return id !== '' && id.length <= longestId && !hasHalfLetter(id) ? [id] : [];
};

/** Whom a callback may be about. */
export type CallbackSubject = { readonly workerIds: readonly string[]; readonly referenceIds: readonly string[] };

/**
 * Reads the ids of a callback; null where it is no JSON object. The key in its address vouches for it, so that its shape
 * does not matter: Turn documents four, and sends others to the same address. All but ids is dropped at once, for bodies
 * hold personal data and criminal records.
 */
export const readCallback = (body: unknown): CallbackSubject | null => {
  if (!isObject(body)) return null;
  const objects = [body, ...Object.values(body).filter(isObject)];
  const idsUnder = (...names: string[]): string[] => {
    const ids = objects.flatMap((object) => names.flatMap((name) => readIds(object[name])));
    return [...new Set(ids)].slice(0, mostIds);
  };
  return { workerIds: idsUnder('worker_id', 'worker_uuid', 'turn_id'), referenceIds: idsUnder('reference_id') };
};
