import { describe, expect, it } from 'vitest';
import { ofType, synthesize, target } from './synthesize.ts';

const { service } = synthesize();
const functions = ofType(service, 'AWS::Lambda::Function');
const queues = ofType(service, 'AWS::SQS::Queue');
const eventSources = Object.values(ofType(service, 'AWS::Lambda::EventSourceMapping')).map(({ Properties }) => ({
  queue: target(Properties['EventSourceArn']),
  reader: target(Properties['FunctionName']),
  properties: Properties,
}));

describe('what comes in', () => {
  it('by HTTP has exactly these routes', () => {
    const integrations = ofType(service, 'AWS::ApiGatewayV2::Integration');
    const routes = Object.values(ofType(service, 'AWS::ApiGatewayV2::Route')).map(({ Properties }) => {
      const integration = integrations[target(Properties['Target'])];
      expect(integration?.Properties['PayloadFormatVersion']).toBe('2.0');
      const who = Properties['AuthorizationType'] === 'JWT' ? ', signed in' : '';
      return `${Properties['RouteKey']} → ${target(integration?.Properties['IntegrationUri'])}${who}`;
    });
    expect(routes.sort()).toEqual([
      'DELETE /api/webhook-secret/previous → SettingsApi, signed in',
      'GET / → SettingsPage',
      'GET /api/account → SettingsApi, signed in',
      'GET /api/activity → SettingsApi, signed in',
      'GET /api/candidates → SettingsApi, signed in',
      'GET /api/candidates/{opportunityId} → SettingsApi, signed in',
      'GET /api/in-stage → SettingsApi, signed in',
      'GET /api/lever/replace → LeverOauth, signed in',
      'GET /api/mail-addresses → SettingsApi, signed in',
      'GET /api/openapi.json → SettingsApi',
      'GET /api/packages → SettingsApi, signed in',
      'GET /api/settings → SettingsApi, signed in',
      'GET /api/stages → SettingsApi, signed in',
      'GET /api/usage → SettingsApi, signed in',
      'GET /lever/oauth/callback → LeverOauth',
      'GET /settings → SettingsPage',
      'GET /settings/{file+} → SettingsPage',
      'POST /api/backfill → SettingsApi, signed in',
      'POST /api/candidates/{opportunityId}/decide → SettingsApi, signed in',
      'POST /api/candidates/{opportunityId}/recheck → SettingsApi, signed in',
      'POST /api/candidates/{opportunityId}/resend-invitation → SettingsApi, signed in',
      'POST /api/lever/authorize → LeverOauth, signed in',
      'POST /api/lever/disconnect → LeverOauth, signed in',
      'POST /api/lever/replace → LeverOauth, signed in',
      'POST /api/preview → SettingsApi, signed in',
      'POST /lever/{account}/webhook → WebhookVerify',
      'POST /lever/{account}/webhook/{slash+} → WebhookVerify',
      'POST /turn/{account}/{key} → StatusCallback',
      'POST /turn/{account}/{key}/{slash+} → StatusCallback',
      'PUT /api/mail-addresses → SettingsApi, signed in',
      'PUT /api/packages → SettingsApi, signed in',
      'PUT /api/pause → SettingsApi, signed in',
      'PUT /api/settings → SettingsApi, signed in',
      'PUT /api/webhook-secret → SettingsApi, signed in',
    ]);
  });

  it('by HTTP is throttled, each kind of route by itself, and no route is left out', () => {
    const [stage] = Object.values(ofType(service, 'AWS::ApiGatewayV2::Stage'));
    const routes = ofType(service, 'AWS::ApiGatewayV2::Route');
    const settings: Record<string, Record<string, number>> = stage?.Properties['RouteSettings'];
    const limits = Object.entries(settings).map(([routeKey, { ThrottlingRateLimit, ThrottlingBurstLimit }]) => {
      return `${routeKey}: ${ThrottlingRateLimit}, ${ThrottlingBurstLimit}`;
    });
    expect(limits.sort()).toEqual([
      'DELETE /api/webhook-secret/previous: 50, 100',
      'GET /: 100, 200',
      'GET /api/account: 50, 100',
      'GET /api/activity: 50, 100',
      'GET /api/candidates/{opportunityId}: 50, 100',
      'GET /api/candidates: 50, 100',
      'GET /api/in-stage: 50, 100',
      'GET /api/lever/replace: 10, 20',
      'GET /api/mail-addresses: 50, 100',
      'GET /api/openapi.json: 50, 100',
      'GET /api/packages: 50, 100',
      'GET /api/settings: 50, 100',
      'GET /api/stages: 50, 100',
      'GET /api/usage: 50, 100',
      'GET /lever/oauth/callback: 10, 20',
      'GET /settings/{file+}: 100, 200',
      'GET /settings: 100, 200',
      'POST /api/backfill: 50, 100',
      'POST /api/candidates/{opportunityId}/decide: 50, 100',
      'POST /api/candidates/{opportunityId}/recheck: 50, 100',
      'POST /api/candidates/{opportunityId}/resend-invitation: 50, 100',
      'POST /api/lever/authorize: 10, 20',
      'POST /api/lever/disconnect: 10, 20',
      'POST /api/lever/replace: 10, 20',
      'POST /api/preview: 50, 100',
      'POST /lever/{account}/webhook/{slash+}: 500, 1000',
      'POST /lever/{account}/webhook: 500, 1000',
      'POST /turn/{account}/{key}/{slash+}: 200, 1000',
      'POST /turn/{account}/{key}: 200, 1000',
      'PUT /api/mail-addresses: 50, 100',
      'PUT /api/packages: 50, 100',
      'PUT /api/pause: 50, 100',
      'PUT /api/settings: 50, 100',
      'PUT /api/webhook-secret: 50, 100',
    ]);
    expect(Object.keys(settings).sort()).toEqual(
      Object.values(routes)
        .map(({ Properties }) => Properties['RouteKey'])
        .sort(),
    );
    // CloudFormation refuses a stage that names a route before it is there.
    const dependsOn = stage?.DependsOn?.map((id) => id.replace(/[0-9A-F]{8}$/, ''));
    expect(dependsOn).toEqual(expect.arrayContaining(Object.keys(routes)));
    expect(stage?.Properties['DefaultRouteSettings']).toEqual({ ThrottlingBurstLimit: 20, ThrottlingRateLimit: 10 });
  });

  it('by HTTP is logged without address, path or agent', () => {
    const [stage] = Object.values(ofType(service, 'AWS::ApiGatewayV2::Stage'));
    const format: string = stage?.Properties['AccessLogSettings'].Format;
    expect(Object.values<string>(JSON.parse(format)).sort()).toEqual([
      '$context.integrationErrorMessage',
      '$context.requestId',
      '$context.requestTime',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.routeKey',
      '$context.status',
    ]);
  });

  it('by the clock is the sweep, every minute, never a second one beside it', () => {
    const rules = Object.values(ofType(service, 'AWS::Events::Rule'));
    expect(rules.map(({ Properties }) => [Properties['ScheduleExpression'], Properties['State']])).toEqual([
      ['rate(1 minute)', 'ENABLED'],
    ]);
    expect(rules[0]?.Properties['Targets'].map(({ Arn }: { Arn: unknown }) => target(Arn))).toEqual(['Sweep']);
    const [invokes] = Object.values(ofType(service, 'AWS::Lambda::EventInvokeConfig'));
    expect(target(invokes?.Properties['FunctionName'])).toBe('Sweep');
    expect(invokes?.Properties['MaximumRetryAttempts']).toBe(0);
    expect(functions['Sweep']?.Properties['Timeout']).toBeGreaterThan(35 + 47);
  });
});

describe('every queue that a function reads', () => {
  it('is one of these', () => {
    expect(eventSources.map(({ queue, reader }) => `${queue} → ${reader}`).sort()).toEqual([
      'CheckUpdates → LeverUpdate',
      'StageChanges → CheckWorker',
    ]);
  });

  it.each(eventSources)('$queue has dead letters that keep as long as SQS can', ({ queue }) => {
    const { deadLetterTargetArn, maxReceiveCount } = queues[queue]?.Properties['RedrivePolicy'] ?? {};
    expect(target(deadLetterTargetArn)).toBe(`${queue}Dead`);
    expect(maxReceiveCount).toBe(5);
    expect(queues[`${queue}Dead`]?.Properties['MessageRetentionPeriod']).toBe(14 * 86_400);
  });

  it.each(eventSources)('$queue answers for each message of a batch', ({ properties }) => {
    expect(properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
    expect(properties['BatchSize']).toBe(10);
  });

  it.each(eventSources)('$queue hides a message for at least six times its function’s timeout', ({ queue, reader }) => {
    const visibility = queues[queue]?.Properties['VisibilityTimeout'];
    expect(visibility).toBeGreaterThanOrEqual(6 * functions[reader]?.Properties['Timeout']);
  });

  it.each(eventSources)('$queue limits its readers, not its function', ({ reader, properties }) => {
    expect(properties['ScalingConfig']).toEqual({ MaximumConcurrency: 10 });
    expect(functions[reader]?.Properties['ReservedConcurrentExecutions']).toBeUndefined();
  });

  it('and every other one is standard and encrypted with our key', () => {
    expect(Object.keys(queues).sort()).toEqual([
      'CheckUpdates',
      'CheckUpdatesDead',
      'StageChanges',
      'StageChangesDead',
    ]);
    for (const { Properties } of Object.values(queues)) {
      expect(Properties['FifoQueue']).toBeUndefined();
      expect(target(Properties['KmsMasterKeyId'])).toBe('Key');
    }
  });
});

describe('every function', () => {
  it('runs the same way', () => {
    expect(Object.keys(functions)).toHaveLength(8);
    for (const { Properties } of Object.values(functions)) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], MemorySize: 512 });
    }
  });

  it('logs for 90 days', () => {
    const groups = ofType(service, 'AWS::Logs::LogGroup');
    for (const { Properties } of Object.values(functions)) {
      expect(groups[target(Properties['LoggingConfig'].LogGroup)]?.Properties['RetentionInDays']).toBe(90);
    }
  });

  it('counts under one name, or its alarms would watch nothing', () => {
    for (const { Properties } of Object.values(functions)) {
      expect(Properties['Environment'].Variables).toMatchObject({
        POWERTOOLS_METRICS_NAMESPACE: 'LeverTurn',
        POWERTOOLS_SERVICE_NAME: 'lever-turn-production',
      });
    }
  });

  it('is told its waiting times in seconds', () => {
    const variables: Record<string, string> = functions['CheckWorker']?.Properties['Environment'].Variables;
    const waits = Object.entries(variables).filter(([name]) => name.endsWith('_SECONDS'));
    expect(waits).toHaveLength(6);
    for (const [, seconds] of waits) expect(seconds).toMatch(/^\d+$/);
  });
});
