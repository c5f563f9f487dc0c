import { describe, expect, it } from 'vitest';
import type { Activity } from '#shared/domain/activity.ts';
import {
  activityHearer,
  createEmit,
  heartbeatHearer,
  type LogFields,
  usageHearer,
} from '#shared/observability/emit.ts';
import { type EventCode, eventRow, events } from '#shared/observability/events.ts';

const accountId = 'acct_harborlight';
const fields = { accountId, opportunityId: 'opp-1', referenceId: 'opp-1-7' };

type Failing = Partial<Record<'record' | 'touch' | 'count', () => Promise<never>>>;

const scene = (otherwise: Failing = {}) => {
  const logged: [EventCode, LogFields][] = [];
  const lines: [string, Omit<Activity, 'at'>][] = [];
  const beats: [string, string][] = [];
  const counted: [string, string | null][] = [];
  const emit = createEmit(events, (code, given) => void logged.push([code, given]), [
    activityHearer({ record: async (account, line) => void lines.push([account, line]), ...otherwise }),
    usageHearer({ count: async (account, packageId) => void counted.push([account, packageId]), ...otherwise }),
    heartbeatHearer({ touch: async (account, beat) => beats.push([account, beat]) > 0, ...otherwise }),
  ]);
  return { emit, logged, lines, beats, counted };
};

describe('an event', () => {
  it('is told to the log, the activity log and the heartbeats, each what concerns it', async () => {
    const { emit, logged, lines, beats } = scene();
    await emit('check_started', { ...fields, detail: 'P0000000001' });
    expect(logged).toEqual([['check_started', fields]]);
    expect(lines).toEqual([
      [accountId, { kind: 'check_started', opportunityId: 'opp-1', by: null, detail: 'P0000000001' }],
    ]);
    expect(beats).toEqual([[accountId, 'lastCheckAt']]);
  });

  it('is told to nobody whom it does not concern', async () => {
    const { emit, logged, lines, beats } = scene();
    await emit('check_claimed', fields);
    await emit('lever_synced', { ...fields, count: 2 });
    await emit('settings_changed', { accountId });
    expect(logged).toEqual([
      ['check_claimed', fields],
      ['lever_synced', { ...fields, count: 2 }],
      ['settings_changed', { accountId }],
    ]);
    expect(lines.map(([, { kind }]) => kind)).toEqual(['settings_changed']);
    expect(beats).toEqual([[accountId, 'lastLeverWriteAt']]);
  });

  it('without an account is a line of the log alone', async () => {
    const { emit, logged, lines, beats } = scene();
    await emit('check_started', { opportunityId: 'opp-1' });
    expect(logged).toEqual([['check_started', { opportunityId: 'opp-1' }]]);
    expect([...lines, ...beats]).toEqual([]);
  });

  it('shows the activity log its reason, unless it has a detail of its own, be that none', async () => {
    const { emit, lines } = scene();
    await emit('problem_found', { ...fields, reason: 'no_email' });
    await emit('problem_found', { ...fields, reason: 'no_email', detail: 'email' });
    await emit('problem_found', { ...fields, reason: 'no_email', detail: null });
    await emit('problem_found', fields);
    expect(lines.map(([, { detail }]) => detail)).toEqual(['no_email', 'email', null, null]);
  });

  it('names whoever did it in the activity log, and never in the log', async () => {
    const { emit, logged, lines } = scene();
    await emit('settings_changed', { accountId, by: 'auth0|user-1', detail: 'hourlyCap: 5' });
    expect(lines).toEqual([
      [accountId, { kind: 'settings_changed', opportunityId: null, by: 'auth0|user-1', detail: 'hourlyCap: 5' }],
    ]);
    expect(logged).toEqual([['settings_changed', { accountId }]]);
  });

  it('that starts a check counts it with its package; a check that is shown elsewhere too was not started again', async () => {
    const { emit, counted } = scene();
    await emit('check_started', { ...fields, detail: 'P0000000002' });
    await emit('check_started', { ...fields, detail: 'P0000000002 foreign_phone' });
    await emit('check_adopted', { ...fields, detail: null });
    await emit('check_adopted', { ...fields, detail: 'default not_P0000000009' });
    await emit('check_followed', { ...fields, detail: 'P0000000002' });
    expect(counted.map(([, packageId]) => packageId)).toEqual(['P0000000002', 'P0000000002', null, null]);
  });

  it('never fails the work beside which it is told, but says that a line was lost', async () => {
    const fail = async (): Promise<never> => {
      throw new Error('The table is throttled.');
    };
    for (const otherwise of [{ record: fail }, { touch: fail }, { record: fail, touch: fail, count: fail }]) {
      const { emit, logged } = scene(otherwise);
      await emit('check_started', fields);
      const lost = Object.keys(otherwise).map(() => ['activity_line_lost', { accountId }]);
      expect(logged).toEqual([['check_started', fields], ...lost]);
    }
  });
});

describe('the table of events', () => {
  it('has an alarming level for nothing but what somebody must see to', () => {
    const codes = Object.keys(events) as EventCode[];
    expect(codes.filter((code) => eventRow(code).level === 'error').toSorted()).toEqual([
      'account_disconnected',
      'item_skipped',
      'lever_access_denied',
      'lever_app_rejected',
      'lever_shared',
      'mail_given_up',
      'message_unreadable',
      'record_unreadable',
      'webhooks_silent',
      'work_failed',
      'work_failed_again',
    ]);
  });
});
