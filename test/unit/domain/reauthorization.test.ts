import { describe, expect, it } from 'vitest';
import { newAccount } from '#shared/domain/account.ts';
import { daysUntil, reauthorizeBy, warningDue, withWarning } from '#shared/domain/reauthorization.ts';

const grantedAt = Date.parse('2026-03-02T09:00:00Z');
const granter = { leverAccountId: null, leverUserId: null, warnedAtDays: null, grantedAt };
const dayMs = 86_400_000;

describe('the next authorization', () => {
  it('is due a year after the last one', () => {
    const by = reauthorizeBy({ connection: 'connected', granter });
    expect(by).toBe(Date.parse('2027-03-02T09:00:00Z'));
    expect(daysUntil(by ?? 0, grantedAt)).toBe(365);
  });

  it('is not known where nothing is connected, or nobody knows since when', () => {
    expect(reauthorizeBy({ connection: 'disconnected', granter })).toBeNull();
    expect(reauthorizeBy({ connection: 'connected', granter: null })).toBeNull();
  });

  it('is counted in days, the one that has begun included, never less than none', () => {
    expect([2.5, 1, 0.9, 0, -3].map((days) => daysUntil(grantedAt + days * dayMs, grantedAt))).toEqual([3, 1, 1, 0, 0]);
    expect(daysUntil(reauthorizeBy({ connection: 'connected', granter }) ?? 0, grantedAt + 1000)).toBe(365);
  });

  it('is warned of 30, 7 and 1 days before, once each, however seldom one looks', () => {
    const warningsOf = (stepDays: number): [number, number][] => {
      let account = { ...newAccount('acct_x', 'X'), connection: 'connected' as const, granter };
      const given: [number, number][] = [];
      for (let day = 0; day <= 400; day += stepDays) {
        const due = warningDue(account, grantedAt + day * dayMs);
        if (due === null) continue;
        given.push([365 - day, due]);
        account = { ...account, ...withWarning(account, due) } as typeof account;
      }
      return given;
    };
    expect(warningsOf(0.25).map(([left, due]) => [Math.floor(left), due])).toEqual([
      [30, 30],
      [7, 7],
      [1, 1],
    ]);
    expect(warningsOf(20)).toEqual([
      [25, 30],
      [5, 7],
      [-15, 1],
    ]);
    expect(warningsOf(73)).toEqual([[0, 1]]);
  });

  it('is warned of for nobody who is not connected, or of whom nobody knows since when', () => {
    const late = grantedAt + 364 * dayMs;
    expect(warningDue({ connection: 'disconnected', granter }, late)).toBeNull();
    expect(warningDue({ connection: 'connected', granter: null }, late)).toBeNull();
  });
});
