import { Failure } from '#shared/domain/failure.ts';
import { http, https } from './node-clients.ts';

export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** For the whole exchange, in milliseconds. */
  readonly timeoutMs: number;
  /** Epoch milliseconds after which it must not be sent: the claim under which it is made has run out. */
  readonly deadline: number | null;
};
export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

/** Sends one request, once. Rejects with `NetworkError` where no whole answer came; the request may have had its effect all the same. */
export type SendRequest = (request: HttpRequest) => Promise<HttpAnswer>;

/** No whole answer came: refused, reset, timed out or too long. `reason` is a system error code or a word, never content. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
}

const longestAnswerBytes = 5_000_000;
/**
 * Every request has a connection of its own. A function that was frozen does not hear that the other side closed one that it kept, so
 * that an order over it would be uncertain; and one that answers out of step cannot give us the answer to something else.
 */
const agents = { 'http:': new http.Agent(), 'https:': new https.Agent() };

/** Throws where a request comes too late to be sent at all: a worker that was stalled must not act on an old claim. */
export const assertInTime = (request: HttpRequest, now: number): void => {
  if (request.deadline !== null && now > request.deadline) {
    throw new Failure('lease_conflict', 'The claim grew too old before the request could be sent.');
  }
};

/** Sends over node's own client: the global `fetch` costs 45 to 130 ms of a cold start at its first use (measured on Node 20 to 24). */
export const sendRequest: SendRequest = (request) =>
  new Promise((resolve, reject) => {
    assertInTime(request, Date.now());
    const isPlain = request.url.protocol === 'http:';
    const outgoing = (isPlain ? http : https).request(request.url, {
      method: request.method,
      agent: agents[isPlain ? 'http:' : 'https:'],
      headers: {
        ...request.headers,
        ...(request.body === null ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }),
      },
      signal: AbortSignal.timeout(request.timeoutMs),
    });
    const fail = (error: Error & { code?: unknown }): void =>
      reject(new NetworkError(error.name === 'AbortError' ? 'timeout' : String(error.code ?? 'broken')));
    outgoing.on('error', fail);
    outgoing.on('upgrade', (_incoming, socket) => {
      socket.destroy();
      reject(new NetworkError('upgrade'));
    });
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes <= longestAnswerBytes) return;
        reject(new NetworkError('too_long'));
        incoming.destroy();
      });
      incoming.on('error', fail);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.end(request.body ?? undefined);
  });
