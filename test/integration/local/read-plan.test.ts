// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how CloudFormation writes a substitution.
import { describe, expect, test } from 'vitest';
import { readAssembly, type Stack } from '#infra/local/assembly/read-assembly.ts';
import { readPlan } from '#infra/local/assembly/read-plan.ts';
import { createResolver } from '#infra/local/assembly/resolve-template.ts';
import { lambda, writeFixtureAssembly } from './fixture-assembly.ts';

const addresses = { apiUrl: 'http://127.0.0.1:1', sqsUrl: 'http://127.0.0.1:2' };
const planWith = (extra: Parameters<typeof writeFixtureAssembly>[0]) =>
  readPlan(readAssembly(writeFixtureAssembly(extra)), addresses);

describe('resolving a template', () => {
  const stack = (name: string, template: Partial<Stack['template']>): Stack => ({
    name,
    assetFolders: new Map(),
    template: { Resources: {}, Parameters: {}, Mappings: {}, Conditions: {}, Outputs: {}, ...template },
  });
  const data = stack('data', {
    Resources: { Table: { Type: 'AWS::DynamoDB::Table', Properties: {} } },
    Outputs: { Out: { Value: { Ref: 'Table' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Table' } } } },
  });
  const service = stack('service', {
    Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: {} } },
    Parameters: { Size: { Default: '3' }, Without: {} },
    Mappings: { Regions: { 'eu-central-1': { short: 'euc1' } } },
    Conditions: {
      IsEu: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-central-1'] },
      IsNot: { 'Fn::Not': [{ Condition: 'IsEu' }] },
      Either: { 'Fn::Or': [{ Condition: 'IsNot' }, { Condition: 'IsEu' }] },
    },
  });
  const resolver = createResolver(
    [data, service],
    ({ stackName, logicalId }, attribute) => `${stackName}.${logicalId}.${attribute}`,
  );
  const resolve = (value: unknown) => resolver.resolve(value, 'service');

  test.each([
    [{ Ref: 'Queue' }, 'service.Queue.Ref'],
    [{ Ref: 'Size' }, '3'],
    [{ Ref: 'AWS::AccountId' }, '000000000000'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'service.Queue.Arn'],
    [{ 'Fn::GetAtt': 'Queue.Arn' }, 'service.Queue.Arn'],
    [{ 'Fn::Join': ['/', ['a', { Ref: 'Size' }, 'c']] }, 'a/3/c'],
    [
      { 'Fn::Sub': '${Queue}-${Queue.Arn}-${!Kept}-${AWS::Region}' },
      'service.Queue.Ref-service.Queue.Arn-${Kept}-eu-central-1',
    ],
    [{ 'Fn::Sub': ['${Own}', { Own: { Ref: 'Size' } }] }, '3'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    [{ 'Fn::ImportValue': 'data:Table' }, 'data.Table.Ref'],
    [{ 'Fn::GetStackOutput': { StackName: 'data', OutputName: 'Out' } }, 'data.Table.Ref'],
    [{ 'Fn::FindInMap': ['Regions', { Ref: 'AWS::Region' }, 'short'] }, 'euc1'],
    [{ 'Fn::If': ['IsNot', 1, 2] }, 2],
    [{ 'Fn::If': ['Either', 1, 2] }, 1],
    [{ kept: [1, { Ref: 'AWS::NoValue' }], dropped: { Ref: 'AWS::NoValue' } }, { kept: [1] }],
  ])('%j is %j', (value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  test.each([
    [{ Ref: 'Nobody' }, /Nobody/],
    [{ Ref: 'Without' }, /Without/],
    [{ 'Fn::ImportValue': 'data:Other' }, /data:Other/],
    [{ 'Fn::Transform': {} }, /Fn::Transform is not understood/],
  ])('%j is a fault', (value, message) => {
    expect(() => resolve(value)).toThrow(message);
  });
});

describe('reading a plan', () => {
  test('finds what the template wires, across stacks', () => {
    const plan = planWith({});
    expect(plan.eventSources).toEqual([
      {
        queueArn: 'arn:aws:sqs:eu-central-1:000000000000:Jobs',
        functionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:Worker',
        batchSize: 10,
        atMostAtOnce: 2,
        reportsItemFailures: true,
      },
    ]);
    expect(plan.functions.find(({ name }) => name === 'Environment')?.environment).toEqual({
      TABLE_NAME: 'Table',
      WAIT_SECONDS: '120',
      API_URL: 'http://127.0.0.1:1',
    });
    expect(plan.routes.map(({ routeKey }) => routeKey)).toContain('POST /echo/{name}');
    expect(plan.schedules).toMatchObject([{ name: 'EveryHour', everySeconds: 3600 }]);
  });

  test('names everything it does not understand at once', () => {
    const read = () =>
      planWith({
        Bucket: { Type: 'AWS::S3::Bucket' },
        Fifo: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
        Layered: lambda('echo', { Layers: ['arn'] }),
        Cron: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'cron(0 12 * * ? *)', Targets: [] } },
      });
    expect(read).toThrow(/Bucket \(AWS::S3::Bucket\): this resource type is not understood/);
    expect(read).toThrow(/Fifo \(AWS::SQS::Queue\)/);
    expect(read).toThrow(/Layered .*"Layers"/);
    expect(read).toThrow(/Cron .*only rate/);
  });

  test('leaves out what a condition leaves out, and inert resources', () => {
    expect(() => planWith({ Key: { Type: 'AWS::KMS::Key', Properties: { Anything: {} } } })).not.toThrow();
    expect(() => planWith({ Bucket: { Type: 'AWS::S3::Bucket', Condition: 'Unknown' } })).toThrow(
      /condition is named Unknown/,
    );
  });

  test('refuses, as Lambda does, a queue that hides messages for less than its function’s timeout', () => {
    expect(() => planWith({ Worker: lambda('worker', { Timeout: 61 }) })).toThrow(
      /for less than its function's timeout/,
    );
  });

  test('refuses, as API Gateway does, a route that ends in a slash', () => {
    const Properties = { ApiId: { Ref: 'Api' }, RouteKey: 'POST /echo/', Target: 'integrations/None' };
    expect(() => planWith({ Slash: { Type: 'AWS::ApiGatewayV2::Route', Properties } })).toThrow(/ends in a slash/);
  });

  test('refuses an address of the API put together by hand', () => {
    const API = { 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.amazonaws.com' };
    expect(() => planWith({ ByHand: lambda('echo', { Environment: { Variables: { API } } }) })).toThrow(/ApiEndpoint/);
  });
});
