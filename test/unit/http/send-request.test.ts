import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type HttpRequest, NoAnswer, sendRequest } from '#shared/http/send-request.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that is told which request of its connection each one is; answers what sends a request to it. */
const startServer = async (
  answer: (response: ServerResponse, nthOfConnection: number, request: IncomingMessage) => void,
) => {
  const counts = new WeakMap<Socket, number>();
  const server = createServer((request, response) => {
    const nth = (counts.get(request.socket) ?? 0) + 1;
    counts.set(request.socket, nth);
    answer(response, nth, request);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return (method: HttpRequest['method'], timeoutMs = 10_000) =>
    sendRequest({
      method,
      url: new URL(`http://127.0.0.1:${port}/v1/things`),
      headers: {},
      body: method === 'POST' ? '{}' : null,
      timeoutMs,
      notAfter: null,
    });
};

/** Closes a connection when it is used a second time, as a server does whose time for idle ones has just run out. */
const closesIdle = (response: ServerResponse, nthOfConnection: number): void => {
  if (nthOfConnection > 1) response.socket?.destroy();
  else response.end('here');
};

describe('sending a request', () => {
  it('reads over a kept connection', async () => {
    const send = await startServer((response, nth) => response.end(String(nth)));
    expect([(await send('GET')).body, (await send('GET')).body]).toEqual(['1', '2']);
  });

  it('reads again where a kept connection had been closed meanwhile', async () => {
    const send = await startServer(closesIdle);
    await send('GET');
    await expect(send('GET')).resolves.toMatchObject({ status: 200, body: 'here' });
    await expect(send('GET')).resolves.toMatchObject({ status: 200, body: 'here' });
  });

  it.each(['POST', 'PUT', 'DELETE'] as const)('sends a %s once, over a connection of its own', async (method) => {
    const seen: string[] = [];
    const send = await startServer((response, nth, request) => {
      seen.push(`${request.method} ${nth}`);
      closesIdle(response, nth);
    });
    await send('GET');
    await expect(send(method)).resolves.toMatchObject({ status: 200 });
    await expect(send(method)).resolves.toMatchObject({ status: 200 });
    expect(seen).toEqual(['GET 1', `${method} 1`, `${method} 1`]);
  });

  it.each(['GET', 'POST'] as const)(
    'does not send a %s again that a new connection brought no answer to',
    async (method) => {
      let requests = 0;
      const send = await startServer((response) => {
        requests += 1;
        response.socket?.destroy();
      });
      await expect(send(method)).rejects.toThrow(new NoAnswer('ECONNRESET'));
      expect(requests).toBe(1);
    },
  );

  it('does not read again once an answer has begun', async () => {
    let requests = 0;
    const send = await startServer((response, nth) => {
      requests += 1;
      if (nth === 1) return void response.end('here');
      response.writeHead(200, { 'content-length': '9' });
      response.write('half', () => response.socket?.destroy());
    });
    await send('GET');
    await expect(send('GET')).rejects.toThrow(NoAnswer);
    expect(requests).toBe(2);
  });

  it('gives up after its time', async () => {
    const send = await startServer(() => undefined);
    await expect(send('GET', 50)).rejects.toThrow(new NoAnswer('timeout'));
  });

  it('does not read an answer without end', async () => {
    const send = await startServer((response) => {
      const chunk = Buffer.alloc(1_000_000);
      const more = (): void => void response.write(chunk, more);
      more();
    });
    await expect(send('GET')).rejects.toThrow(new NoAnswer('too_long'));
  });
});
