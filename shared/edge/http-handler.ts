import { isObject } from '#shared/guards.ts';
import {
  type HttpEvent,
  type HttpResult,
  handling,
  headersOfAll,
  headersOfJson,
  type Posted,
  type Receipt,
  receiptResult,
  toPosted,
} from './posted-handler.ts';

/** What a use case needs to know of an HTTP request. */
export type Incoming = Posted & {
  /** Method and path as the route is declared: `POST /lever/{account}/webhook`. */
  readonly routeKey: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly cookies: Readonly<Record<string, string | undefined>>;
  /** What API Gateway's JWT authorizer read out of a token that it found valid; empty on routes without one. */
  readonly claims: Readonly<Record<string, unknown>>;
};

/** What a use case answers: done (`200` alone), a JSON document, a file, another place to go, or a refusal. */
export type Answer =
  | Receipt
  /** 202: it is done soon. */
  | { readonly status: 200 | 202; readonly json: unknown; readonly etag?: string; readonly cookies?: readonly string[] }
  | { readonly status: 200 | 304; readonly headers: Readonly<Record<string, string>>; readonly bytes: Buffer }
  | { readonly status: 303; readonly location: string; readonly cookies?: readonly string[] };

/** A Lambda handler for routes of the HTTP API. */
export const httpHandler = (useCase: (incoming: Incoming) => Promise<Answer>) =>
  handling(toIncoming, async (incoming) => toResult(await useCase(incoming)));

/** The claims lie at `authorizer.jwt.claims`, and no authorizer at all where the route has none. */
const claimsIn = (requestContext: object): Incoming['claims'] => {
  let found: unknown = requestContext;
  for (const name of ['authorizer', 'jwt', 'claims']) found = isObject(found) ? found[name] : undefined;
  return isObject(found) ? found : {};
};

const toIncoming = (event: HttpEvent): Incoming => ({
  ...toPosted(event),
  routeKey: event.routeKey ?? '',
  headers: event.headers ?? {},
  cookies: Object.fromEntries((event.cookies ?? []).map((cookie) => splitOnce(cookie, '='))),
  claims: claimsIn(event.requestContext ?? {}),
});

const splitOnce = (text: string, separator: string): [string, string] => {
  const at = text.indexOf(separator);
  return at === -1 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1)];
};

const toResult = (answer: Answer): HttpResult => {
  const statusCode = answer.status;
  const cookies = 'cookies' in answer && answer.cookies !== undefined ? { cookies: [...answer.cookies] } : {};
  if ('bytes' in answer) {
    const headers = { ...headersOfAll, ...answer.headers };
    return { statusCode, headers, body: answer.bytes.toString('base64'), isBase64Encoded: true };
  }
  if ('location' in answer) return { statusCode, headers: { ...headersOfAll, location: answer.location }, ...cookies };
  if (!('json' in answer)) return receiptResult(answer);
  const etag = answer.etag === undefined ? {} : { etag: answer.etag };
  return { statusCode, headers: { ...headersOfJson, ...etag }, body: JSON.stringify(answer.json), ...cookies };
};

/** One use case a route of the function, by the route's key (`PUT /api/settings`). */
export type Routes<Ports> = Readonly<Record<string, (incoming: Incoming, ports: Ports) => Promise<Answer>>>;

/** Calls the use case of the request's route. A route that is not among them is a fault of the deployment. */
export const byRoute =
  <Ports>(routes: Routes<Ports>, ports: Ports) =>
  (incoming: Incoming): Promise<Answer> => {
    const useCase = Object.hasOwn(routes, incoming.routeKey) ? routes[incoming.routeKey] : undefined;
    if (useCase === undefined) throw new Error(`The function does not know the route ${incoming.routeKey}.`);
    return useCase(incoming, ports);
  };
