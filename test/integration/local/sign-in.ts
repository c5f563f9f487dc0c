import { createHash, randomBytes } from 'node:crypto';

type OpenId = { issuer: string; clientId: string };

/** Signs a sample user in as a browser would (authorization code with PKCE), and answers the access token. */
export const signIn = async ({ issuer, clientId }: OpenId, settingsUrl: string, user: string): Promise<string> => {
  const cookies = new Map<string, string>();
  const visit = async (url: string, form?: Record<string, string>): Promise<Response> => {
    const response = await fetch(url, {
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      redirect: 'manual',
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/u.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
  const next = (response: Response): string => new URL(response.headers.get('location') ?? '', issuer).href;

  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: settingsUrl,
    response_type: 'code',
    scope: 'openid settings',
    state: 'x',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const page = next(await visit(`${issuer}/auth?${query}`));
  const chosen = next(await visit(page, { user }));
  const code = new URL(next(await visit(chosen))).searchParams.get('code') ?? '';
  const answer = await visit(`${issuer}/token`, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: settingsUrl,
    client_id: clientId,
    code_verifier: verifier,
  });
  const tokens: unknown = await answer.json();
  if (typeof tokens !== 'object' || tokens === null || !('access_token' in tokens)) {
    throw new Error(`${user} could not be signed in: ${JSON.stringify(tokens)}`);
  }
  return String(tokens.access_token);
};
