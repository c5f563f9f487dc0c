import { describe, expect, it } from 'vitest';
import { newAccount } from '#shared/domain/account.ts';
import { healthOf } from '#shared/domain/health.ts';
import { newRecord, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { type ScheduledWork, scheduledAt, withFailure } from '#shared/domain/retry-policy.ts';
import type { ProblemCode } from '#shared/domain/stage-entry.ts';
import { toleratedMs, workProblems } from '#shared/domain/work-problems.ts';

const now = Date.parse('2026-03-02T09:00:00Z');
const minute = 60_000;
const retryPolicy = {
  orderVisibilityMs: 2 * minute,
  retryFirstMs: minute,
  retryLongestMs: 360 * minute,
  pollIntervalMs: 360 * minute,
};
let people = 0;
const record = (state: Partial<OpportunityRecord>): OpportunityRecord => {
  people += 1;
  return { ...newRecord('acct_harborlight', `candidate-${people}`), ...state };
};
const blocked = (code: ProblemCode, since: number): OpportunityRecord =>
  record({ entries: [{ state: 'blocked', enteredAt: since, problem: { code, detail: null, since } }] });
/** Work that has failed again and again since then. */
const failing = (code: NonNullable<ScheduledWork['lastFailure']>, since: number): ScheduledWork => {
  const once = withFailure(null, code, { now: since, retryPolicy }, 0.5);
  return { ...withFailure(once, code, { now: now - 1, retryPolicy }, 0.5), dueAt: now + minute };
};
const codesOf = (...records: OpportunityRecord[]): string[] => Object.keys(workProblems(records, now).found);

describe('what the work on candidates shows to be wrong', () => {
  it('is nothing where all goes well, or waits for its time', () => {
    expect(
      codesOf(record({}), record({ nextSync: scheduledAt(now + 1) }), record({ nextDecision: scheduledAt(now) })),
    ).toEqual([]);
  });

  it('is a vendor that has not answered for a quarter of an hour, not one that has just failed', () => {
    expect(codesOf(record({ nextDecision: failing('turn_unavailable', now - toleratedMs + 1) }))).toEqual([]);
    expect(codesOf(record({ nextDecision: failing('turn_unavailable', now - toleratedMs) }))).toEqual([
      'turn_not_answering',
    ]);
    expect(codesOf(record({ nextSync: failing('lever_unavailable', now - toleratedMs) }))).toEqual([
      'lever_not_answering',
    ]);
  });

  it.each<[ProblemCode, string]>([
    ['turn_token_rejected', 'turn_token_rejected'],
    ['cap_reached', 'hourly_limit_reached'],
    ['no_email', 'candidates_need_attention'],
    ['turn_rejected', 'candidates_need_attention'],
  ])('is what a candidate’s problem %s says: %s', (code, told) => {
    expect(workProblems([blocked(code, now - 5), blocked(code, now - 9)], now).found).toEqual({
      [told]: { candidates: 2, since: now - 9 },
    });
  });

  it('is a token that Turn refuses to tell news with, at once', () => {
    expect(codesOf(record({ nextSync: failing('turn_token_rejected', now - 2) }))).toEqual(['turn_token_rejected']);
  });

  it('is work that nobody has done for a quarter of an hour', () => {
    expect(codesOf(record({ nextSync: scheduledAt(now - toleratedMs + 1) }))).toEqual([]);
    expect(codesOf(record({ nextSync: scheduledAt(now - toleratedMs) }))).toEqual(['work_overdue']);
  });

  it.each(['lever_rate_limited', 'person_unread', 'lever_refused', 'lever_budget_used', 'table_unavailable'] as const)(
    'is something wherever work has failed for long: %s',
    (code) => {
      expect(codesOf(record({ nextDecision: failing(code, now - toleratedMs) }))).toHaveLength(1);
    },
  );

  it('is nothing of who is archived', () => {
    const archived = { ...blocked('no_email', now), nextDecision: { ...scheduledAt(now + minute), archivedLook: 2 } };
    expect(codesOf(archived)).toEqual([]);
  });

  it('counts who waits for Lever to let us in apart, and who was erased not at all', () => {
    const waiting = record({ nextSync: { ...failing('lever_grant_lapsed', now - toleratedMs), dueAt: 0 } });
    const erased = { ...blocked('no_email', now), erasedAt: now };
    expect(workProblems([waiting, erased], now)).toMatchObject({ found: {}, awaitingReconnect: 1, open: [] });
  });

  it('counts who waits for the end of a pause apart', () => {
    const paused = record({ nextDecision: failing('ordering_paused', now - toleratedMs) });
    expect(workProblems([paused], now)).toMatchObject({ found: {}, awaitingResume: 1, open: [] });
  });

  it('lists the open problems, the longest waiting first', () => {
    const [young, old] = [blocked('no_email', now - 1), blocked('several_packages', now - 2)];
    expect(workProblems([young, old], now).open).toEqual([
      { opportunityId: old.opportunityId, code: 'several_packages', since: now - 2 },
      { opportunityId: young.opportunityId, code: 'no_email', since: now - 1 },
    ]);
  });
});

describe('health', () => {
  const account = { ...newAccount('acct_harborlight', 'Harborlight'), connectionState: 'connected' as const };
  const fine = {
    receivesMoves: true,
    hasTurnToken: true,
    pause: null,
    silentSince: null,
    restoredAt: 0,
    lastSignedAt: now,
    lastRefusedAt: null,
  };
  const health = (records: OpportunityRecord[], lastCheckAt: number | null = now, changes: object = {}) => {
    const { state, since, problems } = healthOf({ ...account, ...changes }, fine, workProblems(records, now), {
      lastCheckAt,
      lastSuccessAt: null,
      now,
    });
    return [state, since, problems.length];
  };

  it('is not down for the sake of one candidate, if others have had their check since', () => {
    const work = workProblems([record({ nextDecision: failing('turn_unavailable', now - toleratedMs) })], now);
    const told = (lastSuccessAt: number) => healthOf(account, fine, work, { lastCheckAt: 1, lastSuccessAt, now }).state;
    expect([told(now - toleratedMs), told(now - 1)]).toEqual(['down', 'attention']);
  });

  it.each<[string, Parameters<typeof health>, ReturnType<typeof health>]>([
    ['nobody has connected it', [[], null, { connectionState: 'not_connected' }], ['not_connected', null, 1]],
    ['no check was ever started', [[], null], ['waiting_for_first_move', null, 0]],
    ['all is well', [[record({})]], ['working', null, 0]],
    ['a candidate needs somebody', [[blocked('no_email', now - 7)]], ['attention', now - 7, 1]],
    ['Turn refuses the token', [[blocked('turn_token_rejected', now - 3)]], ['down', now - 3, 1]],
    [
      'Turn has been away for hours',
      [[blocked('no_email', 1), record({ nextDecision: failing('turn_unavailable', 2) })]],
      ['down', 2, 2],
    ],
    ['the access has lapsed', [[], now, { connectionState: 'disconnected', connectionChangedAt: 5 }], ['down', 5, 1]],
  ])('is told where %s', (_, given, expected) => {
    expect(health(...given)).toEqual(expected);
  });
});
