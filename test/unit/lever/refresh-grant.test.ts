import { describe, expect, it } from 'vitest';
import { type HttpAnswer, type HttpRequest, NoAnswer, type SendRequest } from '#shared/http/send-request.ts';
import { refreshGrant } from '#shared/lever/refresh-grant.ts';

const refreshWith = async (answer: Partial<HttpAnswer> | Error) => {
  const requests: HttpRequest[] = [];
  const send: SendRequest = async (request) => {
    requests.push(request);
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: {}, body: '', ...answer };
  };
  const app = { clientId: 'client-1', clientSecret: 's&cret=' };
  const options = { ...app, authUrl: 'https://auth.example', send, now: () => 1_000 };
  const grant = await refreshGrant(options, 'old refresh', 5_000);
  return { grant, requests };
};
const body = (json: unknown) => JSON.stringify(json);

describe('refreshGrant', () => {
  it('trades the refresh token, once, for an access token and the next refresh token', async () => {
    const answer = { access_token: 'access-2', refresh_token: 'refresh-2', expires_in: 1800, scope: 'x' };
    const { grant, requests } = await refreshWith({ body: body(answer) });
    expect(grant).toEqual({ accessToken: 'access-2', refreshToken: 'refresh-2', expiresAt: 1_801_000 });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: new URL('https://auth.example/oauth/token'),
      notAfter: 5_000,
    });
    expect(Object.fromEntries(new URLSearchParams(requests[0]?.body ?? ''))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'client-1',
      client_secret: 's&cret=',
      refresh_token: 'old refresh',
    });
  });

  it('keeps the refresh token where no new one comes, and counts an hour where none is said', async () => {
    const { grant } = await refreshWith({ body: body({ access_token: 'access-2' }) });
    expect(grant).toEqual({ accessToken: 'access-2', refreshToken: 'old refresh', expiresAt: 3_601_000 });
  });

  it.each([400, 401, 403])('says that the grant has lapsed where Lever answers %i invalid_grant', async (status) => {
    const answer = {
      status,
      body: body({ error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' }),
    };
    await expect(refreshWith(answer)).rejects.toMatchObject({ code: 'lever_grant_lapsed', kind: 'hold' });
  });

  it.each([
    [401, { error: 'access_denied' }],
    [403, {}],
    [429, { error: 'too_many_requests' }],
    [500, 'invalid_grant'],
    [200, {}],
    [200, { access_token: '' }],
  ])('tries again later after %i %j: nobody has to connect anew for that', async (status, json) => {
    await expect(refreshWith({ status, body: body(json) })).rejects.toMatchObject({ code: 'lever_unavailable' });
  });

  it('tries again later where no answer came, and tells no secret', async () => {
    const failing = refreshWith(new NoAnswer('timeout'));
    await expect(failing).rejects.toMatchObject({ code: 'lever_unavailable' });
    await expect(failing).rejects.not.toThrow(/refresh|s&cret/u);
  });
});
