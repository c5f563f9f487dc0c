import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

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

const id = z.string().min(1).max(128);
const optionalId = id.nullish();
/** Turn's four documented bodies; all but ids is dropped at once, for two of them hold personal data and criminal records. */
const callbackSchema = z.union([
  z.object({ original_state: z.string().nullish(), state: z.string(), worker_id: id, reference_id: optionalId }),
  z.object({ partner_worker_status: z.string(), worker_uuid: id, reference_id: optionalId }),
  z.object({ hook_type: z.enum(['CONSENT_CONFIRMATION', 'SSN_UPDATED']), worker_id: id, reference_id: optionalId }),
]);

/** Whom a callback is about. */
export type CallbackSubject = { readonly workerId: string; readonly referenceId: string | null };

/** Reads the ids of a callback of any known shape; null for anything else. */
export const readCallback = (body: unknown): CallbackSubject | null => {
  const parsed = callbackSchema.safeParse(body);
  if (!parsed.success) return null;
  return {
    workerId: 'worker_id' in parsed.data ? parsed.data.worker_id : parsed.data.worker_uuid,
    referenceId: parsed.data.reference_id ?? null,
  };
};
