import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenIdProvider, startOpenIdProvider } from '#infra/local/openid/openid-provider.ts';
import { sampleUsers, usersOf } from '#infra/local/openid/sample-users.ts';
import { signIn } from './sign-in.ts';

const settingsUrl = 'http://127.0.0.1:3000/settings';

describe('the local OpenID provider', () => {
  let provider: OpenIdProvider;
  let offsetMs = 0;
  beforeAll(async () => {
    provider = await startOpenIdProvider({ settingsUrl, users: sampleUsers, clock: { offsetMs: () => offsetMs } });
  });
  afterAll(() => provider.stop());
  const read = async (path: string) => (await fetch(`${provider.issuer}${path}`)).json();

  test.each([
    ['admin', 'acct_sample', 'super_admin'],
    ['member', 'acct_sample', 'member'],
    ['other-admin', 'acct_other', 'super_admin'],
  ])('signs %s in, with a token that names the account %s and the role %s', async (user, account_id, role) => {
    const token = await signIn(provider, settingsUrl, user);
    const keys = createLocalJWKSet((await read('/jwks')) as JSONWebKeySet);
    const { issuer, audience } = provider;
    const { payload } = await jwtVerify(token, keys, { issuer, audience, algorithms: ['RS256'] });
    expect(payload).toMatchObject({ sub: user, account_id, role });
    const { name, email } = sampleUsers.find(({ id }) => id === user) ?? {};
    expect([payload['name'], payload['email']]).toEqual([name, email]);
  });

  test('lets its access tokens live by the runner’s clock', async () => {
    const before = decodeJwt(await signIn(provider, settingsUrl, 'admin'));
    offsetMs = 86_400_000;
    const after = decodeJwt(await signIn(provider, settingsUrl, 'admin'));
    expect((after.exp ?? 0) - (before.exp ?? 0)).toBeGreaterThanOrEqual(86_400);
    expect((after.exp ?? 0) - (after.iat ?? 0)).toBe(12 * 3600);
  });

  test.each([
    ['another client', { client_id: 'someone-else' }],
    ['another way back', { redirect_uri: 'http://127.0.0.1:3000/elsewhere' }],
    ['no PKCE', { code_challenge: '', code_challenge_method: '' }],
  ])('refuses %s, and says so in plain words', async (_, change) => {
    const query = new URLSearchParams({
      client_id: provider.clientId,
      redirect_uri: settingsUrl,
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      ...change,
    });
    const answer = await fetch(`${provider.issuer}/auth?${query}`, { redirect: 'manual' });
    const said = answer.headers.get('location') ?? (await answer.text());
    expect(said).toMatch(/error=invalid_request|invalid_client|invalid_redirect_uri/);
  });

  test('knows nobody else, and no sign-in that it has not begun', async () => {
    await expect(signIn(provider, settingsUrl, 'somebody')).rejects.toThrow();
    expect((await fetch(`${provider.issuer}/sign-in/unknown`)).status).toBe(400);
  });

  test('answers the page’s origin, and no other’s', async () => {
    const ask = (origin: string) =>
      fetch(`${provider.issuer}/token`, {
        method: 'POST',
        headers: { origin },
        body: new URLSearchParams({ client_id: provider.clientId, grant_type: 'authorization_code', code: 'x' }),
      });
    const allowed = await ask('http://127.0.0.1:3000');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://127.0.0.1:3000');
    expect((await ask('http://elsewhere.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('shows who may sign in, and nothing that a name could break', async () => {
    const users = usersOf([{ accountId: 'acct_a', name: '<i>A & "B"' }]);
    const other = await startOpenIdProvider({ settingsUrl, users, clock: { offsetMs: () => 0 } });
    expect(decodeJwt(await signIn(other, settingsUrl, 'admin-of-acct_a'))).toMatchObject({ account_id: 'acct_a' });
    await other.stop();
  });
});
