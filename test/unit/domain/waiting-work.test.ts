import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newRecord, type OpportunityRecord, withEntry } from '#shared/domain/opportunity-record.ts';
import type { ProblemCode } from '#shared/domain/stage-entry.ts';
import { countWaiting, openSince, waitingReason } from '#shared/domain/waiting-work.ts';
import { workProblems } from '#shared/domain/work-problems.ts';
import { anyRecord } from './any-record.ts';
import { blockedEntry, monday, orderingEntry } from './samples.ts';

const idle = newRecord('acct_a', 'opportunity-1');
const blocked = (code: ProblemCode) => withEntry(idle, blockedEntry(code, { enteredAt: 1 }));

describe('why an opportunity waits', () => {
  it.each<[string | null, Partial<OpportunityRecord>]>([
    [null, {}],
    [null, { nextSync: { dueAt: 1, attempts: 0 } }],
    ['turn_unavailable', { nextSync: { dueAt: 1, attempts: 2, lastFailure: 'turn_unavailable' } }],
    ['lever_rate_limited', { nextDecision: { dueAt: 1, attempts: 1, lastFailure: 'lever_rate_limited' } }],
    ['lever_disconnected', { nextDecision: { dueAt: 1, attempts: 1, lastFailure: 'lever_grant_lapsed' } }],
    ['lever_disconnected', { nextSync: { dueAt: 1, attempts: 1, lastFailure: 'lever_not_connected' } }],
    ['unknown', { nextSync: { dueAt: 1, attempts: 1 } }],
    ['grace', { nextDecision: { dueAt: 1, attempts: 0 } }],
    [null, { nextDecision: { dueAt: 1, attempts: 0, archivedLook: 1 } }],
    [
      'order_uncertain',
      { ...withEntry(idle, orderingEntry({ enteredAt: 1 })), nextDecision: { dueAt: 1, attempts: 0 } },
    ],
    [
      'order_uncertain',
      { ...withEntry(blocked('no_email'), orderingEntry({ enteredAt: 2 })), nextDecision: { dueAt: 1, attempts: 0 } },
    ],
    ['hourly_cap', { ...blocked('cap_reached'), nextDecision: { dueAt: 1, attempts: 0 } }],
    [null, { ...blocked('no_email'), nextDecision: { dueAt: 1, attempts: 0 } }],
    [null, { nextDecision: { dueAt: 1, attempts: 3, lastFailure: 'lever_not_found' }, erasedAt: 1 }],
  ])('is %s for %j', (reason, state) => {
    expect(waitingReason({ ...idle, ...state })).toBe(reason);
  });

  it('is counted once an opportunity, the commonest reason first', () => {
    const failing: OpportunityRecord = {
      ...idle,
      nextSync: { dueAt: 1, attempts: 1, lastFailure: 'turn_unavailable' },
    };
    const grace: OpportunityRecord = { ...idle, nextDecision: { dueAt: 1, attempts: 0 } };
    expect(countWaiting([grace, failing, idle, failing])).toEqual({
      count: 3,
      reasons: [
        { reason: 'turn_unavailable', count: 2 },
        { reason: 'grace', count: 1 },
      ],
    });
    expect(countWaiting([])).toEqual({ count: 0, reasons: [] });
  });
});

describe('since when a record is open', () => {
  it('says all that a survey of every record would, and nothing of those that do well', () => {
    const savedAt = monday + 5 * 60_000;
    const anyLater = fc.integer({ min: 0, max: 60 }).map((minutes) => savedAt + minutes * 60_000);
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 5 }), anyLater, (records, now) => {
        const open = records.filter((record) => (openSince(record, savedAt) ?? Number.POSITIVE_INFINITY) <= now);
        expect(workProblems(open, now)).toEqual(workProblems(records, now));
        expect(countWaiting(open)).toEqual(countWaiting(records));
      }),
    );
    expect(openSince({ ...idle, nextSync: { dueAt: savedAt + 1, attempts: 0 } }, savedAt)).toBe(savedAt + 1);
    expect(openSince(idle, savedAt)).toBeNull();
  });
});
