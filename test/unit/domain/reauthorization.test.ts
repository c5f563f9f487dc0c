import { describe, expect, it } from 'vitest';
import { daysUntil, reauthorizeBy } from '#shared/domain/reauthorization.ts';

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

  it('is counted in whole days, never less than none', () => {
    expect([2.5, 1, 0.9, 0, -3].map((days) => daysUntil(grantedAt + days * dayMs, grantedAt))).toEqual([2, 1, 0, 0, 0]);
  });
});
