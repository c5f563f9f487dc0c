import http from 'node:http';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAssembly } from '#infra/local/assembly/read-assembly.ts';
import { readPlan } from '#infra/local/assembly/read-plan.ts';
import { listenOnLoopback } from '#infra/local/listen.ts';
import { type LocalStack, startLocalStack } from '#infra/local/local-stack.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';

const nowhere = {
  leverApiUrl: 'http://127.0.0.1:9/v1',
  leverAuthUrl: 'http://127.0.0.1:9',
  turnApiUrl: 'http://127.0.0.1:9/v1',
};
const audience = 'https://api.example';
const header = { alg: 'RS256', kid: 'one' };
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const guarded = (issuer: string): Parameters<typeof writeFixtureAssembly>[0] => ({
  SignedIn: {
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: {
      ApiId: { Ref: 'Api' },
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      Name: 'SignedIn',
      JwtConfiguration: { Audience: [audience], Issuer: issuer },
    },
  },
  MeRoute: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: { Ref: 'Api' },
      RouteKey: 'GET /me',
      AuthorizationType: 'JWT',
      AuthorizerId: { Ref: 'SignedIn' },
      Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'EchoIntegration' }]] },
    },
  },
  ScopedRoute: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: { Ref: 'Api' },
      RouteKey: 'GET /scoped',
      AuthorizationType: 'JWT',
      AuthorizationScopes: ['settings', 'more'],
      AuthorizerId: { Ref: 'SignedIn' },
      Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'EchoIntegration' }]] },
    },
  },
});

describe('a route with a JWT authorizer', () => {
  let stack: LocalStack;
  let issuer: string;
  let stopIssuer: () => Promise<void>;
  let key: CryptoKey;
  let otherKey: CryptoKey;
  let publicPem: string;

  beforeAll(async () => {
    const pair = await generateKeyPair('RS256', { extractable: true });
    key = pair.privateKey;
    otherKey = (await generateKeyPair('RS256')).privateKey;
    publicPem = await exportSPKI(pair.publicKey);
    const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }];
    const server = http.createServer(({ url }, response) => {
      response.end(JSON.stringify(url === '/jwks' ? { keys } : { issuer, jwks_uri: `${issuer}/jwks` }));
    });
    ({ url: issuer, stop: stopIssuer } = await listenOnLoopback(server, 0));
    stack = await startLocalStack({
      assemblyFolder: writeFixtureAssembly(guarded(issuer)),
      ...nowhere,
      log: () => undefined,
    });
  });
  afterAll(async () => {
    await stack.stop();
    await stopIssuer();
  });

  const claims = (change: Record<string, unknown> = {}) => {
    const now = Math.floor(Date.now() / 1000);
    return { iss: issuer, aud: audience, sub: 'user-1', iat: now, exp: now + 60, ...change };
  };
  const sign = (
    change: Record<string, unknown> = {},
    signedWith: CryptoKey | Uint8Array = key,
    head: JWTHeaderParameters = header,
  ) => new SignJWT(claims(change)).setProtectedHeader(head).sign(signedWith);
  const me = (authorization?: string) =>
    fetch(`${stack.ready.api}/me`, { headers: authorization === undefined ? {} : { authorization } });

  test('lets in who brings a valid token, and hands its claims on as text', async () => {
    const token = await sign({ account_id: 'acct_a', verified: true, roles: ['a', 'b'], nested: { a: 1 } });
    for (const authorization of [`Bearer ${token}`, token]) {
      const answer = await me(authorization);
      const event = (await answer.json()) as { requestContext: { authorizer: unknown } };
      expect(event.requestContext.authorizer).toEqual({
        jwt: {
          claims: {
            ...Object.fromEntries(Object.entries(claims()).map(([name]) => [name, expect.any(String)])),
            account_id: 'acct_a',
            verified: 'true',
            roles: '[a b]',
            nested: 'map[a:1]',
          },
          scopes: null,
        },
      });
    }
  });

  test.each<[string, () => Promise<string | undefined>]>([
    ['no token', async () => undefined],
    ['an empty one', async () => 'Bearer '],
    ['garbage', async () => 'Bearer garbage'],
    ['something in three parts', async () => 'Bearer a.b.c'],
    ['another scheme', async () => `Basic ${await sign()}`],
    ['a token that nobody signed', async () => `Bearer ${encode({ alg: 'none', kid: 'one' })}.${encode(claims())}.`],
    ['one signed with another key', () => sign({}, otherKey)],
    ['one signed with a key that the issuer does not have', () => sign({}, otherKey, { ...header, kid: 'two' })],
    ['one that names no key', () => sign({}, key, { alg: 'RS256' })],
    [
      'one signed with the public key as if it were a secret',
      () => sign({}, new TextEncoder().encode(publicPem), { alg: 'HS256', kid: 'one' }),
    ],
    [
      'one whose claims were changed',
      async () => {
        const [head, , signature] = (await sign()).split('.');
        return `${head}.${encode(claims({ sub: 'somebody else' }))}.${signature}`;
      },
    ],
    ['another issuer’s', () => sign({ iss: 'https://elsewhere.example' })],
    ['one with another slash in its issuer', () => sign({ iss: `${issuer}/` })],
    ['one for another audience', () => sign({ aud: 'https://elsewhere.example' })],
    ['one for nobody', () => sign({ aud: undefined })],
    ['one whose client is ours but whose audience is not', () => sign({ aud: 'x', client_id: audience })],
    ['one that has expired', () => sign({ exp: Math.floor(Date.now() / 1000) - 1 })],
    ['one that never expires', () => sign({ exp: undefined })],
    ['one that is not valid yet', () => sign({ nbf: Math.floor(Date.now() / 1000) + 60 })],
    ['one issued in the future', () => sign({ iat: Math.floor(Date.now() / 1000) + 60 })],
  ])('refuses %s', async (_, token) => {
    const answer = await me(await token());
    expect([answer.status, await answer.json()]).toEqual([401, { message: 'Unauthorized' }]);
  });

  test.each<[string, Record<string, unknown>, number]>([
    ['one of the scopes that the route asks for', { scope: 'openid settings' }, 207],
    ['it in a list, as some issuers write it', { scp: ['more'] }, 207],
    ['no scope, as an ID token', {}, 403],
    ['others alone', { scope: 'openid settings2', scp: ['set', 'tings'] }, 403],
  ])('lets a token with %s in, or not', async (_, held, status) => {
    const authorization = await sign(held);
    const answer = await fetch(`${stack.ready.api}/scoped`, { headers: { authorization } });
    expect(answer.status).toBe(status);
    const said = (await answer.json()) as { requestContext?: { authorizer: { jwt: { scopes: unknown } } } };
    if (status === 403) expect(said).toEqual({ message: 'Forbidden' });
    else expect(said.requestContext?.authorizer.jwt.scopes).toEqual(['settings', 'more']);
  });

  test('takes a token without audience whose client is one', async () => {
    expect((await me(await sign({ aud: undefined, client_id: audience }))).status).toBe(207);
  });

  test('refuses a token when so much time has passed on this machine that it is over', async () => {
    const token = await sign();
    expect((await me(token)).status).toBe(207);
    await stack.advanceClock(61);
    expect((await me(token)).status).toBe(401);
  });
});

test('a route that wants tokens of an authorizer nobody knows, or of another kind, does not start', () => {
  const { MeRoute, SignedIn } = guarded('https://login.example') ?? {};
  const withRoute = (change: object) => ({
    SignedIn,
    MeRoute: { Type: '', ...MeRoute, Properties: { ...MeRoute?.Properties, ...change } },
  });
  const withAuthorizer = { ...SignedIn, Properties: { ...SignedIn?.Properties, AuthorizerType: 'REQUEST' } };
  for (const [extra, message] of [
    [withRoute({ AuthorizerId: 'other' }), /GET \/me wants tokens, but has no authorizer/],
    [withRoute({ AuthorizationScopes: 'a' }), /AuthorizationScopes/],
    [withRoute({ AuthorizationType: 'AWS_IAM' }), /AuthorizationType/],
    [{ SignedIn: withAuthorizer }, /AuthorizerType/],
  ] as const) {
    const assembly = readAssembly(writeFixtureAssembly(extra as Parameters<typeof writeFixtureAssembly>[0]));
    expect(() => readPlan(assembly, { apiUrl: 'http://127.0.0.1:1', sqsUrl: 'http://127.0.0.1:2' })).toThrow(message);
  }
});
