import * as http from 'node:http';
import * as https from 'node:https';
import { Failure } from '#shared/domain/failure.ts';

export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** For the whole exchange, in milliseconds. */
  readonly timeoutMs: number;
  /** Epoch milliseconds after which it must not be sent: the claim under which it is made has run out. */
  readonly notAfter: number | null;
};
export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

/** Sends a request; whatever is not a `GET`, once. Rejects with `NoAnswer` where no whole answer came; the request may have had its effect all the same. */
export type SendRequest = (request: HttpRequest) => Promise<HttpAnswer>;

/** No whole answer came: refused, reset, timed out or too long. `reason` is a system error code or a word, never content. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** The other side had closed the connection that was kept from an earlier request, as it may at any time. */
class ConnectionGone extends NoAnswer {}

const longestAnswerBytes = 5_000_000;
const kept = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) };
const ownEach = { 'http:': new http.Agent(), 'https:': new https.Agent() };

/** Throws where a request comes too late to be sent at all: a worker that was stalled must not act on an old claim. */
export const assertInTime = (request: HttpRequest, now: number): void => {
  if (request.notAfter !== null && now > request.notAfter) {
    throw new Failure('someone_else_at_work', 'The claim grew too old before the request could be sent.');
  }
};

/**
 * Sends over node's own client: the global `fetch` costs 45 to 130 ms of a cold start at its first use (measured on Node 20 to 24).
 * A function that was frozen between two invocations does not hear that the other side closed its connections. So what may have an
 * effect goes over a new one, and what only reads goes over a kept one, and once more over a new one where that was gone.
 */
export const sendRequest: SendRequest = async (request) => {
  const signal = AbortSignal.timeout(request.timeoutMs);
  if (request.method !== 'GET') return exchange(request, ownEach, signal);
  try {
    return await exchange(request, kept, signal);
  } catch (error) {
    if (!(error instanceof ConnectionGone)) throw error;
    return exchange(request, ownEach, signal);
  }
};

const exchange = (request: HttpRequest, agents: typeof kept, signal: AbortSignal): Promise<HttpAnswer> =>
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
      signal,
    });
    const reasonOf = (error: Error & { code?: unknown }): string =>
      error.name === 'AbortError' ? 'timeout' : String(error.code ?? 'broken');
    outgoing.on('error', (error) => {
      const reason = reasonOf(error);
      const isGone = outgoing.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(reason);
      reject(isGone ? new ConnectionGone(reason) : new NoAnswer(reason));
    });
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes <= longestAnswerBytes) return;
        reject(new NoAnswer('too_long'));
        incoming.destroy();
      });
      incoming.on('error', (error) => reject(new NoAnswer(reasonOf(error))));
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
