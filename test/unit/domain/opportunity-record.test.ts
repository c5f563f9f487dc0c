import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newRecord, nextDue, withEntry } from '#shared/domain/opportunity-record.ts';
import type { ScheduledWork } from '#shared/domain/retry-policy.ts';
import { orderingEntry } from './samples.ts';

const empty = newRecord('acct_harborlight', 'opp-1');
const work: fc.Arbitrary<ScheduledWork | null> = fc.option(
  fc.record({ dueAt: fc.integer({ min: 0, max: 5 }), attempts: fc.nat() }),
  { nil: null },
);

describe('withEntry', () => {
  it('keeps one entry a time, the oldest first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 6 })), (times) => {
        const record = times.reduce((before, enteredAt) => withEntry(before, orderingEntry({ enteredAt })), empty);
        const expected = [...new Set(times)].toSorted((one, other) => one - other);
        expect(record.entries.map(({ enteredAt }) => enteredAt)).toEqual(expected);
      }),
    );
  });
});

describe('nextDue', () => {
  it('answers the sooner of the two works, the decision first when both are due', () => {
    fc.assert(
      fc.property(work, work, (nextDecision, nextSync) => {
        const due = nextDue({ ...empty, nextDecision, nextSync });
        const times = [nextDecision, nextSync].flatMap((each) => (each === null ? [] : [each.dueAt]));
        expect(due?.dueAt ?? Number.POSITIVE_INFINITY).toBe(Math.min(...times));
        if (due !== null && nextDecision?.dueAt === due.dueAt) expect(due.workType).toBe('decision');
      }),
    );
  });
});
