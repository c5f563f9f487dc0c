import * as z from 'zod';
import type { Candidate } from '#shared/domain/candidate.ts';
import { Failure } from '#shared/domain/failure.ts';
import type { NamedPackage } from '#shared/domain/opportunity.ts';
import type { CheckStatus, InvitationChannel } from '#shared/domain/stage-entry.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { type HttpAnswer, NetworkError, type SendRequest } from '#shared/http/send-request.ts';
import { readCheckStatus } from './check-status.ts';
import { readDashboardUrl } from './dashboard-address.ts';
import { readPackages } from './read-packages.ts';
import { readTurnId } from './turn-id.ts';

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

export type WorkerStatus = {
  readonly workerId: string;
  readonly turnId: string | null;
  readonly dashboardUrl: string | null;
  /** Turn gave an address of the check that is not one of its dashboard's: it is not shown, but there is something to see. */
  readonly isAddressUnusable: boolean;
  readonly status: CheckStatus;
};

/** Turn, for one account. */
export type Turn = ReturnType<typeof createTurn>;

/** Turn's ids are texts in its documentation; a number is taken as one. */
const id = z.union([z.string().min(1), z.int().transform(String)]);
/** Turn's codes for each way of inviting: an HTTP status, or one behind a digit of its own (`9200`). */
const channelSchema = z
  .object({ status: z.union([z.int(), z.string().regex(/^\d+$/u).transform(Number)]) })
  .transform(({ status }) => status % 1000);
const orderedSchema = z.object({
  worker_id: id,
  email_status: z.unknown().optional(),
  sms_status: z.unknown().optional(),
});
/** What nobody can do without, and what may be missing or odd. */
const statusSchema = z.object({
  worker_id: id,
  state: z.string().trim().min(1),
  turn_id: z.unknown().optional(),
  dashboard_url: z.unknown().optional(),
});
const refusalSchema = z.object({ code: z.string() });
const knownFields = ['first_name', 'last_name', 'email', 'phone_number'];
/** Turn's slowest answers seen by its customers took over 10 s (Frayt waits 15). */
const timeoutMs = 15_000;

/** A client of Turn's public API with the account's own token (a JWT; sent as is). */
export const createTurn = (options: {
  apiUrl: string;
  token: string;
  send: SendRequest;
  /** The hosts of Turn's dashboard, where its reports are read. */
  dashboardHosts: readonly string[];
  /** This field of a check was nothing that may be shown. */
  onDropped: (field: string) => Promise<void>;
}) => {
  const call = (method: 'GET' | 'POST', path: string, body: unknown, deadline: number | null): Promise<HttpAnswer> =>
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
    /** Orders a check: Turn e-mails the candidate and bills the account. Never call it twice for one entry without asking `findCheck` in between. */
    async orderCheck(order: Order): Promise<OrderOutcome> {
      try {
        return readOrderAnswer(await call('POST', '/person/search_async', orderBody(order), order.deadline), order);
      } catch (error) {
        if (error instanceof NetworkError) return { kind: 'uncertain', reason: error.message };
        throw error;
      }
    },
    /** The account's packages; null: Turn lists none. It documents no such list: any other answer, or none, says nothing about Turn. */
    async listPackages(deadline: number): Promise<NamedPackage[] | null> {
      try {
        return readPackages(await call('GET', '/public_api/me/packages', null, deadline));
      } catch (error) {
        if (error instanceof NetworkError) return null;
        throw error;
      }
    },
    /** The check under a worker id, a turn id or our reference; null where Turn says that it knows none. Throws `turn_*` failures. */
    async findCheck(id: string): Promise<WorkerStatus | null> {
      try {
        const answer = await call('GET', `/person/${encodeURIComponent(id)}/status`, null, null);
        return await readStatusAnswer(answer, options);
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

const readOrderAnswer = ({ status, body }: HttpAnswer, order: Order): OrderOutcome => {
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

/**
 * Does Turn say that it has no such check? Documented is a 422; a 404 is its word as well, and so is an answer with nothing
 * in it. The page of a proxy, or the JSON of a gateway that knows no such route, says nothing of the check.
 */
const saysNotFound = ({ status, body }: HttpAnswer, json: unknown): boolean => {
  if (status === 422) return /was not found/iu.test(body);
  const isEmpty = body.trim() === '' || json === null || (typeof json === 'object' && Object.keys(json).length === 0);
  if (status === 200 || status === 204) return isEmpty;
  return status === 404 && (isEmpty || (typeof json === 'object' && /not.?found|no such|unknown|exist/iu.test(body)));
};

const readStatusAnswer = async (
  answer: HttpAnswer,
  { dashboardHosts, onDropped }: Pick<Parameters<typeof createTurn>[0], 'dashboardHosts' | 'onDropped'>,
): Promise<WorkerStatus | null> => {
  const { status, body } = answer;
  const json = parseJson(body);
  if (saysNotFound(answer, json)) return null;
  if (isTokenRefusal(status, json)) throw new Failure('turn_token_rejected', "Turn refused the account's token.");
  if (status !== 200) throw new Failure('turn_unavailable', `Turn answered ${status} to a status request.`);
  const found = statusSchema.safeParse(json);
  if (!found.success)
    throw new Failure('turn_unexpected_answer', 'Turn answered a status request in an unknown shape.');
  const { worker_id: workerId, state, turn_id: givenId, dashboard_url: address } = found.data;
  const turnId = readTurnId(givenId);
  const dashboardUrl = typeof address === 'string' ? readDashboardUrl(address, dashboardHosts) : null;
  const isAddressUnusable = dashboardUrl === null && isGiven(address);
  if (turnId === null && isGiven(givenId)) await onDropped('turn_id');
  if (isAddressUnusable) await onDropped('dashboard_url');
  return { workerId, turnId, dashboardUrl, isAddressUnusable, status: readCheckStatus(state) };
};

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** A missing token is answered 401, a bad one 400 with a `code` (Turn's documentation of `/public_api/me`); 403 is not documented. */
export const isTokenRefusal = (status: number, json: unknown): boolean =>
  json !== undefined && (status === 401 || status === 403 || (status === 400 && refusalSchema.safeParse(json).success));
