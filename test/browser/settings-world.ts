import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readPage, servePage } from '#functions/settings-page/serve-page.ts';
import { buildPage } from '#infra/build-page.ts';
import { createApi } from './fake-api.ts';
import { createProvider } from './fake-provider.ts';

const listen = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

export type SettingsWorld = Awaited<ReturnType<typeof startSettingsWorld>>;

/** The built page under its real headers, with a fake API behind it and a fake OpenID provider on another origin. */
export const startSettingsWorld = async () => {
  const page = readPage(await buildPage());
  let own = '';
  let issuer = '';
  const provider = createProvider(
    () => issuer,
    () => `${own}/settings`,
  );
  const api = createApi(() => `${issuer}/lever-consent`);
  const front = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', own);
    if (!pathname.startsWith('/settings')) {
      void api.answer(request, response);
      return;
    }
    const file = pathname.split('/')[2];
    const config = {
      issuer,
      clientId: 'settings-page',
      audience: 'https://lever.turn.example',
      scope: 'settings',
      redirectUri: `${own}/settings`,
    };
    const answer = servePage(
      { routeKey: '', path: { file }, headers: request.headers as Record<string, string> },
      { page, config },
    );
    if ('bytes' in answer) response.writeHead(answer.status, { ...answer.headers }).end(answer.bytes);
    else response.writeHead(answer.status).end();
  });
  const other = createServer((request, response) => void provider.answer(request, response));
  own = await listen(front);
  issuer = await listen(other);
  return {
    url: `${own}/settings`,
    issuer,
    provider,
    world: api.world,
    /** As it was at the start. */
    reset: () => {
      Object.assign(api.world, createApi(() => '').world);
      Object.assign(
        provider.next,
        createProvider(
          () => '',
          () => '',
        ).next,
      );
    },
    stop: async () => {
      for (const server of [front, other]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
};
