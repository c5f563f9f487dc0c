import { describe, expect, it } from 'vitest';
import { type Account, newAccount } from '#shared/domain/account.ts';
import { daysUntil, reauthorizeBy, warningDue, withWarningDue } from '#shared/domain/reauthorization.ts';

const authorizedAt = Date.parse('2026-03-02T09:00:00Z');
const connection = { leverAccountId: null, leverUserId: null, warnedAtDays: null, authorizedAt };
const dayMs = 86_400_000;

describe('the next authorization', () => {
  it('is due a year after the last one', () => {
    const by = reauthorizeBy({ connectionState: 'connected', connection });
    expect(by).toBe(Date.parse('2027-03-02T09:00:00Z'));
    expect(daysUntil(by ?? 0, authorizedAt)).toBe(365);
  });

  it('is not known where nothing is connected, or nobody knows since when', () => {
    expect(reauthorizeBy({ connectionState: 'disconnected', connection })).toBeNull();
    expect(reauthorizeBy({ connectionState: 'connected', connection: null })).toBeNull();
  });

  it('is counted in days, the one that has begun included, never less than none', () => {
    expect([2.5, 1, 0.9, 0, -3].map((days) => daysUntil(authorizedAt + days * dayMs, authorizedAt))).toEqual([
      3, 1, 1, 0, 0,
    ]);
    expect(daysUntil(reauthorizeBy({ connectionState: 'connected', connection }) ?? 0, authorizedAt + 1000)).toBe(365);
  });

  it('is warned of 30, 7 and 1 days before, once each, however seldom one looks', () => {
    const warningsOf = (stepDays: number): [number, number][] => {
      let account: Account = { ...newAccount('acct_x', 'X'), connectionState: 'connected', connection };
      const given: [number, number][] = [];
      for (let day = 0; day <= 400; day += stepDays) {
        const due = warningDue(account, authorizedAt + day * dayMs);
        if (due === null) continue;
        given.push([365 - day, due]);
        account = withWarningDue(account, authorizedAt + day * dayMs);
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
    const late = authorizedAt + 364 * dayMs;
    expect(warningDue({ connectionState: 'disconnected', connection }, late)).toBeNull();
    expect(warningDue({ connectionState: 'connected', connection: null }, late)).toBeNull();
  });
});
