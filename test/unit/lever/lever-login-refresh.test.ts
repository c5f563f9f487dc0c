import { describe, expect, it } from 'vitest';
import { Failure } from '#shared/domain/failure.ts';
import { type HttpAnswer, type HttpRequest, NetworkError, type SendRequest } from '#shared/http/send-request.ts';
import { createLeverLogin } from '#shared/lever/lever-login.ts';

const refreshWith = async (answer: Partial<HttpAnswer> | Error) => {
  const requests: HttpRequest[] = [];
  const send: SendRequest = async (request) => {
    requests.push(request);
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: {}, body: '', ...answer };
  };
  const login = createLeverLogin({
    authUrl: 'https://auth.example',
    apiUrl: 'https://api.example/v1',
    redirectUri: 'https://turn.example/lever/oauth/callback',
    app: { clientId: 'client-1', clientSecret: 's&cret=' },
    send,
    now: () => 1_000,
  });
  const tokens = await login.refresh('old refresh', 5_000);
  return { tokens, requests };
};
const body = (json: unknown) => JSON.stringify(json);
const rotated = { access_token: 'access-2', refresh_token: 'refresh-2', expires_in: 1800, scope: 'x' };

describe('a refresh', () => {
  it('uses the refresh token, once, for an access token and the next refresh token', async () => {
    const { tokens, requests } = await refreshWith({ body: body(rotated) });
    expect(tokens).toEqual({ accessToken: 'access-2', refreshToken: 'refresh-2', expiresAt: 1_801_000 });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: new URL('https://auth.example/oauth/token'),
      deadline: 5_000,
    });
    expect(Object.fromEntries(new URLSearchParams(requests[0]?.body ?? ''))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'client-1',
      client_secret: 's&cret=',
      refresh_token: 'old refresh',
    });
  });

  it.each([
    ['201', { status: 201 }, {}],
    ['no token type', {}, { token_type: undefined }],
    ['a token type in lower case', {}, { token_type: 'bearer' }],
    ['another content type', { headers: { 'content-type': 'text/html' } }, {}],
    ['a life time as text', {}, { expires_in: '1800' }],
    ['no scope', {}, { scope: undefined }],
    ['a scope that is none', {}, { scope: null }],
    ['scopes in a list', {}, { scope: ['offline_access'] }],
    ['an identity token that nobody asked for', {}, { id_token: 'a.b.c' }],
    ['another token type', {}, { token_type: 'JWT' }],
    ['more than was asked for', {}, { token_type: 'Bearer', audience: 'https://api.lever.co/v1/' }],
  ])('loses no token that Lever has issued where it answers %s', async (_, answer, otherwise) => {
    const { tokens } = await refreshWith({ ...answer, body: body({ ...rotated, ...otherwise }) });
    expect(tokens).toEqual({ accessToken: 'access-2', refreshToken: 'refresh-2', expiresAt: 1_801_000 });
  });

  it('keeps the refresh token where no new one comes, and counts an hour where none is said', async () => {
    for (const nothing of [{}, { refresh_token: null, expires_in: null }, { refresh_token: '', expires_in: 'long' }]) {
      const { tokens } = await refreshWith({ body: body({ access_token: 'access-2', ...nothing }) });
      expect(tokens).toEqual({ accessToken: 'access-2', refreshToken: 'old refresh', expiresAt: 3_601_000 });
    }
  });

  it.each([200, 302, 400, 401, 403, 404, 500])(
    'says that the access has ended where Lever answers %i invalid_grant',
    async (status) => {
      const answer = {
        status,
        body: body({ error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' }),
      };
      await expect(refreshWith(answer)).rejects.toMatchObject({ code: 'lever_grant_lapsed', kind: 'needs_reconnect' });
    },
  );

  it.each([
    [401, { error: 'access_denied' }],
    [403, {}],
    [429, { error: 'too_many_requests' }],
    [500, 'invalid_grant'],
    [503, {}],
    [304, {}],
    [302, rotated],
    [200, {}],
    [200, []],
    [200, { access_token: '' }],
    [200, { access_token: 5 }],
    [200, { error: 'access_denied' }],
  ])('is tried again later after %i %j: nobody has to connect anew for that', async (status, json) => {
    await expect(refreshWith({ status, body: body(json) })).rejects.toMatchObject({ code: 'lever_unavailable' });
  });

  it('is tried again later where the answer is no JSON', async () => {
    for (const status of [200, 403, 502]) {
      await expect(refreshWith({ status, body: '<html>' })).rejects.toMatchObject({ code: 'lever_unavailable' });
    }
  });

  it('is tried again later where no answer came, and tells no secret', async () => {
    const failing = refreshWith(new NetworkError('timeout'));
    await expect(failing).rejects.toMatchObject({ code: 'lever_unavailable' });
    await expect(failing).rejects.not.toThrow(/refresh|s&cret/u);
    const echoed = refreshWith({ status: 400, body: body({ error: 'old refresh', error_description: 's&cret=' }) });
    await expect(echoed).rejects.toMatchObject({ code: 'lever_unavailable' });
    await expect(echoed).rejects.not.toThrow(/old refresh|s&cret/u);
  });

  it('that came too late to be sent says so itself', async () => {
    const tooLate = new Failure('lease_conflict', 'The claim grew too old before the request could be sent.');
    await expect(refreshWith(tooLate)).rejects.toBe(tooLate);
  });
});
