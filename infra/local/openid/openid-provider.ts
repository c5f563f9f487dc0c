import http from 'node:http';
import type { Provider } from 'oidc-provider';
import { listenOnLoopback } from '../listen.ts';
import {
  accessTokenAudience,
  apiScope,
  configureOpenId,
  type OpenIdOptions,
  settingsPageClientId,
} from './configure-openid.ts';
import { messagePage, signInPage } from './sign-in-page.ts';

/** An OpenID provider on loopback, and what a deployment would have to know of it. */
export type OpenIdProvider = {
  issuer: string;
  audience: string;
  scope: string;
  clientId: string;
  stop(): Promise<void>;
};

/** Starts an emulator of Turn's own OpenID provider: sample users, no passwords. Its access tokens live by the runner's clock, what browsers look at by the machine's. */
export const startOpenIdProvider = async (options: OpenIdOptions): Promise<OpenIdProvider> => {
  const server = http.createServer();
  const { url: issuer, stop } = await listenOnLoopback(server, 0);
  let provider: Promise<Provider> | undefined;

  // Not before somebody signs in: it takes most of a second, and complains on standard error of Node's age and of not being a deployment.
  const load = async (): Promise<Provider> => {
    const module = await import('oidc-provider');
    return new module.Provider(issuer, await configureOpenId(options));
  };

  const answer = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const { url: path = '/', method } = request;
    provider ??= load();
    const loaded = await provider;
    if (!path.startsWith('/sign-in/')) return loaded.callback()(request, response);
    await loaded.interactionDetails(request, response);
    if (method !== 'POST') {
      response.writeHead(200, htmlHeaders).end(signInPage(path, options.users));
      return;
    }
    const chosen = new URLSearchParams(await readText(request)).get('user');
    const user = options.users.find(({ id }) => id === chosen);
    if (user === undefined) throw new Error('There is no such user.');
    await loaded.interactionFinished(request, response, { login: { accountId: user.id } });
  };

  server.on('request', (request, response) => {
    answer(request, response).catch(() => {
      response.writeHead(400, htmlHeaders).end(messagePage('This sign-in is over', 'Start again from the page.'));
    });
  });
  return { issuer, audience: accessTokenAudience, scope: apiScope, clientId: settingsPageClientId, stop };
};

const htmlHeaders = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };

const readText = async (request: http.IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > 10_000) throw new Error('The form is too large.');
  }
  return text;
};
