import http from 'node:http';
import * as z from 'zod';
import { listenOnLoopback } from '../listen.ts';
import type { Invocation, Outcome } from './invocation.ts';

/** What one execution environment looks like from the Runtime API. */
export type Seat = {
  functionArn: string;
  timeoutMs: number;
  /** The next invocation for this environment; pends while there is none. */
  next(): Promise<Invocation>;
  finished(requestId: string, outcome: Outcome): void;
  initFailed(outcome: Outcome): void;
};

export type RuntimeApi = {
  /** Makes room for an environment; answers its `AWS_LAMBDA_RUNTIME_API`. */
  open(environmentId: string, seat: Seat): string;
  close(environmentId: string): void;
  stop(): Promise<void>;
};

const failureSchema = z.object({ errorType: z.string(), errorMessage: z.string() });
const routePattern =
  /^\/([^/]+)\/2018-06-01\/runtime\/(?:(init)\/error|invocation\/(next)|invocation\/([^/]+)\/(response|error))$/;

/** Serves Lambda's Runtime API on loopback, one path prefix for each execution environment. */
export const startRuntimeApi = async (clock: { now(): number; offsetMs(): number }): Promise<RuntimeApi> => {
  const seats = new Map<string, Seat>();

  const answer = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const [, environmentId = '', init, next, requestId = '', kind] = routePattern.exec(request.url ?? '') ?? [];
    const seat = seats.get(environmentId);
    if (seat === undefined) return void response.writeHead(404).end();
    if (next !== undefined) {
      const invocation = await seat.next();
      invocation.started();
      response.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': invocation.requestId,
        'lambda-runtime-deadline-ms': String(clock.now() + seat.timeoutMs),
        'lambda-runtime-invoked-function-arn': seat.functionArn,
        'lambda-runtime-trace-id': `Root=1-${invocation.requestId.slice(0, 8)}-${invocation.requestId.replaceAll('-', '').slice(8)};Sampled=0`,
        'local-clock-offset-ms': String(clock.offsetMs()),
      });
      return void response.end(JSON.stringify(invocation.event));
    }
    const payload = await readJson(request);
    if (init !== undefined) seat.initFailed({ ok: false, ...failureSchema.parse(payload) });
    else if (kind === 'error') seat.finished(requestId, { ok: false, ...failureSchema.parse(payload) });
    else seat.finished(requestId, { ok: true, payload });
    response.writeHead(202).end();
  };

  const server = http.createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end());
  });
  // An idle environment waits for its next invocation for as long as it takes.
  server.requestTimeout = 0;
  // Nor is its connection closed under it while it works.
  server.keepAliveTimeout = 0;
  const { port, stop } = await listenOnLoopback(server, 0);
  return {
    open(environmentId, seat) {
      seats.set(environmentId, seat);
      return `127.0.0.1:${port}/${environmentId}`;
    },
    close: (environmentId) => void seats.delete(environmentId),
    stop,
  };
};

const readJson = async (request: http.IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(z.instanceof(Buffer).parse(chunk));
  return JSON.parse(Buffer.concat(chunks).toString());
};
