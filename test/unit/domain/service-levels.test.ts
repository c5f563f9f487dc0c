import { describe, expect, it } from 'vitest';
import { newRecord, type OpportunityRecord, withEntry } from '#shared/domain/opportunity-record.ts';
import { scheduledAt, withFailure } from '#shared/domain/retry-policy.ts';
import { startLag, statusLag } from '#shared/domain/service-levels.ts';
import { completeStatus, monday, orderedEntry, orderingEntry, retryPolicy, sampleAccount } from './samples.ts';

const entered = monday + 60_000;
const minute = 60_000;
const blank = newRecord('acct_harborlight', 'opp-1');
const failed = (code: 'ordering_paused' | 'turn_unavailable' | 'lever_budget_used', at = entered) =>
  withFailure(null, code, { now: at, retryPolicy }, 0.5);

describe('how long a check took to start', () => {
  const lag = (record: Partial<OpportunityRecord> = {}, account = sampleAccount(), problem = orderingEntry().problem) =>
    startLag({ ...blank, ...record }, orderingEntry({ problem }), account, entered + 10 * minute);

  it('counts from the move, whatever failed meanwhile', () => {
    expect(lag()).toBe(600);
    expect(lag({ nextDecision: failed('turn_unavailable') })).toBe(600);
    expect(lag({ nextDecision: failed('lever_budget_used') })).toBe(600);
  });

  it('counts from when it could be ordered at all', () => {
    expect(lag({}, sampleAccount({ graceSeconds: 240 }))).toBe(360);
    expect(lag({}, sampleAccount({ connectionChangedAt: entered + 8 * minute }))).toBe(120);
    const earlier = orderedEntry({ enteredAt: monday, status: completeStatus, changedAt: entered + 9 * minute });
    expect(lag(withEntry(blank, earlier))).toBe(60);
    // A clock of Lever's that is ahead of ours.
    expect(lag({}, sampleAccount({ graceSeconds: 3_600 }))).toBe(0);
  });

  it('says nothing where people were waited for', () => {
    expect(lag({}, sampleAccount(), { code: 'no_email', detail: null, since: entered })).toBeNull();
    expect(lag({ requested: { enteredAt: entered, requestedAt: entered } })).toBeNull();
    expect(lag({ nextDecision: failed('ordering_paused') })).toBeNull();
    // After the pause it failed for another reason.
    const since = withFailure(failed('ordering_paused'), 'turn_unavailable', { now: entered, retryPolicy }, 0.5);
    expect(lag({ nextDecision: since })).toBeNull();
    expect(lag({ nextDecision: { ...scheduledAt(entered), archivedLook: 3 } })).toBeNull();
  });
});

describe('how long a status took to be shown', () => {
  const now = entered + 10 * minute;
  const before = withEntry(blank, orderedEntry());
  const seen = withEntry(before, orderedEntry({ status: completeStatus, changedAt: now - 2_000 }));

  it('counts from the message that told of it, or else from when it was read', () => {
    expect(statusLag(before, seen, now - 30_000, now)).toBe(30);
    expect(statusLag(before, seen, undefined, now)).toBe(2);
  });

  it('counts from the first failure to show it', () => {
    const nextSync = failed('turn_unavailable', now - 5 * minute);
    expect(statusLag({ ...seen, nextSync }, seen, now - 1_000, now)).toBe(300);
    expect(statusLag({ ...before, nextSync }, seen, now - 1_000, now)).toBe(300);
  });

  it('says nothing of a tag without news, nor where people were waited for', () => {
    expect(statusLag(seen, seen, now - 30_000, now)).toBeNull();
    expect(statusLag(before, blank, now - 30_000, now)).toBeNull();
    const nextSync = withFailure(null, 'lever_not_connected', { now: entered, retryPolicy }, 0.5);
    expect(statusLag({ ...before, nextSync }, seen, now - 30_000, now)).toBeNull();
  });
});
