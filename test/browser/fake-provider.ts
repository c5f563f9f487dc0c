import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What the next sign-in leads to. */
export type SignIn = { user: string; refuses: boolean };

const json = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
  response.end(JSON.stringify(value));
};

/** A token of the shape that the page reads; nobody checks signatures here. */
const token = (claims: object): string =>
  [{ alg: 'none' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
    .concat('.x');

/** An OpenID provider that signs in whom the test names without asking, and holds the page to PKCE, resource and redirect URI. */
export const createProvider = (issuer: () => string, redirectUri: () => string) => {
  const next: SignIn = { user: 'user-ada', refuses: false };
  const waiting = new Map<string, { challenge: string; nonce: string | null }>();

  let signIns = 0;

  const authorize = (asked: URLSearchParams, response: ServerResponse): void => {
    const isRight =
      asked.get('redirect_uri') === redirectUri() &&
      asked.get('code_challenge_method') === 'S256' &&
      asked.get('resource') === 'https://lever.turn.example' &&
      asked.get('audience') === 'https://lever.turn.example' &&
      asked.get('scope') === 'openid settings';
    if (!isRight) {
      json(response, 400, { error: 'invalid_request' });
      return;
    }
    signIns += 1;
    const code = randomBytes(9).toString('base64url');
    waiting.set(code, { challenge: asked.get('code_challenge') ?? '', nonce: asked.get('nonce') });
    const answer = new URLSearchParams(next.refuses ? { error: 'access_denied' } : { code });
    answer.set('state', asked.get('state') ?? '');
    response.writeHead(302, { location: `${redirectUri()}?${answer}` }).end();
  };

  const exchange = (asked: URLSearchParams, response: ServerResponse): void => {
    const granted = waiting.get(asked.get('code') ?? '');
    waiting.delete(asked.get('code') ?? '');
    const proof = createHash('sha256')
      .update(asked.get('code_verifier') ?? '')
      .digest('base64url');
    if (granted?.challenge !== proof || asked.get('resource') !== 'https://lever.turn.example') {
      json(response, 400, { error: 'invalid_grant' });
      return;
    }
    const seconds = Math.floor(Date.now() / 1000);
    const idToken = token({
      iss: issuer(),
      aud: 'settings-page',
      sub: next.user,
      iat: seconds,
      exp: seconds + 3600,
      ...(granted.nonce === null ? {} : { nonce: granted.nonce }),
    });
    json(response, 200, {
      access_token: `access-of-${next.user}`,
      token_type: 'Bearer',
      expires_in: 3600,
      id_token: idToken,
    });
  };

  return {
    next,
    signIns: () => signIns,
    async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const { pathname, searchParams } = new URL(request.url ?? '/', issuer());
      if (pathname === '/.well-known/openid-configuration') {
        json(response, 200, {
          issuer: issuer(),
          authorization_endpoint: `${issuer()}/authorize`,
          token_endpoint: `${issuer()}/token`,
          end_session_endpoint: `${issuer()}/end`,
        });
        return;
      }
      if (pathname === '/authorize') {
        authorize(searchParams, response);
        return;
      }
      if (pathname === '/token') {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        exchange(new URLSearchParams(Buffer.concat(chunks).toString()), response);
        return;
      }
      if (pathname === '/end') {
        response.writeHead(302, { location: searchParams.get('post_logout_redirect_uri') ?? '' }).end();
        return;
      }
      json(response, 404, {});
    },
  };
};
