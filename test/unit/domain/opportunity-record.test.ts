import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newRecord, nextDue, nextPoll, type OpportunityRecord, withEntry } from '#shared/domain/opportunity-record.ts';
import { type ScheduledWork, scheduledAt, workerClockSkewMs } from '#shared/domain/retry-policy.ts';
import { completeStatus, monday, orderedEntry, orderingEntry, retryPolicy } from './samples.ts';

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

describe('nextPoll', () => {
  const hour = 3_600_000;
  const day = 24 * hour;
  const running = orderedEntry({ status: { ...completeStatus, isComplete: false }, changedAt: monday });
  const ended = orderedEntry({ status: completeStatus, changedAt: monday });
  /** In how many milliseconds the next poll is due; null: there is none. */
  const pollIn = (record: Partial<OpportunityRecord>, now: number): number | null => {
    const next = nextPoll({ ...empty, ...record }, { now, retryPolicy });
    return next === null ? null : next.dueAt - now;
  };

  it('comes every six hours while a check runs, however long that is', () => {
    for (const days of [0, 1, 90]) expect(pollIn({ entries: [running] }, monday + days * day)).toBe(6 * hour);
  });

  it('is not put off by news while a check runs', () => {
    const nextSync = scheduledAt(monday + 6 * hour);
    expect(pollIn({ entries: [running], nextSync }, monday + 5 * hour)).toBe(hour);
  });

  it('comes on seven days after the end of a check, ever more seldom, and then no more', () => {
    const polls: number[] = [];
    for (let now = monday; ; ) {
      const due = nextPoll({ ...empty, entries: [ended], nextSync: scheduledAt(now) }, { now, retryPolicy })?.dueAt;
      if (due === undefined) break;
      polls.push((due - monday) / day);
      // By the clock of whoever polls, which may be behind.
      now = due - workerClockSkewMs;
    }
    expect(polls).toEqual([1, 2, 4, 8, 16, 32, 60]);
  });

  it('is not brought forward by the one that was scheduled while the check ran', () => {
    const nextSync = scheduledAt(monday + 2 * hour);
    expect(pollIn({ entries: [ended], nextSync }, monday)).toBe(day);
  });

  it('goes by the last change of several ended checks, and by a running one before all', () => {
    const later = orderedEntry({ enteredAt: monday + day, status: completeStatus, changedAt: monday + 10 * day });
    expect(pollIn({ entries: [ended, later] }, monday + 10 * day)).toBe(day);
    expect(pollIn({ entries: [{ ...later, enteredAt: monday - day }, running] }, monday + 10 * day)).toBe(6 * hour);
  });

  it('is not made where nothing was ordered', () => {
    expect(pollIn({ entries: [] }, monday)).toBeNull();
  });
});
