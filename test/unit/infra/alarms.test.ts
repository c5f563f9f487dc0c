import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { metricNames } from '#shared/observability/events.ts';
import { ofType, synthesize } from './synthesize.ts';

const { service, data } = synthesize({ alarmEmail: 'on-call@example.com', mailSender: 'notices@turn.example' });
const alarms = Object.entries(ofType(service, 'AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => ({
  id,
  properties: Properties,
  description: String(Properties['AlarmDescription']),
}));
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
        ...['StageChanges', 'CheckUpdates'].flatMap((queue) => [`${queue}DeadAlarm`, `${queue}LateAlarm`]),
        ...[
          'WebhookVerify',
          'StatusCallback',
          'CheckWorker',
          'LeverUpdate',
          'Sweep',
          'LeverOauth',
          'MailNotices',
          'MailLinks',
          'SettingsApi',
          'SettingsPage',
        ].map((name) => `${name}FailsAlarm`),
        'SweepNotRunningAlarm',
        'ServerErrorsAlarm',
        'SignaturesRefusedAlarm',
        'AccountDisconnectedAlarm',
        'WebhooksSilentAlarm',
        'LeverSharedAlarm',
        'LeverAppRejectedAlarm',
        'LeverAccessDeniedAlarm',
        'MissedEntriesAlarm',
        'ReauthorizationDueAlarm',
        'RetryScheduledAlarm',
        'CapReachedAlarm',
        'MailGivenUpAlarm',
        'MessageUnreadableAlarm',
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

  it('go off for silence only where silence is the fault', () => {
    const onSilence = alarms.filter(({ properties }) => properties['TreatMissingData'] !== 'notBreaching');
    expect(onSilence.map(({ id }) => id)).toEqual(['SweepNotRunningAlarm']);
  });

  it('tell the operator when they begin and when they end, through an encrypted topic', () => {
    const [[topicId, topic] = []] = Object.entries(service).filter(([, { Type }]) => Type === 'AWS::SNS::Topic');
    expect(topic?.Properties['KmsMasterKeyId']).toBeDefined();
    for (const { properties } of alarms) {
      expect([properties['AlarmActions'], properties['OKActions']]).toEqual([[{ Ref: topicId }], [{ Ref: topicId }]]);
    }
    expect(JSON.stringify(data)).toContain('cloudwatch.amazonaws.com');
  });
});
