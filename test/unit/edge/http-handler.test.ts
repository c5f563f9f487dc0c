import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { type Answer, byRoute, httpHandler, type Incoming } from '#shared/edge/http-handler.ts';
import { correlationId } from '#shared/observability/correlation.ts';

const handle = async (event: Partial<APIGatewayProxyEventV2>, answer: Answer | Error = { status: 200 }) => {
  const seen: Incoming[] = [];
  const ids: (string | undefined)[] = [];
  const handler = httpHandler(async (incoming) => {
    seen.push(incoming);
    ids.push(correlationId());
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const result = await handler(event as APIGatewayProxyEventV2, { awsRequestId: 'r-1' } as Context);
  return { result, incoming: seen[0], ids };
};

describe('httpHandler', () => {
  it('gives the use case the path, the query and the body, with its size on the wire', async () => {
    const { incoming } = await handle({
      routeKey: 'POST /lever/{account}/webhook',
      pathParameters: { account: 'acct_harborlight' },
      queryStringParameters: { check: '1' },
      body: 'é',
    });
    expect(incoming).toMatchObject({
      routeKey: 'POST /lever/{account}/webhook',
      path: { account: 'acct_harborlight' },
      query: { check: '1' },
      body: 'é',
      bodyBytes: 2,
    });
  });

  it('does the work under the id that the gateway gave the request', async () => {
    const requestContext = { requestId: 'JKJaXmPLvHcESHA=' } as never;
    expect((await handle({ requestContext })).ids).toEqual(['JKJaXmPLvHcESHA=']);
    expect((await handle({})).ids).toEqual([undefined]);
  });

  it('gives it the headers, the cookies, and what the authorizer read out of the token', async () => {
    const requestContext = { authorizer: { jwt: { claims: { sub: 'u-1', role: 'super_admin' }, scopes: null } } };
    const { incoming } = await handle({
      headers: { 'if-match': '"v1"' },
      cookies: ['__Host-a=b=c', 'flag'],
      requestContext: requestContext as never,
    });
    expect(incoming).toMatchObject({
      headers: { 'if-match': '"v1"' },
      cookies: { '__Host-a': 'b=c', flag: '' },
      claims: { sub: 'u-1', role: 'super_admin' },
    });
  });

  it('decodes a body that the gateway encoded', async () => {
    const { incoming } = await handle({ body: Buffer.from('{"a":"é"}').toString('base64'), isBase64Encoded: true });
    expect(incoming).toMatchObject({ body: '{"a":"é"}', bodyBytes: 10 });
  });

  it('does without a body, a path or a query', async () => {
    expect((await handle({})).incoming).toEqual({
      routeKey: '',
      path: {},
      query: {},
      headers: {},
      cookies: {},
      claims: {},
      body: '',
      bodyBytes: 0,
    });
  });

  it('answers in JSON that nobody keeps: accepted, or why not', async () => {
    expect((await handle({})).result).toMatchObject({ statusCode: 200, body: '{"accepted":true}' });
    const { result } = await handle({}, { status: 404, code: 'unknown_account', message: 'There is none.' });
    expect(result).toMatchObject({ statusCode: 404, headers: { 'cache-control': 'no-store' } });
    expect(JSON.parse(result.body ?? '')).toEqual({ error: { code: 'unknown_account', message: 'There is none.' } });
  });

  it('answers documents with their version, and sends browsers elsewhere with their cookies', async () => {
    const document = await handle({}, { status: 200, json: { a: 1 }, etag: '"v2"' });
    expect(document.result).toMatchObject({ statusCode: 200, headers: { etag: '"v2"' }, body: '{"a":1}' });
    const elsewhere = await handle({}, { status: 303, location: '/settings', cookies: ['a=b; HttpOnly'] });
    expect(elsewhere.result).toMatchObject({
      statusCode: 303,
      headers: { location: '/settings' },
      cookies: ['a=b; HttpOnly'],
    });
  });

  it('answers files byte by byte, under headers of their own', async () => {
    const headers = { 'content-type': 'image/svg+xml', 'cache-control': 'no-cache' };
    const { result } = await handle({}, { status: 200, headers, bytes: Buffer.from([0, 255]) });
    expect(result).toMatchObject({ statusCode: 200, headers, body: 'AP8=', isBase64Encoded: true });
  });

  it.each<[string, Answer]>([
    ['accepted', { status: 200 }],
    ['a document', { status: 200, json: {} }],
    ['a refusal', { status: 401, code: 'bad_signature', message: 'No.' }],
    ['another place to go', { status: 303, location: '/settings' }],
    ['a file', { status: 200, headers: { 'content-type': 'text/html' }, bytes: Buffer.alloc(0) }],
  ])('sends what keeps a browser from guessing, framing, telling and http with every answer: %s', async (_, answer) => {
    expect((await handle({}, answer)).result.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=63072000',
      'x-content-type-options': 'nosniff',
    });
  });

  it('says of each field what is wrong with it', async () => {
    const refusal = {
      status: 422,
      code: 'invalid',
      message: 'Not saved.',
      fields: { graceSeconds: 'too long' },
    } as const;
    expect(JSON.parse((await handle({}, refusal)).result.body ?? '').error.fields).toEqual(refusal.fields);
  });

  it('leaves a bug to the platform, which answers 500 without detail', async () => {
    await expect(handle({}, new TypeError('a bug'))).rejects.toThrow('a bug');
  });
});

const incoming = (routeKey: string): Incoming => ({
  routeKey,
  path: {},
  query: {},
  headers: {},
  cookies: {},
  claims: {},
  body: '',
  bodyBytes: 0,
});

it('each route has its use case, which gets the ports, and one that nobody knows is not answered by another', async () => {
  const answer = byRoute<{ now: number }>(
    {
      'GET /a': async () => ({ status: 200, json: 'a' }),
      'PUT /a': async ({ routeKey }, { now }) => ({ status: 200, json: `${routeKey} at ${now}` }),
    },
    { now: 7 },
  );
  expect(await answer(incoming('PUT /a'))).toEqual({ status: 200, json: 'PUT /a at 7' });
  for (const routeKey of ['GET /b', '', 'constructor']) expect(() => answer(incoming(routeKey))).toThrow('route');
});
