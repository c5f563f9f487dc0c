import * as z from 'zod';
import { Failure } from '#shared/domain/failure.ts';
import type { Candidate } from '#shared/domain/opportunity.ts';
import type { CheckStatus } from '#shared/domain/stage-entry.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { type HttpAnswer, NetworkError, type SendRequest } from '#shared/http/send-request.ts';

/**
 * Turn's states in the words that Lever shows. `approved` is `clear` and `pending` is `consider`: so Turn itself writes
 * them to applicant tracking systems (its Fountain guide), and so the help article shows them.
 */
const statusByState: ReadonlyMap<string, string> = new Map(
  Object.entries({
    initiated: 'initiated',
    emailed: 'emailed',
    consent: 'consent',
    processing: 'processing',
    review: 'reviewing',
    review__identity: 'verifying',
    pending: 'consider',
    pending__first_notice: 'first_notice',
    pending__second_notice: 'second_notice',
    approved: 'clear',
    rejected: 'rejected',
    withdrawn: 'withdrawn',
  }),
);

/** A check's status from Turn's `state`. An unknown `x__y` counts as its family `x`, an unknown `x` shows as itself; nothing is final, for a recheck reopens. */
export const readCheckStatus = (state: string): CheckStatus => {
  const known = state.trim().toLowerCase();
  const [family = known] = known.split('__');
  return {
    name:
      statusByState.get(known) ??
      (family === 'review' && known !== family ? 'compliance_review' : familyStatus(family)),
    isComplete: ['approved', 'rejected', 'withdrawn'].includes(family),
    isWithdrawn: family === 'withdrawn',
    hasReport: ['pending', 'approved', 'rejected'].includes(family),
  };
};

const familyStatus = (family: string): string =>
  statusByState.get(family) ?? (family.replaceAll(/[^a-z0-9_]/gu, '_').slice(0, 40) || 'unknown');

export type Order = {
  readonly candidate: Candidate;
  readonly packageId: string | null;
  /** Our check id: Turn's only look-up key for an order whose answer was lost. */
  readonly referenceId: string;
  readonly callbackUrl: string;
  /** Epoch milliseconds after which it must not be sent. */
  readonly deadline: number;
};

/** What became of an order. `uncertain`: it may have reached Turn; ask by reference before ever ordering again. */
export type OrderOutcome =
  | { readonly kind: 'ordered'; readonly workerId: string }
  | { readonly kind: 'package_unknown' }
  | { readonly kind: 'token_rejected' }
  | { readonly kind: 'rejected'; readonly fields: readonly string[] }
  | { readonly kind: 'uncertain'; readonly reason: string };

export type WorkerStatus = {
  readonly workerId: string;
  readonly turnId: string | null;
  readonly dashboardUrl: string | null;
  readonly status: CheckStatus;
};

/** Turn, for one account. */
export type Turn = {
  /** Orders a check: Turn e-mails the candidate and bills the account. Never call it twice for one entry without asking `findCheck` in between. */
  orderCheck(order: Order): Promise<OrderOutcome>;
  /** The check under a worker id, a turn id or our reference; null where Turn says that it knows none. Throws `turn_*` failures. */
  findCheck(id: string): Promise<WorkerStatus | null>;
};

/** Turn's ids are text in all samples but ones of digits alone could as well be numbers. */
const idSchema = z.union([z.string().min(1), z.number().transform(String)]);
const orderedSchema = z.object({ worker_id: idSchema });
/** What nobody can do without, and what may be missing or odd. */
const statusSchema = z.object({
  worker_id: idSchema,
  state: z.string().trim().min(1),
  turn_id: idSchema.nullish().catch(null),
  dashboard_url: z.string().nullish().catch(null),
});
const refusalSchema = z.object({ code: z.string() });
const knownFields = ['first_name', 'last_name', 'email', 'phone_number'];
/** Turn's slowest answers seen by its customers took over 10 s (Frayt waits 15). */
const timeoutMs = 15_000;

/** A client of Turn's public API with the account's own token (a JWT; sent as is). */
export const createTurn = (options: { apiUrl: string; token: string; send: SendRequest }): Turn => {
  const call = (
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
    deadline: number | null = null,
  ): Promise<HttpAnswer> =>
    options.send({
      method,
      url: new URL(`${options.apiUrl}${path}`),
      headers: {
        authorization: `Bearer ${options.token}`,
        accept: 'application/json',
        ...(body === null ? {} : { 'content-type': 'application/json' }),
      },
      body: body === null ? null : JSON.stringify(body),
      timeoutMs,
      deadline,
    });

  return {
    async orderCheck(order) {
      try {
        return readOrderAnswer(await call('POST', '/person/search_async', orderBody(order), order.deadline));
      } catch (error) {
        if (error instanceof NetworkError) return { kind: 'uncertain', reason: error.message };
        throw error;
      }
    },
    async findCheck(id) {
      try {
        return readStatusAnswer(await call('GET', `/person/${encodeURIComponent(id)}/status`, null));
      } catch (error) {
        if (error instanceof NetworkError)
          throw new Failure('turn_unavailable', `Turn did not answer (${error.message}).`);
        throw error;
      }
    },
  };
};

const orderBody = ({ candidate, packageId, referenceId, callbackUrl }: Order): Record<string, unknown> => ({
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

const readOrderAnswer = ({ status, body }: HttpAnswer): OrderOutcome => {
  const json = parseJson(body);
  if (status >= 200 && status < 300) {
    const ordered = orderedSchema.safeParse(json);
    return ordered.success
      ? { kind: 'ordered', workerId: ordered.data.worker_id }
      : { kind: 'uncertain', reason: 'no worker id' };
  }
  if (status < 400 || status >= 500 || status === 408 || status === 425 || status === 429) {
    return { kind: 'uncertain', reason: `status ${status}` };
  }
  if (isTokenRefusal(status, json)) return { kind: 'token_rejected' };
  // Turn's words: "Package P… doesn't exist." and "Package P… for partner 123 does not exist", under different keys.
  if (/package\b.*\b(?:doesn.?t|does not) exist/iu.test(body)) return { kind: 'package_unknown' };
  return { kind: 'rejected', fields: knownFields.filter((field) => body.includes(`"json.${field}"`)) };
};

const readStatusAnswer = ({ status, body }: HttpAnswer): WorkerStatus | null => {
  const json = parseJson(body);
  if (status === 422 && /was not found/iu.test(body)) return null;
  if (isTokenRefusal(status, json)) throw new Failure('turn_token_rejected', "Turn refused the account's token.");
  if (status !== 200) throw new Failure('turn_unavailable', `Turn answered ${status} to a status request.`);
  const found = statusSchema.safeParse(json);
  if (!found.success)
    throw new Failure('turn_unexpected_answer', 'Turn answered a status request in an unknown shape.');
  return {
    workerId: found.data.worker_id,
    turnId: found.data.turn_id ?? null,
    dashboardUrl: webAddress(found.data.dashboard_url ?? ''),
    status: readCheckStatus(found.data.state),
  };
};

/** A missing token is answered 401, a bad one 400 with a `code` (Turn's documentation of `/public_api/me`); 403 is not documented. */
const isTokenRefusal = (status: number, json: unknown): boolean =>
  status === 401 || status === 403 || (status === 400 && refusalSchema.safeParse(json).success);

const webAddress = (text: string): string | null =>
  URL.canParse(text) && /^https?:$/u.test(new URL(text).protocol) && !/\s/u.test(text) ? text : null;
