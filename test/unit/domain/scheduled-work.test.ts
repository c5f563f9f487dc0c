import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FailureCode } from '#shared/domain/failure.ts';
import { type Moment, retryDelayMs } from '#shared/domain/retry-policy.ts';
import { failuresFor, rescheduled, type ScheduledWork, withFailure } from '#shared/domain/scheduled-work.ts';
import { retryPolicy } from './samples.ts';

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
