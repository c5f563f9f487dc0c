import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { hasHalfLetter } from '#shared/domain/half-letters.ts';

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

const mostIds = 8;

/** An id as Turn may write it. */
const idSchema = z.union([
  z
    .string()
    .trim()
    .min(1)
    .max(128)
    .refine((id) => !hasHalfLetter(id)),
  z.int().transform(String),
]);
const objectSchema = z.record(z.string(), z.unknown());

/** Whom a callback may be about. */
export type CallbackSubject = { readonly workerIds: readonly string[]; readonly referenceIds: readonly string[] };

/**
 * Reads the ids of a callback; null where it is no JSON object. The key in its address vouches for it, so that its shape
 * does not matter: Turn documents four, and sends others to the same address. All but ids is dropped at once, for bodies
 * hold personal data and criminal records.
 */
export const readCallback = (body: unknown): CallbackSubject | null => {
  const outer = objectSchema.safeParse(body);
  if (!outer.success) return null;
  const inner = Object.values(outer.data).map((value) => objectSchema.safeParse(value).data ?? {});
  const idsUnder = (...names: string[]): string[] => {
    const values = [outer.data, ...inner].flatMap((object) => names.map((name) => object[name]));
    return [...new Set(values.flatMap((value) => idSchema.safeParse(value).data ?? []))].slice(0, mostIds);
  };
  return { workerIds: idsUnder('worker_id', 'worker_uuid', 'turn_id'), referenceIds: idsUnder('reference_id') };
};
