import * as z from 'zod/mini';
import type { Candidate } from '#shared/domain/candidate.ts';
import type { InvitationChannel } from '#shared/domain/stage-entry.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import type { HttpAnswer } from '#shared/http/send-request.ts';
import { isTokenRefusal, turnIdText } from './turn-words.ts';

export type Order = {
  readonly candidate: Candidate;
  readonly packageId: string | null;
  /** Our check id: Turn's only look-up key for an order whose answer was lost. */
  readonly referenceId: string;
  readonly callbackUrl: string;
  /** Epoch milliseconds after which it must not be sent. */
  readonly deadline: number;
};

/** What became of an order. `notInvitedBy`: how the candidate should have been invited, and was not, as Turn says. `uncertain`: it may have reached Turn; ask by reference before ever ordering again. */
export type OrderOutcome =
  | { readonly kind: 'ordered'; readonly workerId: string; readonly notInvitedBy: InvitationChannel | null }
  | { readonly kind: 'package_unknown' }
  | { readonly kind: 'token_rejected' }
  | { readonly kind: 'rejected'; readonly fields: readonly string[] }
  | { readonly kind: 'uncertain'; readonly reason: string };

/** Turn's codes for each way of inviting: an HTTP status, or one behind a digit of its own (`9200`). */
const channelSchema = z.pipe(
  z.object({ status: z.union([z.int(), z.pipe(z.string().check(z.regex(/^\d+$/u)), z.transform(Number))]) }),
  z.transform(({ status }) => status % 1000),
);
const orderedSchema = z.object({
  worker_id: turnIdText,
  email_status: z.optional(z.unknown()),
  sms_status: z.optional(z.unknown()),
});
const knownFields = ['first_name', 'last_name', 'email', 'phone_number'];

/** What an order says to Turn. */
export const orderBody = ({ candidate, packageId, referenceId, callbackUrl }: Order): Record<string, unknown> => ({
  first_name: candidate.firstName,
  last_name: candidate.lastName,
  email: candidate.email,
  ...(candidate.phone === null ? {} : { phone_number: candidate.phone }),
  ...(packageId === null ? {} : { package_id: packageId }),
  reference_id: referenceId,
  callback_url: callbackUrl,
  email_candidate: true,
  do_checks: true,
});

/** What Turn's answer to an order says. */
export const readOrderAnswer = ({ status, body }: HttpAnswer, order: Order): OrderOutcome => {
  const json = parseJson(body);
  if (status >= 200 && status < 300) {
    const ordered = orderedSchema.safeParse(json);
    return ordered.success
      ? { kind: 'ordered', workerId: ordered.data.worker_id, notInvitedBy: failedChannel(ordered.data, order) }
      : { kind: 'uncertain', reason: 'no worker id' };
  }
  if (status < 400 || status >= 500 || status === 408 || status === 425 || status === 429) {
    return { kind: 'uncertain', reason: `status ${status}` };
  }
  // Turn says in JSON that it refuses a token. Without it, somebody on the way refused: a firewall, a proxy.
  if ((status === 401 || status === 403) && json === undefined)
    return { kind: 'uncertain', reason: `status ${status} without JSON` };
  if (isTokenRefusal(status, json)) return { kind: 'token_rejected' };
  // Turn's words: "Package P… doesn't exist." and "Package P… for partner 123 does not exist", under different keys.
  if (/package\b.*\b(?:doesn.?t|does not) exist/iu.test(body)) return { kind: 'package_unknown' };
  const named = [...body.matchAll(/"json\.(\w+)"/gu)].map(([, field = '']) => field);
  const fields = knownFields.filter((field) => named.includes(field));
  // What else Turn objects to is told in no words of its own, but a field is not to blame alone then.
  return {
    kind: 'rejected',
    fields: named.every((field) => knownFields.includes(field)) ? fields : [...fields, 'other'],
  };
};

/** The check exists all the same. A text message that nobody asked for is not missed. */
const failedChannel = (
  answer: z.infer<typeof orderedSchema>,
  { candidate }: Pick<Order, 'candidate'>,
): InvitationChannel | null => {
  const hasFailed = (channel: unknown): boolean => {
    const status = channelSchema.safeParse(channel);
    return status.success && (status.data < 200 || status.data >= 300);
  };
  if (hasFailed(answer.email_status)) return 'email';
  return candidate.phone !== null && hasFailed(answer.sms_status) ? 'sms' : null;
};
