import { describe, expect, it } from 'vitest';
import { Failure } from '#shared/domain/failure.ts';
import { type HttpAnswer, type HttpRequest, NetworkError, type SendRequest } from '#shared/http/send-request.ts';
import { createLeverLogin } from '#shared/lever/lever-login.ts';

const refreshWith = async (
  first: Partial<HttpAnswer> | Error,
  second: Partial<HttpAnswer> = {},
  requests: HttpRequest[] = [],
) => {
  const send: SendRequest = async (request) => {
    requests.push(request);
    if (first instanceof Error) throw first;
    return { status: 200, headers: {}, body: '', ...(requests.length === 1 ? first : second) };
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
    ['a byte order mark', {}, {}],
    ['a token type that nobody knows', {}, { token_type: 'mac' }],
    ['a list of scopes', {}, { scope: ['x'] }],
    ['an error beside the tokens', {}, { error: 'none' }],
    ['another content type', { headers: { 'content-type': 'text/html' } }, {}],
    ['a life time as text', {}, { expires_in: '1800' }],
    ['no scope', {}, { scope: undefined }],
    ['a scope that is none', {}, { scope: null }],
    ['scopes in a list', {}, { scope: ['offline_access'] }],
    ['an identity token that nobody asked for', {}, { id_token: 'a.b.c' }],
    ['another token type', {}, { token_type: 'JWT' }],
    ['more than was asked for', {}, { token_type: 'Bearer', audience: 'https://api.lever.co/v1/' }],
  ])('loses no token that Lever has issued where it answers %s', async (_, answer, otherwise) => {
    const mark = _ === 'a byte order mark' ? '\uFEFF' : '';
    const { tokens } = await refreshWith({ ...answer, body: `${mark}${body({ ...rotated, ...otherwise })}` });
    expect(tokens).toEqual({ accessToken: 'access-2', refreshToken: 'refresh-2', expiresAt: 1_801_000 });
  });

  it('keeps the refresh token where no new one comes, and counts an hour where none is said', async () => {
    for (const nothing of [
      {},
      { refresh_token: null, expires_in: null },
      { expires_in: 0 },
      { refresh_token: '', expires_in: 'long' },
    ]) {
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
      await expect(refreshWith(answer)).rejects.toMatchObject({ code: 'lever_grant_lapsed' });
    },
  );

  it.each([
    [403, 'access_denied'],
    [400, 'access_denied'],
    [200, 'access_denied'],
    [403, 'unauthorized_client'],
    [400, 'consent_required'],
    [400, 'interaction_required'],
    [401, 'login_required'],
  ])('says that the access has ended where Lever answers %i %s', async (status, error) => {
    const failing = refreshWith({ status, body: body({ error }) });
    await expect(failing).rejects.toMatchObject({ code: 'lever_grant_lapsed' });
  });

  it.each([
    [401, 'invalid_client'],
    [400, 'invalid_client'],
    [401, 'access_denied'],
    [401, 'unauthorized_client'],
  ])('says that Lever rejects our app, and ends no access, where it answers %i %s', async (status, error) => {
    const failing = refreshWith({ status, body: body({ error }) });
    await expect(failing).rejects.toMatchObject({ code: 'lever_app_rejected' });
  });

  it.each([
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
    [429, { error: 'access_denied' }],
    [503, { error: 'unauthorized_client' }],
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

  it('counts five minutes where Lever says less: it would be renewed for ever', async () => {
    const { tokens } = await refreshWith({ body: body({ ...rotated, expires_in: 1 }) });
    expect(tokens.expiresAt).toBe(301_000);
  });

  it('follows Lever to another of its hosts, with all that it sent, and goes there at once the next time', async () => {
    const location = 'https://auth.eu.lever.co/oauth/token';
    const { tokens, requests } = await refreshWith({ status: 307, headers: { location } }, { body: body(rotated) });
    expect(tokens).toMatchObject({ refreshToken: 'refresh-2', authHost: 'auth.eu.lever.co' });
    expect(requests.map(({ url }) => url.href)).toEqual(['https://auth.example/oauth/token', location]);
    expect(requests[1]?.body).toBe(requests[0]?.body);
    expect((requests[1]?.deadline ?? 0) + (requests[1]?.timeoutMs ?? 0)).toBeLessThanOrEqual(5_000 + 40_000);
  });

  it.each([
    'https://lever.co.example/oauth/token',
    'http://auth.eu.lever.co/oauth/token',
    'https://evil-lever.co/oauth/token',
    'https://auth.eu.lever.co:8443/oauth/token',
  ])('sends no token to %s', async (location) => {
    const requests: HttpRequest[] = [];
    await expect(
      refreshWith({ status: 307, headers: { location } }, { body: body(rotated) }, requests),
    ).rejects.toMatchObject({ code: 'lever_unavailable' });
    expect(requests).toHaveLength(1);
  });

  it('that came too late to be sent says so itself', async () => {
    const tooLate = new Failure('lease_conflict', 'The claim grew too old before the request could be sent.');
    await expect(refreshWith(tooLate)).rejects.toBe(tooLate);
  });
});
