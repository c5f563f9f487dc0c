import { randomUUID } from 'node:crypto';
import type http from 'node:http';
import { pseudoParameters } from '../assembly/resolve-template.ts';
import type { Claims } from './jwt-authorizer.ts';
import type { RouteMatch } from './match-route.ts';

const textTypes = /^(text\/|application\/(json|javascript|xml|[\w.-]+\+(json|xml))\b)/i;

/** The event of payload format 2.0, as an HTTP API makes it of a request; `claims` of a route's token, where it wants one. */
export const httpEvent = (
  request: http.IncomingMessage,
  { body, match, claims, nowMs }: { body: Buffer; match: RouteMatch; claims: Claims | undefined; nowMs: number },
): object => {
  const { pathname, search, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const { cookie, ...others } = request.headers;
  const headers = Object.fromEntries(
    Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
  const query = joinedParameters(searchParams);
  const isText = textTypes.test(headers['content-type'] ?? '') && headers['content-encoding'] === undefined;
  const method = request.method ?? 'GET';
  return {
    version: '2.0',
    routeKey: match.route.routeKey,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    ...(cookie === undefined ? {} : { cookies: cookie.split('; ') }),
    headers,
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    ...(Object.keys(match.pathParameters).length === 0 ? {} : { pathParameters: match.pathParameters }),
    requestContext: {
      accountId: pseudoParameters['AWS::AccountId'],
      apiId: 'local',
      ...(claims === undefined
        ? {}
        : { authorizer: { jwt: { claims, scopes: match.route.scopes.length === 0 ? null : match.route.scopes } } }),
      domainName: headers['host']?.split(':')[0] ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method,
        path: pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: match.route.routeKey,
      stage: '$default',
      time: new Date(nowMs).toUTCString(),
      timeEpoch: nowMs,
    },
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
};

const joinedParameters = (parameters: URLSearchParams): Record<string, string> =>
  Object.fromEntries([...parameters.keys()].map((key) => [key, parameters.getAll(key).join(',')]));
