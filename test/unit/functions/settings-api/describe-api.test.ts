import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { describeApi } from '#functions/settings-api/describe-api.ts';
import { apiOperations, operations } from '#functions/settings-api/settings-routes.ts';
import { etagOfEntered } from '#functions/settings-api/show-packages.ts';
import { withEntry } from '#shared/domain/opportunity-record.ts';
import { emptyPackageList } from '#shared/domain/packages.ts';
import { type Answer, httpHandler } from '#shared/edge/http-handler.ts';
import * as keys from '#shared/stores/keys.ts';
import { blockedEntry, orderedEntry } from '../../domain/samples.ts';
import { ofType, synthesize, target } from '../../infra/synthesize.ts';
import { type Ask, createScene, secret } from './settings-api-scene.ts';

// The document is looked at as a stranger would: as plain JSON.
// biome-ignore lint/suspicious/noExplicitAny: the reason is the line above
const document: any = JSON.parse(JSON.stringify(describeApi('https://api.example', apiOperations())));
// biome-ignore lint/suspicious/noExplicitAny: the reason is above
const described = (route: string): any => {
  const [method = '', path = ''] = route.split(' ');
  return document.paths[path]?.[method.toLowerCase()];
};
// biome-ignore lint/suspicious/noExplicitAny: the reason is above
const schemaOf = ({ content }: any) => {
  const { $ref, ...schema } = content['application/json'].schema;
  return z.fromJSONSchema($ref === undefined ? schema : document.components.schemas[$ref.split('/').at(-1)]);
};

const { service } = synthesize();

const wire = (answer: Answer): Promise<APIGatewayProxyStructuredResultV2> =>
  httpHandler(async () => answer)({ routeKey: 'GET /' } as APIGatewayProxyEventV2, { awsRequestId: 'r-1' } as Context);

describe('the description of the API', () => {
  it('knows every route that leads to the API, and no other, and who must be signed in', () => {
    const integrations = ofType(service, 'AWS::ApiGatewayV2::Integration');
    const routes = Object.values(ofType(service, 'AWS::ApiGatewayV2::Route'))
      .filter(({ Properties }) => {
        const integration = integrations[target(Properties['Target'])];
        return target(integration?.Properties['IntegrationUri']) === 'SettingsApi';
      })
      .map(({ Properties }) => ({
        key: String(Properties['RouteKey']),
        signedIn: Properties['AuthorizationType'] === 'JWT',
      }));
    expect(Object.keys(operations).toSorted()).toEqual(routes.map(({ key }) => key).toSorted());
    for (const { key, signedIn } of routes) {
      expect([key, described(key).security]).toEqual([key, signedIn ? [{ signedIn: [] }] : []]);
    }
  });

  it('is OpenAPI 3.1 with an id of its own for each operation, and is served to everybody', async () => {
    const { ask } = await createScene();
    expect(await ask('GET /api/openapi.json', { claims: {} })).toEqual({
      status: 200,
      json: describeApi('https://api.example', apiOperations()),
    });
    expect(document.openapi).toBe('3.1.0');
    const ids = Object.keys(operations).map((route) => described(route).operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('allows exactly the limits that the API keeps', async () => {
    const { change } = await createScene();
    const { properties } = described('PUT /api/settings').requestBody.content['application/json'].schema;
    const days = properties.rerun.oneOf.find((each: { properties: object }) => 'days' in each.properties).properties
      .days;
    const cap = properties.hourlyCap.anyOf[0];
    const limits: [{ minimum: number; maximum: number }, (value: number) => Record<string, unknown>][] = [
      [properties.graceSeconds, (graceSeconds) => ({ graceSeconds })],
      [cap, (hourlyCap) => ({ hourlyCap })],
      [days, (value) => ({ rerun: { kind: 'after_days', days: value } })],
    ];
    for (const [{ minimum, maximum }, setting] of limits) {
      for (const value of [minimum, maximum]) expect((await change(setting(value))).status).toBe(200);
      for (const value of [minimum - 1, maximum + 1]) expect((await change(setting(value))).status).toBe(422);
    }
    const stages = (count: number) => Array.from({ length: count }, (_, n) => ({ id: null, name: `Stage ${n}` }));
    const { minItems, maxItems } = properties.triggerStages;
    for (const count of [minItems, maxItems]) expect((await change({ triggerStages: stages(count) })).status).toBe(200);
    for (const count of [minItems - 1, maxItems + 1]) {
      expect((await change({ triggerStages: stages(count) })).status).toBe(422);
    }
  });
});

/** The version of a list on which nobody is. */
const nobodyTold = `"${createHash('sha256').update('').digest('base64url')}"`;
const told = (...addresses: string[]) => ({ addresses: addresses.map((address) => ({ address })) });

describe('what the API really answers', () => {
  const noneEntered = etagOfEntered(emptyPackageList);
  type World = Awaited<ReturnType<typeof createScene>>['world'];
  const someone = { opportunityId: 'opportunity-1', enteredAt: 1 };
  const disconnect = (world: World) =>
    world.accounts.update(world.accountId, (account) => ({ ...account, connectionState: 'disconnected' }));
  const useUpBudget = async (world: World) => {
    const triggerStages = [{ id: 'offer', name: 'Offer' }];
    await world.accounts.update(world.accountId, (account) => ({ ...account, triggerStages }));
    await world.table.advance(keys.rate(world.accountId), { by: 600_000, atLeast: world.now() });
  };
  const useUpMinute = async (world: World) => {
    for (let n = 0; n < 600; n++) await world.ports.admitRequest(world.accountId);
  };
  const know = (world: World) => world.changeRecord(someone.opportunityId, (record) => ({ ...record }));
  let known = '';
  const addKnown = async ({ recruiter }: World) => {
    known = recruiter.addOpportunity({ name: 'Ottilie Wren', emails: ['ottilie.wren@mail.example'] }).id;
  };
  type Prepare = (world: World) => Promise<unknown>;
  const requests: [string, number, (version: string, settings: object) => Ask, Prepare?][] = [
    ['GET /api/account', 200, () => ({})],
    ['GET /api/account', 403, () => ({ claims: {} })],
    ['GET /api/account', 429, () => ({}), useUpMinute],
    ['GET /api/settings', 200, () => ({})],
    ['PUT /api/settings', 200, (version, settings) => ({ headers: { 'if-match': version }, body: settings })],
    ['PUT /api/settings', 400, (version) => ({ headers: { 'if-match': version }, body: '{' })],
    ['PUT /api/settings', 412, (_, settings) => ({ headers: { 'if-match': '"old"' }, body: settings })],
    ['PUT /api/settings', 413, (version) => ({ headers: { 'if-match': version }, body: ' '.repeat(65_537) })],
    ['PUT /api/settings', 422, (version) => ({ headers: { 'if-match': version }, body: {} })],
    ['PUT /api/settings', 428, (_, settings) => ({ body: settings })],
    ['PUT /api/webhook-secret', 200, () => ({ body: { secret } })],
    ['PUT /api/webhook-secret', 400, () => ({ body: '{' })],
    ['PUT /api/webhook-secret', 413, () => ({ body: ' '.repeat(65_537) })],
    ['PUT /api/webhook-secret', 422, () => ({ body: {} })],
    ['DELETE /api/webhook-secret/previous', 200, () => ({})],
    ['GET /api/stages', 200, () => ({})],
    ['GET /api/packages', 200, () => ({})],
    ['PUT /api/packages', 200, () => ({ headers: { 'if-match': noneEntered }, body: { packages: [] } })],
    ['PUT /api/packages', 400, () => ({ headers: { 'if-match': noneEntered }, body: '{' })],
    ['PUT /api/packages', 412, () => ({ headers: { 'if-match': '"old"' }, body: { packages: [] } })],
    ['PUT /api/packages', 413, () => ({ headers: { 'if-match': noneEntered }, body: ' '.repeat(65_537) })],
    ['PUT /api/packages', 422, () => ({ headers: { 'if-match': noneEntered }, body: {} })],
    ['PUT /api/packages', 428, () => ({ body: { packages: [] } })],
    ['GET /api/activity', 200, () => ({})],
    ['GET /api/activity', 422, () => ({ query: { limit: 'all' } })],
    ['GET /api/candidates', 200, () => ({})],
    ['GET /api/candidates', 422, () => ({ query: { state: 'all' } })],
    ['GET /api/candidates/{opportunityId}', 200, () => ({ path: { opportunityId: 'opportunity-1' } })],
    ['GET /api/candidates/{opportunityId}', 404, () => ({ path: { opportunityId: 'opportunity-2' } })],
    ['GET /api/usage', 200, () => ({})],
    ['GET /api/usage', 422, () => ({ query: { month: 'May' } })],
    ['GET /api/in-stage', 200, () => ({})],
    ['GET /api/in-stage', 409, () => ({}), disconnect],
    ['GET /api/in-stage', 503, () => ({}), useUpBudget],
    ['POST /api/backfill', 200, () => ({ body: { candidates: [someone] } })],
    ['POST /api/backfill', 400, () => ({ body: '{' })],
    ['POST /api/backfill', 409, () => ({ body: { candidates: [someone] } }), disconnect],
    ['POST /api/backfill', 413, () => ({ body: ' '.repeat(65_537) })],
    ['POST /api/backfill', 422, () => ({ body: {} })],
    [
      'POST /api/candidates/{opportunityId}/decide',
      202,
      () => ({ path: { opportunityId: someone.opportunityId } }),
      know,
    ],
    ['PUT /api/pause', 200, () => ({ body: { paused: true } })],
    ['PUT /api/pause', 400, () => ({ body: '{' })],
    ['PUT /api/pause', 413, () => ({ body: ' '.repeat(65_537) })],
    ['PUT /api/pause', 422, () => ({ body: {} })],
    ['POST /api/preview', 200, () => ({ body: { candidate: known } }), addKnown],
    ['POST /api/preview', 400, () => ({ body: '{' })],
    ['POST /api/preview', 404, () => ({ body: { candidate: 'nobody' } })],
    ['POST /api/preview', 409, () => ({ body: { candidate: 'nobody' } }), disconnect],
    ['POST /api/preview', 413, () => ({ body: ' '.repeat(65_537) })],
    ['POST /api/preview', 422, () => ({ body: {} })],
    ['POST /api/preview', 503, () => ({ body: { candidate: 'nobody' } }), useUpBudget],
    ['POST /api/candidates/{opportunityId}/decide', 404, () => ({ path: { opportunityId: 'nobody' } })],
    ['GET /api/mail-addresses', 200, () => ({})],
    [
      'PUT /api/mail-addresses',
      200,
      () => ({ headers: { 'if-match': nobodyTold }, body: told('ada@northwind.example') }),
    ],
    ['PUT /api/mail-addresses', 400, () => ({ headers: { 'if-match': nobodyTold }, body: '{' })],
    ['PUT /api/mail-addresses', 412, () => ({ headers: { 'if-match': '"old"' }, body: { addresses: [] } })],
    ['PUT /api/mail-addresses', 413, () => ({ headers: { 'if-match': nobodyTold }, body: ' '.repeat(65_537) })],
    ['PUT /api/mail-addresses', 422, () => ({ headers: { 'if-match': nobodyTold }, body: told('nobody') })],
    ['PUT /api/mail-addresses', 428, () => ({ body: { addresses: [] } })],
    ['GET /api/openapi.json', 200, () => ({})],
    ...['resend-invitation', 'recheck'].flatMap((what): typeof requests => {
      const route = `POST /api/candidates/{opportunityId}/${what}`;
      const path = { opportunityId: 'opportunity-3' };
      const body = { pressId: '0f8fad5b-d9cb-469f-a165-70867728950e', turnId: 'C0000004711' };
      return [
        [route, 200, () => ({ path, body })],
        [route, 400, () => ({ path, body: '{' })],
        [route, 404, () => ({ path: { opportunityId: 'opportunity-4' }, body })],
        [route, 409, () => ({ path, body: { ...body, turnId: 'C1' } })],
        [route, 413, () => ({ path, body: ' '.repeat(65_537) })],
        [route, 422, () => ({ path, body: {} })],
      ];
    }),
  ];

  it.each(requests)('to %s with %i is what the description says', async (route, status, requestFor, prepare) => {
    const { ask, version, settings, world } = await createScene();
    await prepare?.(world);
    await world.activities.record(world.accountId, {
      kind: 'problem',
      opportunityId: 'opportunity-1',
      by: null,
      detail: 'no_email',
    });
    await world.changeRecord('opportunity-3', (record) => withEntry(record, orderedEntry()));
    await world.changeRecord('opportunity-1', (record) => withEntry(record, blockedEntry()));
    await world.ports.usage.count(world.accountId, null);
    const seen = status === 429 ? null : ([await version(), await settings()] as const);
    const { statusCode, body, headers } = await wire(await ask(route, requestFor(...(seen ?? ['', {}]))));
    expect(statusCode).toBe(status);
    expect(headers?.['cache-control']).toBe('no-store');
    const response = described(route).responses[status];
    expect(response, `${status} is described`).toBeDefined();
    if (response.headers?.['Retry-After']) expect(headers?.['retry-after']).toMatch(/^\d+$/u);
    if (response.headers?.ETag) expect(headers?.['etag']).toMatch(/^"[\w-]+"$/u);
    expect(schemaOf(response).safeParse(JSON.parse(body ?? '')).error?.issues ?? []).toEqual([]);
  });

  it('is looked at here for every way to be answered that is described', () => {
    const tried = requests.map(([route, status]) => `${route} ${status}`);
    // The routes of lever-oauth are looked at in its own tests.
    for (const route of Object.keys(operations)) {
      const statuses = Object.keys(described(route).responses).filter(
        (status) => !['401', '403', '429'].includes(status),
      );
      // Where mails are not set up: mail-addresses.test.ts.
      for (const status of statuses.filter((each) => each !== '409')) expect(tried).toContain(`${route} ${status}`);
    }
  });

  it('would be noticed if it were anything else', () => {
    const schema = schemaOf(described('GET /api/stages').responses[200]);
    expect(schema.safeParse({ stages: [], readAt: null }).success).toBe(true);
    for (const answer of [
      { stages: [] },
      { stages: [{ id: 1, name: '' }], readAt: 1 },
      { stages: [], readAt: 1, more: 1 },
    ]) {
      expect(schema.safeParse(answer).success).toBe(false);
    }
  });
});
