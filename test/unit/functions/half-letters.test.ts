import { createHmac } from 'node:crypto';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leverRoutes } from '#functions/lever-oauth/lever-routes.ts';
import { settingsRoutes } from '#functions/settings-api/settings-routes.ts';
import { acceptCallback } from '#functions/status-callback/accept-callback.ts';
import { acceptWebhook } from '#functions/webhook-verify/accept-webhook.ts';
import { type Answer, byRoute, httpHandler, type Incoming } from '#shared/edge/http-handler.ts';
import { callbackPathOf } from '#shared/turn/callback.ts';
import { createWorld } from '../../fakes/world.ts';

const half = fc.constantFrom('\ud800', '\udc00', 'a\udbff', '\udfffb', '\udc00\ud800');

const scene = async () => {
  const world = await createWorld();
  const { accountId, ports } = world;
  const claims = { sub: 'user-1', account_id: accountId, role: 'super_admin' };
  const statusOf = async (
    useCase: (incoming: Incoming) => Promise<Answer>,
    routeKey: string,
    asked: {
      body?: unknown;
      query?: Record<string, string>;
      path?: Record<string, string>;
      claims?: object;
      headers?: Record<string, string>;
    },
  ): Promise<number> => {
    const event = {
      routeKey,
      pathParameters: asked.path,
      queryStringParameters: asked.query,
      headers: asked.headers ?? {},
      cookies: ['lever-oauth=\ud800'],
      requestContext: { authorizer: { jwt: { claims: { ...claims, ...asked.claims } } } },
      body: asked.body === undefined ? '' : JSON.stringify(asked.body),
    };
    const result = await httpHandler(useCase)(
      event as unknown as APIGatewayProxyEventV2,
      { awsRequestId: 'r' } as Context,
    );
    return (result as { statusCode: number }).statusCode;
  };
  const routes = byRoute({ ...settingsRoutes, ...leverRoutes }, ports);
  const etag = async (): Promise<string> => {
    const incoming = {
      routeKey: 'GET /api/settings',
      path: {},
      query: {},
      headers: {},
      cookies: {},
      claims,
      body: '',
      bodyBytes: 0,
    };
    const answer = await routes(incoming);
    return 'json' in answer ? (answer.etag ?? '') : '';
  };
  return { world, ports, accountId, statusOf, routes, etag };
};

/** The value with the text at one place of it, a key or a value, chosen by a number. */
const spoilt = (value: unknown, text: string, at: number): unknown => {
  let left = at;
  const walk = (each: unknown): unknown => {
    if (left-- === 0) return text;
    if (Array.isArray(each)) return each.map(walk);
    if (typeof each !== 'object' || each === null) return each;
    return Object.fromEntries(
      Object.entries(each).map(([key, inner]) => (left-- === 0 ? [key + text, inner] : [key, walk(inner)])),
    );
  };
  return walk(value);
};

describe('half a letter', () => {
  it('in the body of any request to the settings API is refused, and nothing is saved', async () => {
    const { world, statusOf, routes, etag } = await scene();
    const settings = {
      triggerStages: [{ id: 'offer', name: 'Offer' }],
      defaultPackageId: 'P1',
      rerun: { kind: 'never' },
      tagPolicy: 'latest',
      graceSeconds: 0,
      oneCheckPerPerson: true,
      hourlyCap: null,
      secretNotes: false,
      writesReportUrl: true,
      statusLabels: { clear: 'Good' },
    };
    const headers = { 'if-match': await etag() };
    const before = JSON.stringify([...world.table.items]);
    const routeKeys = Object.keys({ ...settingsRoutes, ...leverRoutes }).filter((key) => /^(?:PUT|POST)/u.test(key));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...routeKeys), half, fc.nat(24), async (routeKey, text, at) => {
        if (routeKey === 'POST /api/lever/authorize' || routeKey === 'POST /api/lever/disconnect') return;
        const body =
          routeKey === 'PUT /api/settings' ? settings : { secret: 'b2'.repeat(24), confirm: true, event: 'x' };
        const status = await statusOf(routes, routeKey, { body: spoilt(body, text, at), headers });
        // Beyond the last place, nothing is spoilt.
        if (JSON.stringify(spoilt(body, text, at)) === JSON.stringify(body)) return;
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
    expect(JSON.stringify([...world.table.items].filter(([key]) => key.endsWith('ACCOUNT')))).toBe(
      JSON.stringify((JSON.parse(before) as [string, unknown][]).filter(([key]) => key.endsWith('ACCOUNT'))),
    );
  });

  it('in an address, or in whom a token names, is refused wherever it is asked for', async () => {
    const { statusOf, routes } = await scene();
    const routeKeys = Object.entries({ ...settingsRoutes, ...leverRoutes }).map(([key]) => key);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routeKeys),
        half,
        fc.constantFrom('after', 'kind', 'limit', 'state', 'code'),
        async (routeKey, text, name) => {
          expect(await statusOf(routes, routeKey, { query: { [name]: text } })).toBe(400);
          expect(await statusOf(routes, routeKey, { path: { opportunityId: text } })).toBe(400);
          if (!routeKey.includes('/api/') || routeKey.includes('openapi')) return;
          expect(await statusOf(routes, routeKey, { claims: { sub: text } })).toBe(403);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("in Turn's callback breaks nothing, wherever it is", async () => {
    const { world, accountId, ports, statusOf } = await scene();
    const addressed = await ports.accounts.find(accountId);
    if (addressed === null) throw new Error('There is no account.');
    const [, , account = '', key = ''] = callbackPathOf(await ports.callbackSecret(), addressed).split('/');
    const body = {
      state: 'approved',
      worker_id: 'w-1',
      turn_id: 'C1',
      reference_id: 'opp-1-7',
      data: { worker_uuid: 'w' },
    };
    const routeKey = 'POST /turn/{account}/{key}';
    await fc.assert(
      fc.asyncProperty(half, fc.nat(12), async (text, at) => {
        const given = { path: { account, key }, body: spoilt(body, text, at) };
        expect(await statusOf((incoming) => acceptCallback(incoming, ports), routeKey, given)).toBeLessThan(500);
        const wrong = { ...given, path: { account: text, key: text } };
        expect(await statusOf((incoming) => acceptCallback(incoming, ports), routeKey, wrong)).toBe(400);
        const named = { ...given, query: { check: `${text}-1` } };
        expect(await statusOf((incoming) => acceptCallback(incoming, ports), routeKey, named)).toBe(400);
      }),
      { numRuns: 200 },
    );
    expect(JSON.stringify(world.queues)).not.toMatch(/\\ud[89a-f]/u);
  });

  it("in Lever's webhook breaks nothing, wherever it is", async () => {
    const { world, accountId, ports, statusOf } = await scene();
    const [token, triggeredAt] = ['3e'.repeat(24), world.now()];
    const signature = createHmac('sha256', world.signatureToken).update(`${token}${triggeredAt}`).digest('hex');
    const data = { opportunityId: 'opp-1', toStageId: 'a', fromStageId: 'b', toArchived: null };
    const body = { event: 'candidateStageChange', token, triggeredAt, signature, data };
    const routeKey = 'POST /lever/{account}/webhook';
    await fc.assert(
      fc.asyncProperty(half, fc.nat(20), async (text, at) => {
        const given = { path: { account: accountId }, body: spoilt(body, text, at) };
        expect(await statusOf((incoming) => acceptWebhook(incoming, ports), routeKey, given)).toBeLessThan(500);
        const wrong = { ...given, path: { account: text } };
        expect(await statusOf((incoming) => acceptWebhook(incoming, ports), routeKey, wrong)).toBe(400);
      }),
      { numRuns: 200 },
    );
    expect(JSON.stringify(world.queues)).not.toMatch(/\\ud[89a-f]/u);
  });
});
