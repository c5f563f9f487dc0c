import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measureNames, metricNames } from '#shared/observability/events.ts';
import { ofType, synthesize } from './synthesize.ts';

const told = {
  page: 'on-call@turn.example',
  ticket: 'tickets@turn.example',
  customer: 'arn:aws:sns:eu-central-1:123456789012:customers',
};
const { service, data } = synthesize({
  alarmPage: told.page,
  alarmTicket: told.ticket,
  alarmCustomer: told.customer,
  mailSender: 'notices@turn.example',
});
const ofKind = (kind: string) =>
  Object.entries(ofType(service, `AWS::CloudWatch::${kind}`)).map(([id, { Properties }]) => ({
    id,
    properties: Properties,
    description: String(Properties['AlarmDescription']),
  }));
const composites = ofKind('CompositeAlarm');
const areHalves = (id: string): boolean =>
  composites.some(({ properties }) => JSON.stringify(properties['AlarmRule']).includes(`"${id}`));
/** Those that tell somebody; the halves of a composite tell nobody themselves. */
const alarms = [...ofKind('Alarm').filter(({ id }) => !areHalves(id)), ...composites];
const runbook = readFileSync(new URL('../../../infra/RUNBOOK.md', import.meta.url), 'utf8');
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')).replaceAll(' ', '-').toLowerCase(), section]),
);
const anchorOf = (description: string): string => /RUNBOOK\.md#(\S+)$/.exec(description)?.[1] ?? '';

describe('alarms', () => {
  it.each(alarms)('$id says its impact', ({ description }) => {
    expect(description).toMatch(/ Impact: .{20,}\. Runbook: /);
  });

  it.each(alarms)('$id has its own heading in the runbook, with the impact and what to do', ({ description }) => {
    const section = sections.get(anchorOf(description));
    expect(section).toMatch(/^- Impact: /m);
    expect(section).toMatch(/^- Do: /m);
    expect(alarms.filter((other) => anchorOf(other.description) === anchorOf(description))).toHaveLength(1);
  });

  it('and no other headings promise something to do', () => {
    const documented = [...sections].filter(([, section]) => section.includes('- Do: ')).map(([anchor]) => anchor);
    expect(documented.sort()).toEqual(alarms.map(({ description }) => anchorOf(description)).sort());
  });

  it('watch what can go wrong', () => {
    expect(alarms.map(({ id }) => id).sort()).toEqual(
      [
        ...['StageChanges', 'CheckUpdates', 'AccountsDue'].flatMap((queue) => [
          `${queue}DeadAlarm`,
          `${queue}LateAlarm`,
        ]),
        ...[
          'WebhookVerify',
          'StatusCallback',
          'CheckWorker',
          'LeverUpdate',
          'Sweep',
          'AccountMaintenance',
          'LeverOauth',
          'MailNotices',
          'MailLinks',
          'SettingsApi',
          'SettingsPage',
        ].map((name) => `${name}FailsAlarm`),
        'SweepNotRunningAlarm',
        'ServerErrorsAlarm',
        'SignaturesRefusedAlarm',
        'DeliveriesAboveLimitAlarm',
        'AccountDisconnectedAlarm',
        'WebhooksSilentAlarm',
        'LeverSharedAlarm',
        'LeverAppRejectedAlarm',
        'LeverAccessDeniedAlarm',
        'MissedEntriesAlarm',
        'ReauthorizationDueAlarm',
        'OrdersRefusedAlarm',
        'ManyOrdersRefusedAlarm',
        'TurnTokenRefusedAlarm',
        'LeverForbidsSeveralAlarm',
        'MostWorkOverdueAlarm',
        'WorkOverdueAlarm',
        'MaintenanceOverdueAlarm',
        'StartsLateAlarm',
        'StatusesLateAlarm',
        'StageChangesIdleAlarm',
        'CheckUpdatesIdleAlarm',
        'AccountsDueIdleAlarm',
        'CapReachedAlarm',
        'MailGivenUpAlarm',
        'MessageUnreadableAlarm',
        'UnforeseenErrorsAlarm',
        'TooManyRequestsAlarm',
        'RequestsAboveLimitAlarm',
        'MostRequestsRefusedAlarm',
        'OrderSurgeAlarm',
        'FunctionsThrottledAlarm',
        'TableThrottledAlarm',
      ].sort(),
    );
  });

  it('name only metrics that functions count, under the name that all functions count with', () => {
    const ours = alarms.filter(({ properties }) => properties['Namespace'] === 'LeverTurn');
    expect(ours.length).toBeGreaterThanOrEqual(6);
    for (const { properties } of ours) {
      expect(metricNames).toContain(properties['MetricName']);
      expect(properties['Dimensions']).toEqual([{ Name: 'service', Value: 'lever-turn-production' }]);
    }
  });

  it('on how long something takes ring for nine in ten of several, and measure what functions measure', () => {
    const lags = alarms.filter(({ id }) => ['StartsLateAlarm', 'StatusesLateAlarm'].includes(id));
    const asked = lags.map(({ properties }) => {
      const [{ Expression }, ...stats] = properties['Metrics'];
      return [
        Expression,
        ...stats.map(({ MetricStat }: Stats) => `${MetricStat.Metric.MetricName} ${MetricStat.Stat}`),
      ];
    });
    const expression = 'IF(FILL(samples, 0) >= 5, slow, 0)';
    expect(asked).toEqual(['StartLag', 'StatusLag'].map((name) => [expression, `${name} p90`, `${name} SampleCount`]));
    expect(measureNames).toEqual(expect.arrayContaining(['StartLag', 'StatusLag']));
    for (const { properties } of lags) expect(properties['Threshold']).toBe(1800);
  });

  it('on what AWS turns away ring for what lasts', () => {
    const throttled = alarms.filter(({ id }) => id.endsWith('ThrottledAlarm'));
    expect(throttled).toHaveLength(2);
    for (const { id, properties } of throttled) {
      expect(properties).toMatchObject({ EvaluationPeriods: 3, DatapointsToAlarm: 2, Threshold: 20 });
      const summands = summandsOf(id);
      // CloudWatch takes no alarm on more.
      expect(summands.length).toBeLessThanOrEqual(10);
      for (const { MetricStat } of summands) expect(MetricStat).toMatchObject({ Stat: 'Sum', Period: 300 });
      const sum = summands.map((summand) => `FILL(${summand.Id}, 0)`).join(' + ');
      expect(properties['Metrics'][0]).toMatchObject({ Expression: sum });
    }
  });

  it('on calls that Lambda turns away count those of every function that no person calls', () => {
    const metrics = summandsOf('FunctionsThrottledAlarm').map(({ MetricStat }) => MetricStat.Metric);
    expect(new Set(metrics.map(({ MetricName }) => MetricName))).toEqual(new Set(['Throttles']));
    const byPeople = ['SettingsApi', 'SettingsPage', 'LeverOauth', 'MailLinks'];
    const functions = Object.keys(ofType(service, 'AWS::Lambda::Function')).filter((name) => !byPeople.includes(name));
    const watched = metrics.map(({ Dimensions: [{ Value }] }) => JSON.stringify(Value));
    for (const name of functions) expect(watched.filter((value) => value.includes(`"${name}Function`))).toHaveLength(1);
    expect(watched).toHaveLength(functions.length);
  });

  it('on requests that DynamoDB turns away count each operation that a function may do', () => {
    const metrics = summandsOf('TableThrottledAlarm').map(({ MetricStat }) => MetricStat.Metric);
    expect(new Set(metrics.map(({ MetricName }) => MetricName))).toEqual(new Set(['ThrottledRequests']));
    const allowed = Object.values(ofType(service, 'AWS::IAM::Policy'))
      .flatMap(({ Properties }) => Properties['PolicyDocument'].Statement.flatMap(({ Action }: Statement) => Action))
      .filter((action) => action.startsWith('dynamodb:'));
    const counted = metrics.map(({ Dimensions }) => Dimensions.find(({ Name }) => Name === 'Operation')?.Value);
    expect(counted.map((operation) => `dynamodb:${operation}`).sort()).toEqual([...new Set(allowed)].sort());
  });

  it('go off for silence only where silence is the fault', () => {
    const onSilence = ofKind('Alarm').filter(({ properties }) => properties['TreatMissingData'] !== 'notBreaching');
    expect(onSilence.map(({ id }) => id)).toEqual(['SweepNotRunningAlarm']);
  });

  it('wake nobody for what only a customer can mend, nor for what can wait for the morning', () => {
    const idsFor = (target: keyof typeof told): string[] =>
      alarms.filter(({ properties }) => whoIsTold(properties['AlarmActions']) === told[target]).map(({ id }) => id);
    expect(idsFor('customer').sort()).toEqual(
      [
        'SignaturesRefusedAlarm',
        'DeliveriesAboveLimitAlarm',
        'AccountDisconnectedAlarm',
        'WebhooksSilentAlarm',
        'LeverAccessDeniedAlarm',
        'ReauthorizationDueAlarm',
        'CapReachedAlarm',
        'RequestsAboveLimitAlarm',
      ].sort(),
    );
    expect(idsFor('page')).toEqual(
      expect.arrayContaining(['CheckWorkerFailsAlarm', 'LeverAppRejectedAlarm', 'UnforeseenErrorsAlarm']),
    );
    expect(idsFor('page')).not.toContain('SettingsPageFailsAlarm');
    expect([...idsFor('page'), ...idsFor('ticket'), ...idsFor('customer')]).toHaveLength(alarms.length);
  });

  it('are called what they say', () => {
    for (const { properties, description } of alarms)
      expect(description.startsWith(String(properties['AlarmName']).replace('lever-turn-production: ', ''))).toBe(true);
  });

  it('lead to the runbook from wherever they are read', () => {
    for (const { description } of alarms) expect(description).toMatch(/ Runbook: https:\/\/\S+\/RUNBOOK\.md#\S+$/);
  });

  it.each(alarms)('$id reaches somebody when it begins and when it ends', ({ properties }) => {
    expect(properties['AlarmActions']).toEqual(properties['OKActions']);
    expect(Object.values(told)).toContain(whoIsTold(properties['AlarmActions']));
  });

  it('would reach nobody if the topic, or its key, let CloudWatch do nothing', () => {
    const [[topicId = '']] = Object.entries(service).filter(([, { Type }]) => Type === 'AWS::SNS::Topic') as [
      [string, unknown],
    ];
    expect(mayPublish(topicId, service, data)).toBe(true);
    const without = (resources: typeof service, type: string): typeof service =>
      Object.fromEntries(Object.entries(resources).filter(([, { Type }]) => Type !== type));
    expect(mayPublish(topicId, without(service, 'AWS::SNS::TopicPolicy'), data)).toBe(false);
    expect(mayPublish(topicId, service, without(data, 'AWS::KMS::Key'))).toBe(false);
  });
});

type Dimension = { Name: string; Value: unknown };
type Summand = { Id: string; MetricStat: { Metric: { MetricName: string; Dimensions: [Dimension, ...Dimension[]] } } };

/** The metrics that an alarm on an expression names. */
const summandsOf = (alarm: string): Summand[] => {
  const metrics: Summand[] = alarms.find(({ id }) => id === alarm)?.properties['Metrics'] ?? [];
  return metrics.filter((metric) => 'MetricStat' in metric);
};

type Stats = { MetricStat: { Stat: string; Metric: { MetricName: string } } };
type Resources = typeof service;
type Statement = {
  Effect: string;
  Principal: { Service?: string };
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, unknown>;
};

const letsCloudWatch = (statements: Statement[], action: string): boolean =>
  statements.some(
    ({ Effect, Principal, Action, Condition }) =>
      Effect === 'Allow' &&
      Principal.Service === 'cloudwatch.amazonaws.com' &&
      [Action].flat().includes(action) &&
      // Of nobody else's alarms.
      JSON.stringify(Condition).includes('"aws:SourceAccount":{"Ref":"AWS::AccountId"}'),
  );

/** From the topic to its policy, which takes the place of SNS's own, and to the key that encrypts it. */
const mayPublish = (topicId: string, stack: Resources, dataStack: Resources): boolean => {
  const policies = Object.values(stack).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::SNS::TopicPolicy' && JSON.stringify(Properties['Topics']) === JSON.stringify([{ Ref: topicId }]),
  );
  const statements: Statement[] = policies.flatMap(({ Properties }) => Properties['PolicyDocument'].Statement);
  const ofTopic = statements.filter(({ Resource }) => JSON.stringify(Resource) === JSON.stringify({ Ref: topicId }));
  const keys = Object.values(dataStack).filter(({ Type }) => Type === 'AWS::KMS::Key');
  const ofKey: Statement[] = keys.flatMap(({ Properties }) => Properties['KeyPolicy'].Statement);
  return (
    letsCloudWatch(ofTopic, 'sns:Publish') &&
    ['kms:Decrypt', 'kms:GenerateDataKey'].every((action) => letsCloudWatch(ofKey, action))
  );
};

/** The address behind an alarm's one action; null where nothing would arrive. A topic of the operator's is his to look after. */
const whoIsTold = (actions: unknown): string | null => {
  const [action, ...more] = actions as [{ Ref: string } | string];
  if (more.length > 0) return null;
  if (typeof action === 'string') return action;
  const topic = service[action.Ref];
  if (topic?.Properties['KmsMasterKeyId'] === undefined || !mayPublish(action.Ref, service, data)) return null;
  const subscriptions = Object.values(service).filter(
    ({ Type, Properties }) => Type === 'AWS::SNS::Subscription' && Properties['TopicArn'].Ref === action.Ref,
  );
  return subscriptions.length === 1 ? subscriptions[0]?.Properties['Endpoint'] : null;
};
