import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { hasHalfLetter } from '#shared/domain/half-letters.ts';
import { correlated } from '#shared/observability/correlation.ts';
import { noteRequest } from '#shared/observability/log-lines.ts';

/** What came in, for those who look at no more than where it was sent and what it says. `bodyBytes` is the size on the wire. */
export type Posted = {
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly bodyBytes: number;
};

/** Refused, with a code and a sentence for a person; `fields` says for each wrong field of the body what is wrong with it. */
export type Refusal = {
  readonly status: 400 | 401 | 403 | 404 | 409 | 412 | 413 | 422 | 428 | 429 | 502 | 503;
  readonly code: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** When it is worth asking again. */
  readonly retryAfterSeconds?: number;
};

/** Done, or refused. */
export type Receipt = { readonly status: 200 } | Refusal;

export type HttpEvent = APIGatewayProxyEventV2;
export type HttpResult = APIGatewayProxyStructuredResultV2;

/** A Lambda handler for routes of the HTTP API to which something is posted that is taken or not. */
export const postedHandler = (useCase: (incoming: Posted) => Promise<Receipt>) =>
  handling(toPosted, async (incoming) => receiptResult(await useCase(incoming)));

/** A Lambda handler that reads a request and answers it. Errors that nobody foresaw are left to the platform, which answers 500 without detail. */
export const handling =
  <T extends Posted>(read: (event: HttpEvent) => T, answer: (incoming: T) => Promise<HttpResult>) =>
  (event: HttpEvent, context: Context): Promise<HttpResult> => {
    noteRequest(context.awsRequestId);
    return correlated(event.requestContext?.requestId, async () => {
      const incoming = read(event);
      return isWhole(incoming) ? answer(incoming) : receiptResult(halved);
    });
  };

/** What a request asks for by its address. What its body may hold is for its use case to say. */
const isWhole = ({ path, query }: Posted): boolean =>
  [path, query].every((texts) =>
    Object.entries(texts).every(([name, text = '']) => !hasHalfLetter(name) && !hasHalfLetter(text)),
  );
const halved: Refusal = { status: 400, code: 'malformed_text', message: 'The address contains an invalid character.' };

export const toPosted = (event: HttpEvent): Posted => {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  return {
    path: event.pathParameters ?? {},
    query: event.queryStringParameters ?? {},
    body: bytes.toString('utf8'),
    bodyBytes: bytes.length,
  };
};

/** What every answer of ours carries; a file says for itself how long it is kept, and what it may load. */
export const headersOfAll = {
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
export const headersOfJson = { ...headersOfAll, 'content-type': 'application/json' };

export const receiptResult = (receipt: Receipt): HttpResult => {
  const statusCode = receipt.status;
  if (!('code' in receipt)) return { statusCode, headers: headersOfJson, body: '{"accepted":true}' };
  const { status: _status, retryAfterSeconds, ...error } = receipt;
  const again = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return { statusCode, headers: { ...headersOfJson, ...again }, body: JSON.stringify({ error }) };
};
