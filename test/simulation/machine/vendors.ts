import * as z from 'zod';
import type { Outcome } from '#infra/local/sandbox/exchange.ts';
import type { LeverModel } from '#infra/local/sandbox/lever-model.ts';
import type { TurnModel } from '#infra/local/sandbox/turn-model.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import {
  assertInTime,
  type HttpAnswer,
  type HttpRequest,
  NetworkError,
  type SendRequest,
} from '#shared/http/send-request.ts';
import type { Environment } from './environment.ts';
import type { FaultKind, Faults } from './faults.ts';

export const leverHost = 'lever.example';
export const turnHost = 'turn.example';
/** Where the sandbox's reports are. */
export const turnDashboardHost = 'partners.turn.ai';

export type Vendor = 'lever' | 'turn';

export type Vendors = {
  readonly lever: LeverModel;
  readonly turn: TurnModel;
  /** Is nothing at all answered there now? */
  isDown(vendor: Vendor, path: string): boolean;
  /** How long Turn takes for an order. */
  readonly orderTakesMs: number;
  /** How often in a row, and when last, Lever said of something that is there that it is not. */
  readonly denials: Map<string, { readonly count: number; readonly at: number }>;
  readonly now: () => number;
  /** By the vendors' clock. */
  readonly vendorNow: () => number;
};
/** Sees every request as the vendor gets it, and what it does there. `answer` null: it never arrived. */
export type VendorWatch = {
  onSent(environment: Environment, request: HttpRequest): void;
  onAnswered(environment: Environment, request: HttpRequest, answer: HttpAnswer): void;
};

/** Lever's replicas may be so late: what many are told meanwhile says no more than what one is told. */
const atOnceMs = 40_000;

type Trouble = {
  readonly refused?: HttpAnswer | NetworkError;
  readonly lost?: HttpAnswer | NetworkError;
  readonly isGarbled?: boolean;
  readonly isHalfRead?: boolean;
  readonly drift?: (tokens: HttpAnswer) => HttpAnswer;
  readonly takesMs?: number;
};

/** Tokens that a server has issued, in forms that it may choose one day. */
const drifts: readonly ((tokens: HttpAnswer) => HttpAnswer)[] = [
  (tokens) => ({ ...tokens, status: 201 }),
  (tokens) => ({ ...tokens, body: `\uFEFF${tokens.body}` }),
  (tokens) => ({ ...tokens, body: tokens.body.replace(/"expires_in":(\d+)/u, '"expires_in":"$1"') }),
  (tokens) => ({ ...tokens, body: tokens.body.replace(/"expires_in":\d+/u, '"expires_in":0') }),
  (tokens) => ({ ...tokens, body: tokens.body.replace(/,"expires_in":\d+/u, '') }),
  (tokens) => ({ ...tokens, body: tokens.body.replace(/"token_type":"Bearer",/u, '') }),
];

const statuses: Partial<Record<FaultKind, readonly number[]>> = {
  'lever busy': [429],
  'lever broken': [500, 502, 503],
  'lever 401': [401],
  'lever 4xx': [400, 403, 404, 409],
  'login broken': [429, 500, 503],
  'turn busy': [429],
  'turn broken': [500, 502, 503],
  'turn 4xx': [400, 404, 409, 422],
};

/** HTTP as one environment sees it, with the sandboxes' models at the other end. */
export const sendFor = (
  vendors: Vendors,
  environment: Environment,
  faults: Faults,
  watch: VendorWatch,
  random: () => number,
): SendRequest => {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const trouble = (request: HttpRequest, point: string): Trouble => {
    const isLogin = request.url.pathname === '/oauth/token';
    const vendor = request.url.hostname === leverHost ? 'lever' : 'turn';
    if (vendors.isDown(vendor, request.url.pathname))
      return { refused: pick([refusal(503, vendor), new NetworkError('ECONNREFUSED'), new NetworkError('timeout')]) };
    const kinds: FaultKind[] = isLogin
      ? ['login broken', 'lever silent', 'lever cut', 'login answer lost', 'login drifts', 'login slow']
      : vendor === 'lever'
        ? [
            'lever busy',
            'lever broken',
            'lever silent',
            'lever cut',
            'lever answer lost',
            'lever garbled',
            'lever 401',
            'lever firewall',
            'lever 4xx',
          ]
        : ['turn busy', 'turn broken', 'turn silent', 'turn cut', 'turn answer lost', 'turn garbled'];
    if (vendor === 'lever' && request.method === 'GET' && /^\/opportunities\/[^/]+$/u.test(request.url.pathname))
      kinds.push('lever half read');
    // A status read that says "not found" is a lie that nobody could live with; an order may be refused.
    if (vendor === 'turn' && request.method === 'POST') kinds.push('turn 4xx');
    for (const kind of kinds) {
      if (!faults.has(kind) || !faults.strikes(kind, point)) continue;
      const status = statuses[kind];
      // "Not found" to a deletion means that it is gone: nobody could know better.
      // And whoever was told so four times in a row, not all at once, may believe it.
      const denied = vendors.denials.get(point) ?? { count: 0, at: 0 };
      const isAtOnce = vendors.now() - denied.at < atOnceMs;
      const mayDeny = request.method !== 'DELETE' && (denied.count < 3 || isAtOnce);
      const possible = status?.filter((each) => each !== 404 || mayDeny);
      if (possible !== undefined) {
        const chosen = pick(possible);
        if (chosen !== 404) vendors.denials.delete(point);
        else if (!isAtOnce) vendors.denials.set(point, { count: denied.count + 1, at: vendors.now() });
        return { refused: refusal(chosen, vendor) };
      }
      if (kind.endsWith('firewall')) return { refused: { status: 403, headers: {}, body: '<html>Blocked</html>' } };
      if (kind.endsWith('silent')) return { refused: new NetworkError('timeout') };
      if (kind.endsWith('cut')) return { refused: new NetworkError('ECONNRESET') };
      if (kind.endsWith('garbled')) return { isGarbled: true };
      if (kind === 'lever half read') return { isHalfRead: true };
      if (kind === 'login drifts') return { drift: pick(drifts) };
      if (kind === 'login slow') return { takesMs: 5_000 + Math.floor(random() * 25_000) };
      return { lost: pick([new NetworkError('timeout'), new NetworkError('ECONNRESET'), refusal(502, vendor)]) };
    }
    return {};
  };

  return async (request) => {
    const point = `${request.method} ${request.url.hostname.split('.')[0]}${request.url.pathname}`;
    const { refused, lost, isGarbled = false, isHalfRead = false, drift, takesMs } = trouble(request, point);
    const late = (what: HttpAnswer | NetworkError): number | undefined =>
      what instanceof NetworkError && what.message === 'timeout' ? request.timeoutMs : undefined;
    const asFault = (what: HttpAnswer | NetworkError | undefined) => {
      if (what === undefined) return undefined;
      const afterMs = late(what);
      return { error: what, ...(afterMs === undefined ? {} : { afterMs }) };
    };
    try {
      return await environment.call(point, {
        leave: () => {
          assertInTime(request, environment.now());
          watch.onSent(environment, request);
        },
        effect: () => {
          vendors.denials.delete(point);
          const answer = answerOf(vendors, request);
          watch.onAnswered(environment, request, answer);
          if (isHalfRead) return halfRead(answer, vendors.vendorNow());
          if (drift !== undefined && answer.status < 300) return drift(answer);
          return isGarbled && answer.status < 300 ? { ...answer, body: '<html>' } : answer;
        },
        refused: asFault(refused),
        takesMs: takesMs ?? (request.url.pathname === '/person/search_async' ? vendors.orderTakesMs : 0),
        answerLost: asFault(lost),
      });
    } catch (error) {
      // A status or a wrong body is an answer too.
      if (typeof error === 'object' && error !== null && 'status' in error) return error as HttpAnswer;
      throw error;
    }
  };
};

const movedSchema = z.object({
  data: z.looseObject({ lastAdvancedAt: z.number(), stageChanges: z.array(z.unknown()).min(2) }),
});

/** Lever's replicas are late with the list of moves for less than a minute: the stage and the time of the last move are there already. */
const halfRead = (answer: HttpAnswer, now: number): HttpAnswer => {
  const { data } = movedSchema.safeParse(parseJson(answer.body)).data ?? {};
  if (data === undefined || now - data.lastAdvancedAt > atOnceMs) return answer;
  return { ...answer, body: JSON.stringify({ data: { ...data, stageChanges: data.stageChanges.slice(0, -1) } }) };
};

/** Each in its vendor's words. */
const refusal = (status: number, vendor: Vendor): HttpAnswer => {
  const body = vendor === 'lever' ? { code: 'Fault', message: 'a fault' } : { message: 'a fault' };
  return { status, headers: {}, body: JSON.stringify(body) };
};

/** Lever's lists of candidates come one by one, so that there are pages at all. */
const smallPages = ({ pathname, searchParams }: URL): URLSearchParams => {
  const query = new URLSearchParams(searchParams);
  if (/^\/opportunities(?:\/deleted)?$/u.test(pathname)) query.set('limit', '1');
  return query;
};

const answerOf = ({ lever, turn }: Vendors, { method, url, headers, body }: HttpRequest): HttpAnswer => {
  const outcome: Outcome = (url.hostname === leverHost ? lever : turn).handle({
    method,
    path: url.pathname,
    query: smallPages(url),
    authorization: headers['authorization'],
    body: body === null ? undefined : (parseJson(body) ?? Object.fromEntries(new URLSearchParams(body))),
  });
  if (outcome.kind !== 'answer') throw new NetworkError('timeout');
  return { status: outcome.status, headers: {}, body: outcome.html ?? JSON.stringify(outcome.body ?? null) };
};
