import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callMarginMs,
  orderInFlightMs,
  type RetryPolicy,
  retryDelayMs,
  writeLeaseMs,
} from '#shared/domain/retry-policy.ts';

const waiting = fc
  .record({ retryFirstMs: fc.integer({ min: 1, max: 100_000 }), factor: fc.integer({ min: 1, max: 10_000 }) })
  .map(({ retryFirstMs, factor }): RetryPolicy => {
    return { orderVisibilityMs: 1, pollIntervalMs: 1, retryFirstMs, retryLongestMs: retryFirstMs * factor };
  });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('retryDelayMs', () => {
  it('stays within a quarter of the shortest and the longest wait, however often it failed', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 1_000_000 }), waiting, random, (attempts, given, chance) => {
        const delay = retryDelayMs(attempts, given, chance);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(given.retryFirstMs * 0.75));
        expect(delay).toBeLessThanOrEqual(Math.ceil(given.retryLongestMs * 1.25));
      }),
      { numRuns: 1000 },
    );
  });

  it('never grows shorter with another failure, nor with a larger draw', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), waiting, random, random, (attempts, given, one, other) => {
        expect(retryDelayMs(attempts + 1, given, one)).toBeGreaterThanOrEqual(retryDelayMs(attempts, given, one));
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(retryDelayMs(attempts, given, high)).toBeGreaterThanOrEqual(retryDelayMs(attempts, given, low));
      }),
    );
  });

  it('doubles from the first wait on', () => {
    const given = { orderVisibilityMs: 1, pollIntervalMs: 1, retryFirstMs: 60_000, retryLongestMs: 21_600_000 };
    const delays = [1, 2, 3, 4].map((attempts) => retryDelayMs(attempts, given, 0.5));
    expect(delays).toEqual([60_000, 120_000, 240_000, 480_000]);
  });
});

describe('the claims', () => {
  it('outlive any call that was begun in time', () => {
    expect(orderInFlightMs).toBeGreaterThan(callMarginMs);
    expect(writeLeaseMs).toBeGreaterThan(callMarginMs);
  });
});
