import { describe, expect, it } from 'vitest';
import { ofType, synthesize, target } from './synthesize.ts';

const { service, templates } = synthesize();
const functions = ofType(service, 'AWS::Lambda::Function');
const queues = ofType(service, 'AWS::SQS::Queue');
const eventSourcesOf = (resources: typeof service) =>
  Object.values(ofType(resources, 'AWS::Lambda::EventSourceMapping')).map(({ Properties }) => ({
    queue: target(Properties['EventSourceArn']),
    reader: target(Properties['FunctionName']),
    properties: Properties,
  }));
const eventSources = eventSourcesOf(service);

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
      'DELETE /api/webhook-secret/previous: 200, 200',
      'GET /: 200, 400',
      'GET /api/account: 200, 200',
      'GET /api/activity: 200, 200',
      'GET /api/candidates/{opportunityId}: 200, 200',
      'GET /api/candidates: 200, 200',
      'GET /api/in-stage: 200, 200',
      'GET /api/lever/replace: 100, 100',
      'GET /api/mail-addresses: 200, 200',
      'GET /api/openapi.json: 200, 200',
      'GET /api/packages: 200, 200',
      'GET /api/settings: 200, 200',
      'GET /api/stages: 200, 200',
      'GET /api/usage: 200, 200',
      'GET /lever/oauth/callback: 100, 100',
      'GET /settings/{file+}: 200, 400',
      'GET /settings: 200, 400',
      'POST /api/backfill: 200, 200',
      'POST /api/candidates/{opportunityId}/decide: 200, 200',
      'POST /api/candidates/{opportunityId}/recheck: 200, 200',
      'POST /api/candidates/{opportunityId}/resend-invitation: 200, 200',
      'POST /api/lever/authorize: 100, 100',
      'POST /api/lever/disconnect: 100, 100',
      'POST /api/lever/replace: 100, 100',
      'POST /api/preview: 200, 200',
      'POST /lever/{account}/webhook/{slash+}: 2000, 1500',
      'POST /lever/{account}/webhook: 2000, 1500',
      'POST /turn/{account}/{key}/{slash+}: 1000, 750',
      'POST /turn/{account}/{key}: 1000, 750',
      'PUT /api/mail-addresses: 200, 200',
      'PUT /api/packages: 200, 200',
      'PUT /api/pause: 200, 200',
      'PUT /api/settings: 200, 200',
      'PUT /api/webhook-secret: 200, 200',
    ]);
    expect(Object.keys(settings).sort()).toEqual(
      Object.values(routes)
        .map(({ Properties }) => Properties['RouteKey'])
        .sort(),
    );
    // CloudFormation refuses a stage that names a route before it is there.
    const dependsOn = stage?.DependsOn?.map((id) => id.replace(/[0-9A-F]{8}$/, ''));
    expect(dependsOn).toEqual(expect.arrayContaining(Object.keys(routes)));
    expect(stage?.Properties['DefaultRouteSettings']).toEqual({ ThrottlingBurstLimit: 100, ThrottlingRateLimit: 100 });
  });

  it('by HTTP is logged with who called from where, and without the path, which holds keys, or the agent', () => {
    const [stage] = Object.values(ofType(service, 'AWS::ApiGatewayV2::Stage'));
    const format: string = stage?.Properties['AccessLogSettings'].Format;
    expect(Object.values<string>(JSON.parse(format)).sort()).toEqual([
      '$context.authorizer.claims.sub',
      '$context.identity.sourceIp',
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
    expect(invokes?.Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    expect(functions['Sweep']?.Properties['Timeout']).toBeGreaterThan(35);
    expect(functions['Sweep']?.Properties['Timeout']).toBeLessThan(60);
  });
});

describe('a new version', () => {
  const groups = ofType(service, 'AWS::CodeDeploy::DeploymentGroup');
  const gradual = ['CheckWorker', 'LeverUpdate', 'WebhookVerify'];

  it('of what starts checks and shows them takes a tenth of the calls first, and goes back where an alarm rings', () => {
    const aliases = Object.entries(ofType(service, 'AWS::Lambda::Alias'));
    expect(aliases.map(([name]) => name).sort()).toEqual(gradual);
    for (const [, { UpdatePolicy }] of aliases) expect(UpdatePolicy).toHaveProperty('CodeDeployLambdaAliasUpdate');
    expect(Object.keys(groups).sort()).toEqual(gradual.map((name) => `${name}Release`));
    for (const { Properties } of Object.values(groups)) {
      expect(JSON.stringify(Properties['DeploymentConfigName'])).toContain('LambdaCanary10Percent15Minutes');
      expect(Properties['AutoRollbackConfiguration'].Events).toContain('DEPLOYMENT_STOP_ON_ALARM');
      const alarms = Properties['AlarmConfiguration'].Alarms.map(({ Name }: { Name: unknown }) => target(Name));
      expect(alarms.sort()).toEqual([...gradual.map((name) => `${name}FailsAlarm`), 'UnforeseenErrorsAlarm'].sort());
    }
  });

  it('leaves the one before to be gone back to by hand', () => {
    const versions = Object.values(ofType(service, 'AWS::Lambda::Version'));
    expect(versions).toHaveLength(3);
    for (const { DeletionPolicy } of versions) expect(DeletionPolicy).toBe('Retain');
  });

  it('is shifted by a role that can do nothing else', () => {
    const roles = Object.entries(ofType(service, 'AWS::IAM::Role')).filter(([name]) => name.endsWith('ReleaseRole'));
    expect(roles).toHaveLength(3);
    for (const [, { Properties }] of roles) {
      const [policy, ...others] = Properties['Policies'];
      expect(others).toEqual([]);
      const { Statement } = policy.PolicyDocument;
      expect(Statement.flatMap(({ Action }: { Action: string | string[] }) => Action)).toEqual([
        'lambda:GetAlias',
        'lambda:GetProvisionedConcurrencyConfig',
        'lambda:UpdateAlias',
        'cloudwatch:DescribeAlarms',
      ]);
      expect(JSON.stringify(Statement)).not.toContain('"*"');
    }
  });
});

describe('every queue that a function reads', () => {
  it('is one of these', () => {
    expect(eventSources.map(({ queue, reader }) => `${queue} → ${reader}`).sort()).toEqual([
      'AccountsDue → AccountMaintenance',
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

  const workersIn = (sources: typeof eventSources) =>
    Object.fromEntries(sources.map(({ queue, properties }) => [queue, properties['ScalingConfig'].MaximumConcurrency]));

  it.each(eventSources)('$queue limits its readers, not its function', ({ reader }) => {
    expect(functions[reader]?.Properties['ReservedConcurrentExecutions']).toBeUndefined();
  });

  it('leaves, all of them together, two of a new AWS account’s ten to what comes by HTTP and by the clock', () => {
    expect(workersIn(eventSources)).toEqual({ AccountsDue: 2, CheckUpdates: 3, StageChanges: 3 });
  });

  it('has as many who maintain accounts as the stage wants', () => {
    const chosen = eventSourcesOf(synthesize({ maintenanceWorkers: 10 }).service);
    expect(workersIn(chosen)).toEqual({ AccountsDue: 10, CheckUpdates: 3, StageChanges: 3 });
  });

  it('and every other one is standard and encrypted with our key', () => {
    expect(Object.keys(queues).sort()).toEqual([
      'AccountsDue',
      'AccountsDueDead',
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
    expect(Object.keys(functions)).toHaveLength(9);
    for (const { Properties } of Object.values(functions)) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], MemorySize: 512 });
      expect(Properties['TracingConfig']).toEqual({ Mode: 'Active' });
    }
  });

  it('has a log of its own', () => {
    const groups = ofType(service, 'AWS::Logs::LogGroup');
    for (const [name, { Properties }] of Object.entries(functions)) {
      expect(target(Properties['LoggingConfig'].LogGroup)).toBe(`${name}Logs`);
    }
    expect(Object.keys(groups).sort()).toEqual(
      [...Object.keys(functions).map((name) => `${name}Logs`), 'PublicApiAccessLog'].sort(),
    );
  });

  it('counts under one name, or its alarms would watch nothing', () => {
    for (const { Properties } of Object.values(functions)) {
      expect(Properties['Environment'].Variables).toMatchObject({ SERVICE_NAME: 'lever-turn-production' });
    }
  });

  it('is told its waiting times in seconds', () => {
    const variables: Record<string, string> = functions['CheckWorker']?.Properties['Environment'].Variables;
    const waits = Object.entries(variables).filter(([name]) => name.endsWith('_SECONDS'));
    expect(waits).toHaveLength(6);
    for (const [, seconds] of waits) expect(seconds).toMatch(/^\d+$/);
  });
});

describe('every log', () => {
  const logsIn = (resources = service) => Object.values(ofType(resources, 'AWS::Logs::LogGroup'));

  it('is encrypted with our key, and outlives its stack unless the stack was never made', () => {
    for (const { Properties, DeletionPolicy } of logsIn()) {
      expect([target(Properties['KmsKeyId']), DeletionPolicy]).toEqual(['Key', 'RetainExceptOnCreate']);
    }
  });

  it('is kept for 90 days, or as long as the stage says', () => {
    const daysIn = (resources = service) =>
      new Set(logsIn(resources).map(({ Properties }) => Properties['RetentionInDays']));
    expect(daysIn()).toEqual(new Set([90]));
    expect(daysIn(synthesize({ logRetentionDays: 365 }).service)).toEqual(new Set([365]));
  });

  it('of the API has a name that needs no place in the account’s resource policy, and no other stack has it', () => {
    const { LogGroupName } = ofType(service, 'AWS::Logs::LogGroup')['PublicApiAccessLog']?.Properties ?? {};
    const [, parts] = LogGroupName['Fn::Join'];
    expect(parts[0]).toBe('/aws/vendedlogs/');
    expect(JSON.stringify(parts)).toContain('{"Ref":"AWS::StackId"}');
  });
});

describe('the stacks', () => {
  it('have exactly the outputs that the documents and the operator’s commands name', () => {
    const told = 'on-call@turn.example';
    const { templates: whole } = synthesize({
      alarmPage: told,
      alarmTicket: told,
      alarmCustomer: told,
      domainName: 'hooks.turn.example',
      certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/0f0f-1a',
    });
    const outputs = whole.flatMap(([, text]) => Object.keys(JSON.parse(text).Outputs));
    expect(outputs.filter((name) => !name.startsWith('PublishOutput')).sort()).toEqual([
      'AccountsDueQueueUrl',
      'CallbackKeySecretId',
      'CheckUpdatesQueueUrl',
      'CustomerAlarmsGoTo',
      'DomainTarget',
      'EncryptionKeySecretId',
      'LeverAppSecretId',
      'PageAlarmsGoTo',
      'PublicApiUrl',
      'StageChangesQueueUrl',
      'TableName',
      'TicketAlarmsGoTo',
      'WebhookKeySecretId',
    ]);
  });

  it.each(templates)('%s neither exports nor imports, which would lock one stack to the other', (_, text) => {
    expect(text.match(/"(Export|Fn::ImportValue)":.{0,80}/gu)).toBeNull();
  });
});

describe('pointed at a restored table', () => {
  const { service: restored } = synthesize({ restoredTable: 'table-2' });
  const text = JSON.stringify(restored);
  it('every function works on that table, and on no other', () => {
    const tables = Object.values(ofType(restored, 'AWS::Lambda::Function')).flatMap(
      ({ Properties }) => Properties['Environment']?.Variables?.['TABLE_NAME'] ?? [],
    );
    expect(new Set(tables)).toEqual(new Set(['table-2']));
    expect(tables.length).toBeGreaterThan(4);
    expect(text).toContain(':table/table-2');
    expect(text).not.toMatch(/PublishOutput(Ref|FnGetAtt)Table/u);
  });
});
