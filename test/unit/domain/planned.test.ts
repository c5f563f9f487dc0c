import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FailureCode } from '#shared/domain/failure.ts';
import { failedAgain, failuresFor, type Planned, postponed } from '#shared/domain/planned.ts';
import { retryDelayMs } from '#shared/domain/waiting.ts';

const waiting = { settleMs: 120_000, retryFirstMs: 60_000, retryLongestMs: 21_600_000, quietMs: 21_600_000 };
const codes = ['turn_unavailable', 'lever_unavailable', 'table_unavailable'] as const;
const story = fc.array(fc.constantFrom<FailureCode[]>(...codes), { minLength: 1, maxLength: 20 });
const lived = (failures: readonly FailureCode[]): Planned | null =>
  failures.reduce<Planned | null>((before, code) => failedAgain(before, code, before?.dueAt ?? 0, waiting, 0.5), null);

describe('work that fails', () => {
  it('waits as long as its own kind of failure has earned, whatever came between', () => {
    fc.assert(
      fc.property(story, (failures) => {
        const why = failures.at(-1);
        const count = failures.filter((code) => code === why).length;
        expect(lived(failures)).toMatchObject({
          why,
          attempts: failures.length,
          dueAt: (lived(failures.slice(0, -1))?.dueAt ?? 0) + retryDelayMs(count, waiting, 0.5),
        });
      }),
    );
  });

  it('remembers what it failed for when it is put off, but no longer waits for it', () => {
    fc.assert(
      fc.property(story, (failures) => {
        const before = lived(failures);
        const after = postponed(before, 7);
        expect(after).toMatchObject({ dueAt: 7, attempts: failures.length });
        expect(after.why).toBeUndefined();
        for (const code of codes) expect(failuresFor(code, after)).toBe(failuresFor(code, before));
      }),
    );
  });

  it('counts "not found" in a row, for it makes a deletion', () => {
    const twice = lived(['lever_not_found', 'turn_unavailable', 'lever_not_found', 'lever_not_found']);
    expect(failuresFor('lever_not_found', twice)).toBe(2);
    expect(failuresFor('turn_unavailable', twice)).toBe(1);
    expect(failuresFor('lever_not_found', postponed(twice, 7))).toBe(0);
  });

  it('counts those that fail at once, before the next try is due, as one', () => {
    const once = failedAgain(null, 'lever_not_found', 0, waiting, 0.5);
    const atOnce = failedAgain(once, 'lever_not_found', once.dueAt - 1, waiting, 0.5);
    expect(atOnce).toEqual({ ...once, attempts: 2 });
    const twice = failedAgain(atOnce, 'lever_not_found', once.dueAt, waiting, 0.5);
    expect(failuresFor('lever_not_found', twice)).toBe(2);
  });

  it('has failed never at first', () => {
    expect(postponed(null, 7)).toEqual({ dueAt: 7, attempts: 0 });
    expect(failuresFor('turn_unavailable', null)).toBe(0);
  });
});
