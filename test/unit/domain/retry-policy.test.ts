import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FailureCode } from '#shared/domain/failure.ts';
import {
  callMarginMs,
  failuresFor,
  type Moment,
  orderInFlightMs,
  type RetryPolicy,
  rescheduled,
  retryDelayMs,
  type ScheduledWork,
  withFailure,
  writeLeaseMs,
} from '#shared/domain/retry-policy.ts';
import { retryPolicy } from './samples.ts';

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

const at = (now: number): Moment => ({ now, retryPolicy });
const codes = ['turn_unavailable', 'lever_unavailable', 'table_unavailable'] as const;
const story = fc.array(fc.constantFrom<FailureCode[]>(...codes), { minLength: 1, maxLength: 20 });
const lived = (failures: readonly FailureCode[]): ScheduledWork | null =>
  failures.reduce<ScheduledWork | null>((before, code) => withFailure(before, code, at(before?.dueAt ?? 0), 0.5), null);

describe('work that fails', () => {
  it('waits as long as its own kind of failure has earned, whatever came between', () => {
    fc.assert(
      fc.property(story, (failures) => {
        const lastFailure = failures.at(-1);
        const count = failures.filter((code) => code === lastFailure).length;
        expect(lived(failures)).toMatchObject({
          lastFailure,
          attempts: failures.length,
          dueAt: (lived(failures.slice(0, -1))?.dueAt ?? 0) + retryDelayMs(count, retryPolicy, 0.5),
        });
      }),
    );
  });

  it('remembers what it failed for when it is put off, but no longer waits for it', () => {
    fc.assert(
      fc.property(story, (failures) => {
        const before = lived(failures);
        const after = rescheduled(before, 7);
        expect(after).toMatchObject({ dueAt: 7, attempts: failures.length });
        expect(after.lastFailure).toBeUndefined();
        for (const code of codes) expect(failuresFor(code, after)).toBe(failuresFor(code, before));
      }),
    );
  });

  it('counts "not found" in a row, for it makes a deletion', () => {
    const twice = lived(['lever_not_found', 'turn_unavailable', 'lever_not_found', 'lever_not_found']);
    expect(failuresFor('lever_not_found', twice)).toBe(2);
    expect(failuresFor('turn_unavailable', twice)).toBe(1);
    expect(failuresFor('lever_not_found', rescheduled(twice, 7))).toBe(0);
  });

  it('counts those that fail at once, before the next try is due, as one', () => {
    const once = withFailure(null, 'lever_not_found', at(0), 0.5);
    const atOnce = withFailure(once, 'lever_not_found', at(once.dueAt - 1), 0.5);
    expect(atOnce).toEqual({ ...once, attempts: 2 });
    const twice = withFailure(atOnce, 'lever_not_found', at(once.dueAt), 0.5);
    expect(failuresFor('lever_not_found', twice)).toBe(2);
  });

  it('has failed never at first', () => {
    expect(rescheduled(null, 7)).toEqual({ dueAt: 7, attempts: 0 });
    expect(failuresFor('turn_unavailable', null)).toBe(0);
  });
});
