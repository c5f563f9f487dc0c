import { describe, expect, it } from 'vitest';
import { nextMaintenanceAt } from '#shared/domain/next-maintenance.ts';

const hourMs = 3_600_000;
const now = Date.parse('2026-03-02T09:00:00Z');
const accounts = (count: number): string[] => Array.from({ length: count }, (_, n) => `acct_${n}`);

describe('nextMaintenanceAt', () => {
  it('is within a period, and then once in each', () => {
    for (const accountId of accounts(500)) {
      const next = nextMaintenanceAt(accountId, now, hourMs);
      expect(next).toBeGreaterThan(now);
      expect(next).toBeLessThanOrEqual(now + hourMs);
      const begun = next + 40_000;
      expect(nextMaintenanceAt(accountId, begun, hourMs)).toBeLessThanOrEqual(begun + hourMs);
      if (next < now + hourMs) expect(nextMaintenanceAt(accountId, begun, hourMs)).toBeCloseTo(next + hourMs, 0);
    }
  });

  it('spreads accounts that are maintained all at once evenly over the period', () => {
    for (const [count, most] of [
      [60, 3],
      [10_000, 200],
    ] as const) {
      const minutes = new Map<number, number>();
      for (const accountId of accounts(count)) {
        const minute = Math.floor((nextMaintenanceAt(accountId, now, hourMs) - now) / 60_000);
        minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
      }
      expect(Math.max(...minutes.values())).toBeLessThanOrEqual(most);
    }
  });

  it('does not take a clock that is behind for another turn', () => {
    const next = nextMaintenanceAt('acct_7', now, hourMs);
    expect(nextMaintenanceAt('acct_7', next - 5_000, hourMs)).toBe(next - 5_000 + hourMs);
  });
});
