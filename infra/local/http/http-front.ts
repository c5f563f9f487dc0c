import http from 'node:http';
import * as z from 'zod';
import type { JwtAuthorizer, Route } from '../assembly/plan.ts';
import { listenOnLoopback } from '../listen.ts';
import type { FunctionPool } from '../runtime/function-pool.ts';
import { type HttpAnswer, httpAnswer, messageAnswer } from './http-answer.ts';
import { httpEvent } from './http-event.ts';
import { isFromElsewhere } from './is-from-elsewhere.ts';
import { type Authorize, createJwtAuthorizer, holdsScope } from './jwt-authorizer.ts';
import { matchRoute } from './match-route.ts';

export type HttpFront = {
  url: string;
  /** Begins to serve the routes; until then everything is answered 503. */
  open(service: HttpService): void;
  /** Requests under way. */
  running(): number;
  stop(): Promise<void>;
};

export type HttpService = {
  routes: readonly Route[];
  poolOf(functionArn: string): FunctionPool;
  now(): number;
  /** Answers what belongs to the runner itself, under /local/. */
  local(method: string, path: string, body: string): Promise<HttpAnswer>;
};

const largestBodyBytes = 10 * 1024 * 1024;
const unauthorized: HttpAnswer = {
  ...messageAnswer(401, 'Unauthorized'),
  headers: { 'content-type': 'application/json', 'www-authenticate': 'Bearer' },
};

/** Emulates the HTTP API, and serves the runner's own `/local/` pages beside it. */
export const startHttpFront = async (port: number, log: (line: string) => void): Promise<HttpFront> => {
  let service: HttpService | undefined;
  let running = 0;
  const authorizers = new Map<JwtAuthorizer, Authorize>();

  const authorize = (
    now: () => number,
    authorizer: JwtAuthorizer,
    header: string | undefined,
  ): ReturnType<Authorize> => {
    const known = authorizers.get(authorizer) ?? createJwtAuthorizer(authorizer, { now, log });
    authorizers.set(authorizer, known);
    return known(header);
  };

  const answer = async (request: http.IncomingMessage): Promise<HttpAnswer> => {
    const { method = 'GET', url = '/' } = request;
    const [rawPath = '/'] = url.split('?');
    if (rawPath.startsWith('/local/') && service !== undefined) {
      if (isFromElsewhere(request.headers)) return messageAnswer(403, 'Only this machine’s own programs may ask this.');
      return service.local(method, rawPath, (await readBody(request))?.toString() ?? '');
    }
    running += 1;
    try {
      const body = await readBody(request);
      return service === undefined
        ? messageAnswer(503, 'Service Unavailable')
        : await invoke({ service, authorize }, request, rawPath, body);
    } finally {
      running -= 1;
    }
  };

  const server = http.createServer((request, response) => {
    answer(request)
      .catch((error: unknown) => {
        log(`${request.method} ${request.url} failed here: ${error instanceof Error ? error.stack : String(error)}`);
        return messageAnswer(500, 'Internal Server Error');
      })
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
      .catch(() => response.destroy());
  });
  const { url, stop } = await listenOnLoopback(server, port);
  return {
    url,
    stop,
    open(opened) {
      service = opened;
    },
    running: () => running,
  };
};

type Front = {
  service: HttpService;
  authorize(now: () => number, authorizer: JwtAuthorizer, header: string | undefined): ReturnType<Authorize>;
};

const invoke = async (
  { service, authorize }: Front,
  request: http.IncomingMessage,
  rawPath: string,
  body: Buffer | undefined,
): Promise<HttpAnswer> => {
  const match = matchRoute(service.routes, request.method ?? 'GET', rawPath);
  if (match === undefined) return messageAnswer(404, 'Not Found');
  const { functionArn, timeoutMs, authorizer, scopes } = match.route;
  const claims = authorizer && (await authorize(service.now, authorizer, request.headers.authorization));
  if (authorizer !== undefined && claims === undefined) return unauthorized;
  if (claims !== undefined && !holdsScope(claims, scopes)) return messageAnswer(403, 'Forbidden');
  if (body === undefined) return messageAnswer(413, 'Request Entity Too Large');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<HttpAnswer>((resolve) => {
    timer = setTimeout(() => resolve(messageAnswer(503, 'Service Unavailable')), timeoutMs);
  });
  const answered = service
    .poolOf(functionArn)
    .invoke(httpEvent(request, { body, match, claims, nowMs: service.now() }))
    .then(httpAnswer);
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
};

/** The body, or nothing where it is larger than an HTTP API takes. */
const readBody = async (request: http.IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = z.instanceof(Buffer).parse(chunk);
    bytes += part.length;
    if (bytes <= largestBodyBytes) chunks.push(part);
  }
  return bytes > largestBodyBytes ? undefined : Buffer.concat(chunks);
};
