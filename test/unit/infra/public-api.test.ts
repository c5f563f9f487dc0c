import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, it } from 'vitest';
import { PublicApi } from '#infra/constructs/public-api.ts';
import { ServiceFunction } from '#infra/constructs/service-function.ts';
import { readStage } from '#infra/read-stage.ts';
import { requiredValues } from './stage-values.ts';
import { ofType, type Resource, target } from './synthesize.ts';

const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
const stack = new Stack(app, 'service');
const key = new Key(stack, 'Key');
const logs = { key, retention: 90 };
const publicApi = new PublicApi(stack, 'PublicApi', { ...readStage('production', requiredValues), logs });
const handler = new ServiceFunction(stack, 'Sweep', {
  folder: 'sweep',
  description: '',
  failureImpact: '',
  timeout: Duration.seconds(1),
  environment: {},
  key,
  logs,
});
publicApi.addRoute(
  { id: 'Open', method: HttpMethod.GET, path: '/open', limit: 'page', openBecause: 'It is.' },
  handler,
);
publicApi.addRoute({ id: 'Read', method: HttpMethod.GET, path: '/read', limit: 'settings' }, handler);
publicApi.addRoute({ id: 'Change', method: HttpMethod.PUT, path: '/read', limit: 'settings' }, handler);
const resources: Record<string, Resource> = Template.fromStack(stack).toJSON()['Resources'];

describe('a route', () => {
  it('lets in only people with an access token for this API where they must be signed in, all by one authorizer', () => {
    const routes = Object.values(ofType(resources, 'AWS::ApiGatewayV2::Route')).map(({ Properties }) => [
      Properties['RouteKey'],
      Properties['AuthorizationType'],
      Properties['AuthorizerId'] && target(Properties['AuthorizerId']),
      Properties['AuthorizationScopes'],
    ]);
    const authorizers = ofType(resources, 'AWS::ApiGatewayV2::Authorizer');
    const [id] = Object.keys(authorizers);
    expect(routes).toEqual([
      ['GET /open', 'NONE', undefined, undefined],
      ['GET /read', 'JWT', id, ['settings']],
      ['PUT /read', 'JWT', id, ['settings']],
    ]);
    expect(Object.values(authorizers).map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Audience: ['https://lever.turn.example'], Issuer: 'https://login.turn.example/' },
      }),
    ]);
  });
});
