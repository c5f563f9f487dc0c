import { createHmac, timingSafeEqual } from 'node:crypto';

/** The key in an account's callback address: Turn signs nothing, so only the address itself can be secret. 43 characters of base64url. */
export const callbackKeyOf = (callbackSecret: string, accountId: string): string =>
  createHmac('sha256', callbackSecret).update(`turn-callback/${accountId}`).digest('base64url');

/** Is this the key of the account's callback address? */
export const isCallbackKey = (callbackSecret: string, accountId: string, key: string): boolean => {
  const expected = Buffer.from(callbackKeyOf(callbackSecret, accountId));
  const given = Buffer.from(key);
  return given.length === expected.length && timingSafeEqual(given, expected);
};

/** The path of an account's callback address. */
export const callbackPathOf = (callbackSecret: string, accountId: string): string =>
  `/turn/${encodeURIComponent(accountId)}/${callbackKeyOf(callbackSecret, accountId)}`;
