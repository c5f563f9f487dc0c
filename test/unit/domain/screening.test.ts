import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkIdOf, newCheck, opportunityIdOf } from '#shared/domain/check.ts';
import type { Planned } from '#shared/domain/planned.ts';
import { newScreening, nextDue, withCheck } from '#shared/domain/screening.ts';
import { monday } from './samples.ts';

const empty = newScreening('acct_harborlight', 'opp-1');
const plan: fc.Arbitrary<Planned | null> = fc.option(
  fc.record({ dueAt: fc.integer({ min: 0, max: 5 }), attempts: fc.nat() }),
  { nil: null },
);

describe('withCheck', () => {
  it('keeps one check an entry, oldest entry first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 6 })), (entries) => {
        const screening = entries.reduce((before, at) => withCheck(before, newCheck(at, 'claimed', monday)), empty);
        const expected = [...new Set(entries)].toSorted((one, other) => one - other);
        expect(screening.checks.map(({ enteredAt }) => enteredAt)).toEqual(expected);
      }),
    );
  });
});

describe('nextDue', () => {
  it('answers the sooner of the two plans, the decision first when both are due', () => {
    fc.assert(
      fc.property(plan, plan, (reconsider, refresh) => {
        const due = nextDue({ ...empty, reconsider, refresh });
        const times = [reconsider, refresh].flatMap((each) => (each === null ? [] : [each.dueAt]));
        expect(due?.dueAt ?? Number.POSITIVE_INFINITY).toBe(Math.min(...times));
        if (due !== null && reconsider?.dueAt === due.dueAt) expect(due.queue).toBe('stageChanges');
      }),
    );
  });
});

describe('check ids', () => {
  it('lead back to their opportunity, and nothing else does', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 0, max: 9_999_999_999_999 }), (opportunityId, enteredAt) => {
        expect(opportunityIdOf(checkIdOf(opportunityId, enteredAt))).toBe(opportunityId);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = opportunityIdOf(text);
        if (found !== null) expect(text.startsWith(`${found}-`)).toBe(true);
      }),
    );
    for (const text of ['', '-1', 'opp/1-2', 'opp-', `${'x'.repeat(65)}-1`]) expect(opportunityIdOf(text)).toBeNull();
  });
});
