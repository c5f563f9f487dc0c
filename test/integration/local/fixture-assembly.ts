import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

type Resource = { Type: string; Properties?: Record<string, unknown>; Condition?: string };

// What the fixture's functions do, as plain modules: no bundler stands between the test and the runner.
const bundles = {
  echo: 'export const handler = async (event) => ({ statusCode: 207, headers: { "X-Seen": "yes" }, body: JSON.stringify(event) });',
  environment: 'export const handler = async () => ({ ...process.env });',
  crash: 'export const handler = async (event) => process.exit(3);',
  fault: 'export const handler = async () => { throw new Error("a bug"); };',
  slow: 'export const handler = () => new Promise(() => setTimeout(() => {}, 60_000));',
  clock: `export const handler = async () => {
    const before = Date.now();
    for (let turn = 0; turn < 100 && Date.now() - before < 3_600_000; turn += 1) await new Promise((done) => setTimeout(done, 50));
    return { passedMs: Date.now() - before, remainsMs: Date.now() };
  };`,
  worker: `export const handler = async ({ Records }) => ({
    batchItemFailures: Records.filter(({ body }) => body === 'bad').map(({ messageId }) => ({ itemIdentifier: messageId })),
  });`,
  tick: `export const handler = async (event) => {
    await fetch(process.env.AWS_ENDPOINT_URL_SQS, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' },
      body: JSON.stringify({ QueueUrl: process.env.TICKS_URL, MessageBody: event['detail-type'] }),
    });
  };`,
};

/** A function of the fixture: its bundle's name is its asset's. */
export const lambda = (bundle: keyof typeof bundles, more: Record<string, unknown> = {}): Resource => {
  const Code = { S3Bucket: { 'Fn::Join': ['-', ['assets', { Ref: 'AWS::AccountId' }]] }, S3Key: `${bundle}.zip` };
  return {
    Type: 'AWS::Lambda::Function',
    Properties: { Handler: 'index.handler', Runtime: 'nodejs24.x', Timeout: 10, Code, ...more },
  };
};

const route = (routeKey: string, functionId: string): Record<string, Resource> => {
  const id = functionId.replaceAll(/\W/g, '');
  return {
    [`${id}Integration`]: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': [functionId, 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    [`${id}Route`]: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: routeKey,
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: `${id}Integration` }]] },
      },
    },
  };
};

const dataStack = {
  Resources: {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
      },
    },
  },
  Outputs: { TableName: { Value: { Ref: 'Table' }, Export: { Name: 'fixture-data:Table' } } },
};

const serviceResources: Record<string, Resource> = {
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP', Name: 'fixture' } },
  Echo: lambda('echo'),
  ...route('POST /echo/{name}', 'Echo'),
  Environment: lambda('environment', {
    Environment: {
      Variables: {
        TABLE_NAME: { 'Fn::ImportValue': 'fixture-data:Table' },
        WAIT_SECONDS: '120',
        API_URL: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] },
      },
    },
  }),
  ...route('GET /environment', 'Environment'),
  Crash: lambda('crash'),
  ...route('POST /crash', 'Crash'),
  Fault: lambda('fault'),
  ...route('POST /fault', 'Fault'),
  Slow: lambda('slow', { Timeout: 1 }),
  ...route('POST /slow', 'Slow'),
  Clock: lambda('clock'),
  ...route('GET /clock', 'Clock'),
  JobsDead: { Type: 'AWS::SQS::Queue' },
  Jobs: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      VisibilityTimeout: 60,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['JobsDead', 'Arn'] }, maxReceiveCount: 2 },
    },
  },
  WorkerRole: { Type: 'AWS::IAM::Role' },
  WorkerPolicy: {
    Type: 'AWS::IAM::Policy',
    Properties: {
      Roles: [{ Ref: 'WorkerRole' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
            Resource: { 'Fn::GetAtt': ['Jobs', 'Arn'] },
          },
        ],
      },
    },
  },
  Worker: lambda('worker', { Role: { 'Fn::GetAtt': ['WorkerRole', 'Arn'] } }),
  WorkerSource: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['Jobs', 'Arn'] },
      FunctionName: { Ref: 'Worker' },
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    },
  },
  Ticks: { Type: 'AWS::SQS::Queue' },
  Tick: lambda('tick', { Environment: { Variables: { TICKS_URL: { Ref: 'Ticks' } } } }),
  EveryHour: {
    Type: 'AWS::Events::Rule',
    Properties: {
      ScheduleExpression: 'rate(1 hour)',
      State: 'ENABLED',
      Targets: [{ Id: 'Target0', Arn: { 'Fn::GetAtt': ['Tick', 'Arn'] } }],
    },
  },
};

/** Writes a small assembly of two stacks, as the CDK lays one out, into a new temporary folder. */
export const writeFixtureAssembly = (extra: Record<string, Resource> = {}): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lever-turn-fixture-'));
  const write = (name: string, content: unknown): void =>
    writeFileSync(path.join(folder, name), JSON.stringify(content));
  for (const [name, source] of Object.entries(bundles)) {
    mkdirSync(path.join(folder, `asset.${name}`));
    writeFileSync(path.join(folder, `asset.${name}`, 'index.mjs'), source);
  }
  write('data.template.json', dataStack);
  write('service.template.json', { Resources: { ...serviceResources, ...extra } });
  write('service.assets.json', {
    files: Object.fromEntries(
      Object.keys(bundles).map((name) => [name, { source: { path: `asset.${name}`, packaging: 'zip' } }]),
    ),
  });
  write('manifest.json', {
    artifacts: {
      assets: { type: 'cdk:asset-manifest', properties: { file: 'service.assets.json' } },
      'fixture-data': { type: 'aws:cloudformation:stack', properties: { templateFile: 'data.template.json' } },
      'fixture-service': { type: 'aws:cloudformation:stack', properties: { templateFile: 'service.template.json' } },
    },
  });
  return folder;
};
