import * as z from 'zod/mini';
import { Failure } from '#shared/domain/failure.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { type HttpAnswer, type HttpRequest, NetworkError, type SendRequest } from '#shared/http/send-request.ts';
import { inRegion, type Region, redirectedTo } from './lever-region.ts';

export type LeverAccess = {
  readonly apiUrl: string;
  readonly send: SendRequest;
  /** Epoch milliseconds after which nothing more is sent; null: no limit. */
  readonly deadline: number | null;
  /** A valid access token; `refused` is one that Lever has just answered 401 to. */
  accessToken(refused: string | null): Promise<string>;
  /** Requests of the budget acquired beforehand for what this client will call. */
  readonly prepaid: number;
  readonly region: Region;
  /** Acquires one request of the account's budget, or throws `lever_budget_used`. */
  acquire(): Promise<void>;
  /** So often something of an answer had an unknown shape and was dropped, at this place in it. */
  onDropped(place: string, count: number): Promise<void>;
};

/** One authorized call of Lever's data API; answers whatever is 2xx and throws `lever_*` failures for the rest. */
export type CallLever = (method: HttpRequest['method'], path: string, body?: unknown) => Promise<HttpAnswer>;

const timeoutMs = 5_000;

/** Calls of Lever's data API for one account: each acquired from its budget, the access token renewed once where Lever refuses it. */
export const createLeverCall = (given: LeverAccess): CallLever => {
  let { prepaid } = given;
  const access: LeverAccess = {
    ...given,
    acquire: async () => {
      if (prepaid > 0) prepaid -= 1;
      else await given.acquire();
    },
  };
  return async (method, path, body = null) => {
    const token = await access.accessToken(null);
    const answer = await callAs(access, token, method, path, body);
    if (answer.status !== 401) return accepted(answer);
    return accepted(await callAs(access, await access.accessToken(token), method, path, body));
  };
};

const callAs = async (
  access: LeverAccess,
  token: string,
  method: HttpRequest['method'],
  path: string,
  body: unknown,
): Promise<HttpAnswer> => {
  await access.acquire();
  const { region } = access;
  const asked = new URL(`${access.apiUrl}${path}`);
  const request: HttpRequest = {
    method,
    url: inRegion(asked, region.host()),
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    },
    body: body === null ? null : JSON.stringify(body),
    timeoutMs,
    deadline: access.deadline,
  };
  try {
    const answer = await access.send(request);
    const elsewhere = redirectedTo(answer, request.url);
    const final = elsewhere === null ? answer : await access.send({ ...request, url: elsewhere });
    const host = (elsewhere ?? request.url).hostname;
    // A page of Lever's, about its maintenance perhaps, is no data centre.
    await keepRegion(region, isOfLeversApi(final) && host !== asked.hostname ? host : undefined);
    return final;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    // Perhaps it is there no more: the next call asks at the front door again.
    await keepRegion(region, undefined);
    throw new Failure('lever_unavailable', `Lever did not answer (${error.message}).`);
  }
};

/** A call that has been made does not count as failed because where it went could not be saved: the next one learns it again. */
const keepRegion = async (region: Region, host: string | undefined): Promise<void> => {
  if (region.host() === host) return;
  try {
    await region.learn(host);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
};

/** Lever's own words of an error. Without them it was somebody on the way who refused: a firewall, a proxy. */
const errorSchema = z.object({ code: z.string() });

/** Does Lever's API answer, rather than a page, a proxy or a firewall? */
const isOfLeversApi = ({ status, body }: HttpAnswer): boolean =>
  status === 204 || (status >= 200 && status < 300 && parseJson(body) !== undefined) || isLeversError(body);

const isLeversError = (body: string): boolean => errorSchema.safeParse(parseJson(body)).success;

const accepted = (answer: HttpAnswer): HttpAnswer => {
  const { status } = answer;
  if (status >= 200 && status < 300) return answer;
  // A token that was issued this minute. Whether the grant has ended is for Lever's login to say, not for this.
  if (status === 401) throw new Failure('lever_unavailable', 'Lever refused a token that it has just issued.');
  if ((status === 403 || status === 404) && !isLeversError(answer.body))
    throw new Failure('lever_unavailable', `Somebody before Lever answered ${status}.`);
  if (status === 403) throw new Failure('lever_forbidden', 'Lever forbids this to our integration.');
  if (status === 404) throw new Failure('lever_not_found', 'Lever does not know what was asked for.');
  if (status === 429)
    throw new Failure('lever_rate_limited', 'Lever asks for fewer requests.', retryAfterOf(answer) ?? 3_000);
  // 408 and 425 speak of the moment, not of the request.
  if (status >= 400 && status < 500 && status !== 408 && status !== 425)
    throw new Failure('lever_refused', `Lever refused a request (${status}).`);
  throw new Failure('lever_unavailable', `Lever answered ${status}.`);
};

/** Whatever Lever says: a wrong number must not put a candidate off for days. */
const longestRetryAfterMs = 6 * 3_600_000;

const retryAfterOf = (answer: HttpAnswer): number | null => {
  const seconds = Number(answer.headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, longestRetryAfterMs) : null;
};

/** What an answer says, where it has the shape that we know. */
export const shaped = <T>(schema: z.ZodMiniType<T>, answer: HttpAnswer): T => {
  const parsed = schema.safeParse(parseJson(answer.body));
  if (!parsed.success) throw new Failure('lever_unexpected_answer', 'Lever answered in an unknown shape.');
  return parsed.data;
};
