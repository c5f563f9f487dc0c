import { describe, expect, it } from 'vitest';
import { buildApp } from '#infra/build-app.ts';
import { headersOfAll } from '#shared/edge/posted-handler.ts';
import { contextWith } from './stage-values.ts';
import { ofType, type Resource } from './synthesize.ts';

const values = {
  account: '123456789012',
  region: 'eu-central-1',
  domainName: 'origin.turn.example',
  certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/0f0f-1a',
};
const edge = {
  edgeDomainName: 'checks.turn.example',
  edgeCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1b1b-2c',
};
/** What app.test.ts holds against the rules is not held against them once more. */
const stacksOf = (given: Record<string, string>) => {
  process.env['CDK_VALIDATION'] = 'false';
  try {
    return buildApp(contextWith(given)).synth().stacks;
  } finally {
    delete process.env['CDK_VALIDATION'];
  }
};
const stacks = stacksOf({ ...values, ...edge });
const resourcesOf = (kind: string): Record<string, Resource> =>
  stacks.find(({ stackName }) => stackName.endsWith(kind))?.template.Resources ?? {};
const propertiesOf = (kind: string, type: string) => {
  const [found] = Object.values(ofType(resourcesOf(kind), type));
  return found?.Properties ?? {};
};

describe('the edge', () => {
  const rules: Record<string, { Name: string; Statement: Record<string, unknown>; Action?: unknown }> =
    Object.fromEntries(
      propertiesOf('-edge', 'AWS::WAFv2::WebACL')['Rules'].map((rule: { Name: string }) => [rule.Name, rule]),
    );
  type Limited = { AggregateKeyType: string; Limit: number; ScopeDownStatement: unknown };
  const ofVendors = ['/lever/', '/turn/'];
  const pathsOf = (statement: unknown): string[] =>
    [
      ...(typeof statement === 'string' ? statement : JSON.stringify(statement)).matchAll(/"SearchString":"([^"]+)"/gu),
    ].map(([, path]) => path ?? '');

  it('stands in us-east-1, where alone WAF works for CloudFront, and hands every request on over TLS, kept nowhere', () => {
    const stack = stacks.find(({ stackName }) => stackName.endsWith('-edge'));
    expect(stack?.environment.region).toBe('us-east-1');
    const { DistributionConfig: config } = propertiesOf('-edge', 'AWS::CloudFront::Distribution');
    expect(config.Aliases).toEqual(['checks.turn.example']);
    expect(config.Origins).toMatchObject([
      { DomainName: 'origin.turn.example', CustomOriginConfig: { OriginProtocolPolicy: 'https-only' } },
    ]);
    expect(config.DefaultCacheBehavior).toMatchObject({
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
      // AWS's own: caching disabled; all that the caller sent but the host.
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    });
    expect(config.WebACLId).toEqual({ 'Fn::GetAtt': ['Firewall', 'Arn'] });
  });

  it('gives the headers of our own answers to those that come without, and changes none', () => {
    const { DistributionConfig: config } = propertiesOf('-edge', 'AWS::CloudFront::Distribution');
    expect(config.DefaultCacheBehavior.ResponseHeadersPolicyId).toEqual({ Ref: expect.stringMatching(/^Headers/u) });
    const policy = JSON.stringify(propertiesOf('-edge', 'AWS::CloudFront::ResponseHeadersPolicy'));
    for (const [name, value] of Object.entries(headersOfAll)) {
      const told = { 'strict-transport-security': 63_072_000, 'x-content-type-options': { Override: false } }[name];
      expect(policy, name).toContain(JSON.stringify(told ?? value));
    }
    expect(policy).not.toContain('"Override":true');
  });

  it('lets one address send much of what vendors send, less of anything else, and answers 429 to more', () => {
    const limitOf = (name: string) => (rules[name]?.Statement['RateBasedStatement'] as Limited) ?? {};
    expect([limitOf('VendorFlood'), limitOf('Flood')]).toMatchObject([
      { AggregateKeyType: 'IP', Limit: 60_000 },
      { AggregateKeyType: 'IP', Limit: 6_000 },
    ]);
    const sent = JSON.stringify(limitOf('VendorFlood').ScopeDownStatement);
    expect(pathsOf(sent)).toEqual([...ofVendors, '/lever/oauth/']);
    // Whom Lever sends back counts among people: what his route bears, one address could use up otherwise.
    expect(sent).toMatch(/^\{"AndStatement":.*,\{"NotStatement":\{"Statement":\{"ByteMatchStatement":/u);
    expect(JSON.stringify(limitOf('Flood').ScopeDownStatement)).toBe(`{"NotStatement":{"Statement":${sent}}}`);
    for (const name of ['VendorFlood', 'Flood']) {
      expect(rules[name]?.Action).toMatchObject({ Block: { CustomResponse: { ResponseCode: 429 } } });
    }
  });

  it('looks for common attacks, but never in what vendors send of candidates', () => {
    const group = rules['CommonAttacks']?.Statement['ManagedRuleGroupStatement'] as { ScopeDownStatement: unknown };
    expect(group).toMatchObject({ Name: 'AWSManagedRulesCommonRuleSet', VendorName: 'AWS' });
    expect(JSON.stringify(group)).toContain('"ScopeDownStatement":{"NotStatement":');
    expect(pathsOf(group)).toEqual(ofVendors);
  });

  it('closes the API’s first address, and is where everybody is sent', () => {
    expect(propertiesOf('-service', 'AWS::ApiGatewayV2::Api')['DisableExecuteApiEndpoint']).toBe(true);
    expect(JSON.stringify(resourcesOf('-service'))).toContain('"PUBLIC_API_URL":"https://checks.turn.example"');
  });
});

it('without an edge there is no such stack, and the first address stays open', () => {
  const names = stacksOf(values).map(({ stackName, template }) => {
    const [api] = Object.values<Resource>(template.Resources).filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Api');
    return [stackName, api?.Properties['DisableExecuteApiEndpoint']];
  });
  expect(names).toEqual([
    ['lever-turn-production-data', undefined],
    ['lever-turn-production-service', undefined],
  ]);
});
