import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '#infra/local/listen.ts';
import { type HttpAnswer, type HttpRequest, NetworkError, sendRequest } from '#shared/http/send-request.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A server that answers so; `send` sends a request to it, `requests` tells which came over which connection. */
const startServer = async (answer: Answer) => {
  const connections: Socket[] = [];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} over connection ${connections.indexOf(request.socket) + 1}`);
    answer(response, request);
  });
  server.on('connection', (socket) => connections.push(socket));
  const { url, stop } = await listenOnLoopback(server, 0);
  stops.push(stop);
  const send = (method: HttpRequest['method'], limits: Partial<HttpRequest> = {}): Promise<HttpAnswer> =>
    sendRequest({
      method,
      url: new URL('/v1/things', url),
      headers: {},
      body: method === 'POST' ? '{}' : null,
      timeoutMs: 10_000,
      deadline: null,
      ...limits,
    });
  return { send, requests };
};

describe('sending a request', () => {
  it('answers status, headers and body', async () => {
    const { send } = await startServer((response) =>
      response.writeHead(404, { 'x-thing': 'gone' }).end('no such thing'),
    );
    await expect(send('GET')).resolves.toMatchObject({
      status: 404,
      headers: { 'x-thing': 'gone' },
      body: 'no such thing',
    });
  });

  it('uses a new connection for each', async () => {
    const { send, requests } = await startServer((response) => response.end());
    await send('GET');
    await send('GET');
    await send('POST');
    expect(requests).toEqual(['GET over connection 1', 'GET over connection 2', 'POST over connection 3']);
  });

  it.each<[string, string, Answer]>([
    ['the connection is closed', 'ECONNRESET', (response) => response.socket?.end()],
    ['the connection is reset', 'ECONNRESET', (response) => response.socket?.resetAndDestroy()],
    ['an answer breaks off', 'ECONNRESET', (response) => response.write('half', () => response.socket?.destroy())],
    [
      'the protocol is changed',
      'upgrade',
      ({ socket }) => void socket?.write('HTTP/1.1 101 Other\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n'),
    ],
    ['something else than HTTP comes', 'HPE_INVALID_CONSTANT', ({ socket }) => void socket?.write('Good day.\r\n\r\n')],
  ])('says so, and sends nothing again, where %s', async (_what, reason, answer) => {
    const { send, requests } = await startServer(answer);
    await expect(send('POST')).rejects.toThrow(new NetworkError(reason));
    expect(requests).toHaveLength(1);
  });

  it('gives up after its time, before an answer or within one', async () => {
    const silent = await startServer(() => undefined);
    await expect(silent.send('GET', { timeoutMs: 50 })).rejects.toThrow(new NetworkError('timeout'));
    const slow = await startServer((response) => void response.write('half'));
    await expect(slow.send('GET', { timeoutMs: 50 })).rejects.toThrow(new NetworkError('timeout'));
  });

  it('does not read an answer without end', async () => {
    const { send } = await startServer((response) => {
      const more = (error?: Error | null): void => {
        if (!error) response.write(Buffer.alloc(1_000_000), more);
      };
      more();
    });
    await expect(send('GET')).rejects.toThrow(new NetworkError('too_long'));
  });

  it('sends nothing once it is too late', async () => {
    const { send, requests } = await startServer((response) => response.end());
    await expect(send('POST', { deadline: Date.now() - 1 })).rejects.toMatchObject({ code: 'lease_conflict' });
    await send('POST', { deadline: Date.now() + 60_000 });
    expect(requests).toHaveLength(1);
  });
});
