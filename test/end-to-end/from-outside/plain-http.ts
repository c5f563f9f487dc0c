import { createServer, type IncomingHttpHeaders, request as openRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Asked = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  text: string;
};

/** What a little server gives back: an answer, in JSON or as this text, or a cut line. */
export type Given = { status: number; json?: unknown; text?: string } | 'cut';

export type PlainServer = { origin: string; stop(): Promise<void> };

/** A server on loopback that knows nothing but one function. */
export const serve = async (answer: (asked: Asked) => Given): Promise<PlainServer> => {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const url = new URL(incoming.url ?? '/', 'http://little.invalid');
      const given = answer({
        method: incoming.method ?? 'GET',
        path: url.pathname,
        query: url.searchParams,
        headers: incoming.headers,
        text: Buffer.concat(chunks).toString('utf8'),
      });
      if (given === 'cut') {
        outgoing.socket?.destroy();
        return;
      }
      outgoing.writeHead(given.status, { 'content-type': 'application/json; charset=utf-8' });
      outgoing.end(given.text ?? (given.json === undefined ? undefined : JSON.stringify(given.json)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

export type Answered = { status: number; text: string; json: unknown };

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Sends text as it is; nothing is escaped, retried or followed. */
export const send = (method: string, url: string, text?: string): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const outgoing = openRequest(url, {
      method,
      agent: false,
      headers:
        text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        resolve({ status: incoming.statusCode ?? 0, text: body, json: parsed(body) });
      });
    });
    outgoing.end(text);
  });

/** POSTs JSON. */
export const post = (url: string, body: unknown): Promise<Answered> => send('POST', url, JSON.stringify(body));
