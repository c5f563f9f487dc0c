import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { describeApi } from '#functions/settings-api/describe-api.ts';
import { apiOperations, operations } from '#functions/settings-api/settings-routes.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import { ofType, synthesize, target } from '../../infra/synthesize.ts';
import { type Ask, createScene, secret } from './settings-api-scene.ts';

// Powertools reads its environment as it is loaded.
vi.hoisted(() => {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
});

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

let wire: (answer: Answer) => Promise<APIGatewayProxyStructuredResultV2>;
beforeAll(async () => {
  const { httpHandler } = await import('#shared/edge/http-handler.ts');
  wire = async (answer) =>
    (await httpHandler(async () => answer)(
      { routeKey: 'GET /' } as APIGatewayProxyEventV2,
      { awsRequestId: 'r-1' } as Context,
    )) as APIGatewayProxyStructuredResultV2;
});

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
  const requests: [string, number, (version: string, settings: object) => Ask][] = [
    ['GET /api/account', 200, () => ({})],
    ['GET /api/account', 403, () => ({ claims: {} })],
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
    ['GET /api/activity', 200, () => ({})],
    ['GET /api/activity', 422, () => ({ query: { limit: 'all' } })],
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
  ];

  it.each(requests)('to %s with %i is what the description says', async (route, status, requestFor) => {
    const { ask, version, settings, world } = await createScene();
    await world.activities.record(world.accountId, {
      kind: 'problem',
      opportunityId: 'opportunity-1',
      by: null,
      detail: 'no_email',
    });
    const { statusCode, body, headers } = await wire(await ask(route, requestFor(await version(), await settings())));
    expect(statusCode).toBe(status);
    expect(headers?.['cache-control']).toBe('no-store');
    const response = described(route).responses[status];
    expect(response, `${status} is described`).toBeDefined();
    if (response.headers?.ETag) expect(headers?.['etag']).toMatch(/^"[\w-]+"$/u);
    expect(schemaOf(response).safeParse(JSON.parse(body ?? '')).error?.issues ?? []).toEqual([]);
  });

  it('is looked at here for every way to be answered that is described', () => {
    const tried = requests.map(([route, status]) => `${route} ${status}`);
    // The routes of lever-oauth are looked at in its own tests.
    for (const route of Object.keys(operations)) {
      const statuses = Object.keys(described(route).responses).filter((status) => !['401', '403'].includes(status));
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
