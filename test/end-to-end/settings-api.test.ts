import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalStack, startLocalStack } from '#infra/local/local-stack.ts';
import { sampleUsers } from '#infra/local/openid/sample-users.ts';
import { SAMPLE_ORGANIZATION_ID } from '#infra/local/sandbox/sample-organization.ts';
import { signIn } from '../integration/local/sign-in.ts';

describe('the settings API of the running system', () => {
  let stack: LocalStack;
  const tokens = new Map<string, string>();
  const signInAs = async (user: string): Promise<void> => {
    tokens.set(user, await signIn(stack.openId, `${stack.ready.api}/settings`, user));
  };
  beforeAll(async () => {
    stack = await startLocalStack({ log: () => undefined });
    for (const user of ['admin', 'member', 'other-admin']) await signInAs(user);
  });
  afterAll(() => stack.stop());

  const ask = async (user: string, route: string, { body, ifMatch }: { body?: unknown; ifMatch?: string } = {}) => {
    const [method = '', path = ''] = route.split(' ');
    const answer = await fetch(`${stack.ready.api}${path}`, {
      method,
      headers: {
        ...(tokens.has(user) ? { authorization: `Bearer ${tokens.get(user)}` } : {}),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: the test says what it expects to be there
    const json: any = await answer.json();
    return { status: answer.status, json, etag: answer.headers.get('etag') ?? '' };
  };

  test('shows each person their own account, and whether they may change it', async () => {
    const seen = await Promise.all(
      ['admin', 'member', 'other-admin'].map(async (user) => {
        const { json } = await ask(user, 'GET /api/account');
        return [json.accountId, json.user, json.connection.state];
      }),
    );
    expect(seen).toEqual([
      ['acct_sample', { id: 'admin', maySettle: true }, 'connected'],
      ['acct_sample', { id: 'member', maySettle: false }, 'connected'],
      ['acct_other', { id: 'other-admin', maySettle: true }, 'not_connected'],
    ]);
  });

  test('lets nobody in without a token, but everybody read its description', async () => {
    const { json: description } = await ask('nobody', 'GET /api/openapi.json');
    expect(description).toMatchObject({ openapi: '3.1.0', servers: [{ url: stack.ready.api }] });
    for (const [path, methods] of Object.entries<Record<string, { security: object[] }>>(description.paths)) {
      for (const [method, { security }] of Object.entries(methods)) {
        const { status, json } = await ask('nobody', `${method.toUpperCase()} ${path}`);
        expect([method, path, status]).toEqual([method, path, security.length === 0 ? 200 : 401]);
        if (status === 401) expect(json).toEqual({ message: 'Unauthorized' });
      }
    }
  });

  test('takes a change from a Super Admin who has seen the latest settings, and from nobody else', async () => {
    const { json: settings, etag } = await ask('admin', 'GET /api/settings');
    const body = { ...settings, graceSeconds: 60 };
    expect((await ask('member', 'PUT /api/settings', { body, ifMatch: etag })).status).toBe(403);
    const saved = await ask('admin', 'PUT /api/settings', { body, ifMatch: etag });
    expect(saved).toMatchObject({ status: 200, json: { settings: { graceSeconds: 60 } } });
    expect((await ask('admin', 'PUT /api/settings', { body: settings, ifMatch: etag })).status).toBe(412);
    expect((await ask('other-admin', 'GET /api/settings')).json.graceSeconds).toBe(0);
    expect((await ask('member', 'GET /api/activity')).status).toBe(403);
    const { json: log } = await ask('admin', 'GET /api/activity?kind=settings_changed');
    const byName = sampleUsers.find(({ id }) => id === 'admin')?.name;
    expect(log.activities).toMatchObject([{ by: 'admin', byName, detail: 'graceSeconds: 0 → 60' }]);
    expect((await ask('other-admin', 'GET /api/activity')).json.activities).toEqual([]);
    await ask('admin', 'PUT /api/settings', { body: settings, ifMatch: saved.etag });
  });

  test('reads the stages from Lever, and says when a webhook last came', async () => {
    const { json } = await ask('admin', 'GET /api/stages');
    expect(json.stages.map(({ name }: { name: string }) => name)).toContain('Reference check');
    const recruiter = stack.lever?.model.recruiter(SAMPLE_ORGANIZATION_ID);
    const [candidate = ''] = recruiter?.organization.opportunities.keys() ?? [];
    recruiter?.moveToStage(candidate, json.stages[0].id);
    const lastReceivedAt = async () => (await ask('admin', 'GET /api/account')).json.webhook.lastReceivedAt;
    await expect.poll(lastReceivedAt).toEqual(expect.any(Number));
  });

  test('refuses one account that asks too much until its minute ends, and leaves others alone', async () => {
    const statuses: number[] = [];
    // A slow machine may need some minutes of the clock until one of them is full.
    while (!statuses.includes(429) && statuses.length < 6_000) {
      const batch = Array.from({ length: 50 }, () => ask('member', 'GET /api/settings'));
      statuses.push(...(await Promise.all(batch)).map(({ status }) => status));
    }
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect((await ask('other-admin', 'GET /api/settings')).status).toBe(200);
    const refused = await fetch(`${stack.ready.api}/api/settings`, {
      headers: { authorization: `Bearer ${tokens.get('admin')}` },
    });
    // The next minute may just have begun.
    if (refused.status === 429) expect(refused.headers.get('retry-after')).toMatch(/^([1-9]|[1-5]\d|60)$/u);
    await expect.poll(async () => (await ask('admin', 'GET /api/settings')).status).toBe(200);
  });

  test('asks people to sign in again when half a day has passed', async () => {
    await stack.advanceClock(12 * 3600 + 1);
    expect((await ask('admin', 'GET /api/account')).status).toBe(401);
    await signInAs('admin');
    expect((await ask('admin', 'GET /api/account')).status).toBe(200);
  });
});
