import { describe, expect, it } from 'vitest';
import { newCheck } from '#shared/domain/check.ts';
import { newScreening, type Screening, withCheck } from '#shared/domain/screening.ts';
import { countWaiting, waitingReason } from '#shared/domain/waiting-work.ts';

const idle = newScreening('acct_a', 'opportunity-1');
const check = newCheck(1, 'problem', 1);
const problem = (code: string) =>
  withCheck(idle, { ...check, state: 'problem', problem: { code, detail: null } as typeof check.problem });

describe('why an opportunity waits', () => {
  it.each<[string | null, Partial<Screening>]>([
    [null, {}],
    [null, { refresh: { dueAt: 1, attempts: 0 } }],
    ['turn_unavailable', { refresh: { dueAt: 1, attempts: 2, why: 'turn_unavailable' } }],
    ['lever_rate_limited', { reconsider: { dueAt: 1, attempts: 1, why: 'lever_rate_limited' } }],
    ['lever_disconnected', { reconsider: { dueAt: 1, attempts: 1, why: 'lever_grant_lapsed' } }],
    ['lever_disconnected', { refresh: { dueAt: 1, attempts: 1, why: 'lever_not_connected' } }],
    ['unknown', { refresh: { dueAt: 1, attempts: 1 } }],
    ['grace', { reconsider: { dueAt: 1, attempts: 0 } }],
    ['order_uncertain', { ...withCheck(idle, { ...check, state: 'claimed' }), reconsider: { dueAt: 1, attempts: 0 } }],
    [
      'order_uncertain',
      { ...withCheck(problem('no_email'), newCheck(2, 'claimed', 2)), reconsider: { dueAt: 1, attempts: 0 } },
    ],
    ['hourly_cap', { ...problem('cap_reached'), reconsider: { dueAt: 1, attempts: 0 } }],
    [null, { ...problem('no_email'), reconsider: { dueAt: 1, attempts: 0 } }],
    [null, { reconsider: { dueAt: 1, attempts: 3, why: 'lever_not_found' }, erasedAt: 1 }],
  ])('is %s for %j', (reason, state) => {
    expect(waitingReason({ ...idle, ...state })).toBe(reason);
  });

  it('is counted once an opportunity, the commonest reason first', () => {
    const parked: Screening = { ...idle, refresh: { dueAt: 1, attempts: 1, why: 'turn_unavailable' } };
    const grace: Screening = { ...idle, reconsider: { dueAt: 1, attempts: 0 } };
    expect(countWaiting([grace, parked, idle, parked])).toEqual({
      count: 3,
      reasons: [
        { reason: 'turn_unavailable', count: 2 },
        { reason: 'grace', count: 1 },
      ],
    });
    expect(countWaiting([])).toEqual({ count: 0, reasons: [] });
  });
});
