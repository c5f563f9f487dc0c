import * as z from 'zod/mini';
import { Failure } from '#shared/domain/failure.ts';
import type { NamedPackage } from '#shared/domain/opportunity.ts';
import type { CheckStatus } from '#shared/domain/stage-entry.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { type HttpAnswer, NetworkError, type SendRequest } from '#shared/http/send-request.ts';
import { readCheckStatus } from './check-status.ts';
import { readDashboardUrl } from './dashboard-address.ts';
import { type Order, type OrderOutcome, orderBody, readOrderAnswer } from './order.ts';
import { readPackages } from './read-packages.ts';
import { readTurnId } from './turn-id.ts';
import { isTokenRefusal, turnIdText } from './turn-words.ts';

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

/** What nobody can do without, and what may be missing or odd. */
const statusSchema = z.object({
  worker_id: turnIdText,
  state: z.string().check(z.trim(), z.minLength(1)),
  turn_id: z.optional(z.unknown()),
  dashboard_url: z.optional(z.unknown()),
});
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
