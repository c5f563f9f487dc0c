import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { hasHalfLetter } from '#shared/domain/half-letters.ts';
import { isObject } from '#shared/guards.ts';
import { correlated } from '#shared/observability/correlation.ts';
import { noteRequest } from '#shared/observability/log-lines.ts';

/** What a use case needs to know of an HTTP request. `bodyBytes` is the size on the wire. */
export type Incoming = {
  /** Method and path as the route is declared: `POST /lever/{account}/webhook`. */
  readonly routeKey: string;
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly cookies: Readonly<Record<string, string | undefined>>;
  /** What API Gateway's JWT authorizer read out of a token that it found valid; empty on routes without one. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly bodyBytes: number;
};

/** What came in, for those who look at no more than where it was sent and what it says. */
export type Posted = Pick<Incoming, 'path' | 'query' | 'body' | 'bodyBytes'>;

/** Refused, with a code and a sentence for a person; `fields` says for each wrong field of the body what is wrong with it. */
export type Refusal = {
  readonly status: 400 | 401 | 403 | 404 | 409 | 412 | 413 | 422 | 428 | 429 | 502 | 503;
  readonly code: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** When it is worth asking again. */
  readonly retryAfterSeconds?: number;
};

/** What a use case answers: done (`200` alone), a JSON document, a file, another place to go, or a refusal. */
export type Answer =
  | { readonly status: 200 }
  /** 202: it is done soon. */
  | { readonly status: 200 | 202; readonly json: unknown; readonly etag?: string; readonly cookies?: readonly string[] }
  | { readonly status: 200 | 304; readonly headers: Readonly<Record<string, string>>; readonly bytes: Buffer }
  | { readonly status: 303; readonly location: string; readonly cookies?: readonly string[] }
  | Refusal;

/** A Lambda handler for routes of the HTTP API. Errors that nobody foresaw are left to the platform, which answers 500 without detail. */
export const httpHandler =
  (useCase: (incoming: Incoming) => Promise<Answer>) =>
  (event: APIGatewayProxyEventV2, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
    noteRequest(context.awsRequestId);
    return correlated(event.requestContext?.requestId, async () => {
      const incoming = toIncoming(event);
      return toResult(isWhole(incoming) ? await useCase(incoming) : halved);
    });
  };

/** What a request asks for by its address. What its body may hold is for its use case to say. */
const isWhole = ({ path, query }: Incoming): boolean =>
  [path, query].every((texts) =>
    Object.entries(texts).every(([name, text = '']) => !hasHalfLetter(name) && !hasHalfLetter(text)),
  );
const halved: Refusal = { status: 400, code: 'malformed_text', message: 'The address contains an invalid character.' };

/** The claims lie at `authorizer.jwt.claims`, and no authorizer at all where the route has none. */
const claimsIn = (requestContext: object): Incoming['claims'] => {
  let found: unknown = requestContext;
  for (const name of ['authorizer', 'jwt', 'claims']) found = isObject(found) ? found[name] : undefined;
  return isObject(found) ? found : {};
};

const toIncoming = (event: APIGatewayProxyEventV2): Incoming => {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  return {
    routeKey: event.routeKey ?? '',
    path: event.pathParameters ?? {},
    query: event.queryStringParameters ?? {},
    headers: event.headers ?? {},
    cookies: Object.fromEntries((event.cookies ?? []).map((cookie) => splitOnce(cookie, '='))),
    claims: claimsIn(event.requestContext ?? {}),
    body: bytes.toString('utf8'),
    bodyBytes: bytes.length,
  };
};

const splitOnce = (text: string, separator: string): [string, string] => {
  const at = text.indexOf(separator);
  return at === -1 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1)];
};

/** What every answer of ours carries; a file says for itself how long it is kept, and what it may load. */
const headersOfAll = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  // Addresses may hold a one-time code, or the key of Turn's callbacks.
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000',
  'x-content-type-options': 'nosniff',
};

const toResult = (answer: Answer): APIGatewayProxyStructuredResultV2 => {
  const statusCode = answer.status;
  const cookies = 'cookies' in answer && answer.cookies !== undefined ? { cookies: [...answer.cookies] } : {};
  if ('bytes' in answer) {
    const headers = { ...headersOfAll, ...answer.headers };
    return { statusCode, headers, body: answer.bytes.toString('base64'), isBase64Encoded: true };
  }
  if ('location' in answer) return { statusCode, headers: { ...headersOfAll, location: answer.location }, ...cookies };
  const headers = { ...headersOfAll, 'content-type': 'application/json' };
  if ('code' in answer) {
    const { status: _status, retryAfterSeconds, ...error } = answer;
    const again = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
    return { statusCode, headers: { ...headers, ...again }, body: JSON.stringify({ error }) };
  }
  if (!('json' in answer)) return { statusCode, headers, body: JSON.stringify({ accepted: true }) };
  const etag = answer.etag === undefined ? {} : { etag: answer.etag };
  return { statusCode, headers: { ...headers, ...etag }, body: JSON.stringify(answer.json), ...cookies };
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
