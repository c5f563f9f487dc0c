import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Exchange, Outcome } from './exchange.ts';

/** A sandbox that listens on loopback; `origin` without a trailing slash. */
export type SandboxServer = { origin: string; stop(): Promise<void> };

const LARGEST_BODY_BYTES = 1024 * 1024;

const readBody = async (incoming: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > LARGEST_BODY_BYTES) throw new Error('The request is larger than the sandbox reads.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parseBody = (text: string, contentType: string | undefined): unknown => {
  if (text === '') return undefined;
  if (contentType?.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const give = (outcome: Outcome, outgoing: ServerResponse): void => {
  if (outcome.kind === 'silence') return;
  if (outcome.kind === 'drop') {
    outgoing.socket?.destroy();
    return;
  }
  const { status, location, html, body } = outcome;
  if (html !== undefined) {
    outgoing.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html);
    return;
  }
  if (body === undefined) {
    outgoing.writeHead(status, location === undefined ? {} : { location }).end();
    return;
  }
  outgoing.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  outgoing.end(JSON.stringify(body));
};

const listen = (server: ReturnType<typeof createServer>, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });

/** Serves a model's exchange on loopback; `/v1` is taken off the path. */
export const startSandboxServer = async (options: {
  port: number;
  handle: Exchange['handle'];
}): Promise<SandboxServer> => {
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const url = new URL(incoming.url ?? '/', 'http://sandbox.invalid');
    const { method = 'GET', headers } = incoming;
    const body = parseBody(await readBody(incoming), headers['content-type']);
    const path = url.pathname.replace(/^\/v1(?=\/)/, '');
    give(
      options.handle({ method, path, query: url.searchParams, authorization: headers.authorization, body }),
      outgoing,
    );
  };
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => {
      process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n`);
      outgoing.destroy();
    });
  });
  const port = await listen(server, options.port);
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
