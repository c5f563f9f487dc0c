import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { parseJson } from '#shared/http/parse-json.ts';
import { listenOnLoopback } from '../listen.ts';
import { buildPage, type PageFile } from './build-page.ts';
import { commandSchema } from './commands.ts';
import { type ConsoleNeeds, createConsole } from './console.ts';

type Answer = { status: number; type?: string; body?: string | Uint8Array };

const largestBodyBytes = 64 * 1024;
const lookEveryMs = 150;
const headers = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Serves the console's page and, to that page alone, what it shows and does. On a port of its own: none of this is the product. */
export const startConsole = async (
  needs: ConsoleNeeds,
  log: (line: string) => void,
): Promise<{ url: string; stop(): Promise<void> }> => {
  const shown = createConsole(needs);
  let page: Promise<ReadonlyMap<string, PageFile>> | undefined;
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      log(`console: ${request.method} ${request.url} failed: ${error instanceof Error ? error.stack : String(error)}`);
      if (response.headersSent) response.destroy();
      else send(response, { status: 500, body: JSON.stringify({ error: 'The console failed; its log says why.' }) });
    });
  });
  const { url, stop } = await listenOnLoopback(server, 0);
  const { host, port } = new URL(url);
  const hosts = [host, `localhost:${port}`];

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    if (!isFromThisPage(request, hosts))
      return send(response, {
        status: 403,
        body: JSON.stringify({ error: 'Only the console’s own page may ask this.' }),
      });
    const route = `${request.method} ${pathname}`;
    if (route === 'GET /api/events') return streamViews(response, searchParams.get('organization'));
    if (route === 'POST /api/do') return send(response, await perform(request));
    page ??= buildPage();
    const file = request.method === 'GET' ? (await page).get(pathname) : undefined;
    send(response, file ? { status: 200, ...file } : { status: 404, body: JSON.stringify({ error: 'Not found.' }) });
  };

  const perform = async (request: IncomingMessage): Promise<Answer> => {
    const command = commandSchema.safeParse(parseJson(await readBody(request)));
    if (!command.success) return { status: 422, body: JSON.stringify({ error: z.prettifyError(command.error) }) };
    try {
      await shown.perform(command.data);
      return { status: 200, body: '{}' };
    } catch (error) {
      // The sandboxes say in a sentence what was not there: another tab may have deleted it.
      return { status: 409, body: JSON.stringify({ error: error instanceof Error ? error.message : String(error) }) };
    }
  };

  /** Sends the whole view now and whenever it has changed, as server-sent events. */
  const streamViews = (response: ServerResponse, organizationId: string | null): void => {
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
    let sent = '';
    const look = async (): Promise<void> => {
      const view = JSON.stringify(await shown.view(organizationId));
      if (view !== sent && !response.destroyed) response.write(`data: ${view}\n\n`);
      sent = view;
    };
    const again = (): void => {
      look().then(
        () => {
          if (!response.destroyed) setTimeout(again, lookEveryMs).unref();
        },
        (error: unknown) => {
          log(`console: ${String(error)}`);
          response.destroy();
        },
      );
    };
    again();
  };

  return {
    url,
    stop: () => {
      shown.stop();
      return stop();
    },
  };
};

/** Neither another page on this machine (Origin) nor a name that leads here (Host) may use the console. */
const isFromThisPage = ({ headers, method }: IncomingMessage, hosts: readonly string[]): boolean => {
  const { host = '', origin } = headers;
  if (!hosts.includes(host)) return false;
  if (origin === undefined) return method === 'GET';
  return origin === `http://${host}`;
};

const send = (response: ServerResponse, { status, type = 'application/json', body = '' }: Answer): void => {
  response.writeHead(status, { ...headers, 'content-type': type }).end(body);
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > largestBodyBytes) return '';
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString();
};
