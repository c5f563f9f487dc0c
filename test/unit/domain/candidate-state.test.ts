import { describe, expect, it } from 'vitest';
import { candidateOf, lastChangeOf } from '#shared/domain/candidate-state.ts';
import { newRecord, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import type { ScheduledWork } from '#shared/domain/retry-policy.ts';
import type { StageEntry } from '#shared/domain/stage-entry.ts';
import { blockedEntry, completeStatus, monday, orderedEntry, orderingEntry, rerunDeniedEntry } from './samples.ts';

const later = monday + 3_600_000;
const at = monday + 60_000;
const recordOf = (entries: StageEntry[], otherwise: Partial<OpportunityRecord> = {}): OpportunityRecord => ({
  ...newRecord('acct_harborlight', 'opp-1'),
  entries,
  ...otherwise,
});
const due = (otherwise: Partial<ScheduledWork> = {}): ScheduledWork => ({ dueAt: later, attempts: 0, ...otherwise });
const ended = orderedEntry({ status: completeStatus, packageId: 'P0000000002' });
const failing = due({ attempts: 2, lastFailure: 'turn_unavailable', failingSince: monday });

describe('where a candidate stands', () => {
  it.each<[string, OpportunityRecord, string]>([
    ['has a problem', recordOf([blockedEntry()], { nextDecision: due() }), `attention problem no_email ${at}`],
    [
      'has one in a check that is there',
      recordOf([orderingEntry({ problem: { code: 'order_uncertain', detail: null, since: later } })]),
      `attention problem order_uncertain ${later}`,
    ],
    [
      'waits below the hourly limit',
      recordOf([blockedEntry('cap_reached')], { nextDecision: due() }),
      `waiting waiting hourly_cap ${at}`,
    ],
    ['waits for Turn', recordOf([], { nextDecision: failing }), `waiting waiting turn_unavailable ${monday}`],
    ['waits for the grace period to end', recordOf([], { nextDecision: due() }), 'waiting waiting grace null'],
    ['is being ordered for', recordOf([orderingEntry()], { nextDecision: due() }), `waiting ordering null ${at}`],
    [
      'is being ordered for again',
      recordOf([ended, orderingEntry({ enteredAt: later, changedAt: later })]),
      `waiting ordering null ${later}`,
    ],
    [
      'has a check of which Turn has told nothing',
      recordOf([orderedEntry({ status: null })]),
      `running check null ${at}`,
    ],
    ['has a check that runs', recordOf([orderedEntry()]), `running check processing ${at}`],
    [
      'has a check that runs, of which Turn tells nothing now',
      recordOf([orderedEntry()], { nextSync: failing }),
      `running check processing ${at}`,
    ],
    [
      'was archived while a check runs',
      recordOf([orderedEntry()], { nextDecision: due({ archivedLook: 1 }) }),
      `running check processing ${at}`,
    ],
    ['has a check that is complete', recordOf([ended]), `ended check clear ${at}`],
    ['came again after it', recordOf([ended, rerunDeniedEntry(later)]), `ended rerun_denied null ${later}`],
    [
      'came again before a recheck reopened it',
      recordOf([orderedEntry(), rerunDeniedEntry(later)]),
      `running check processing ${at}`,
    ],
    [
      'came again, with a problem',
      recordOf([
        ended,
        blockedEntry('several_packages', {
          enteredAt: later,
          problem: { code: 'several_packages', detail: null, since: later },
        }),
      ]),
      `attention problem several_packages ${later}`,
    ],
    [
      'was archived with a problem',
      recordOf([blockedEntry()], { nextDecision: due({ archivedLook: 1 }) }),
      'ended archived null null',
    ],
    ['left the stage', recordOf([]), 'ended no_check null null'],
  ])('%s', (_, record, expected) => {
    const { group, kind, code, since } = candidateOf(record).state;
    expect(`${group} ${kind} ${code} ${since}`).toBe(expected);
  });

  it('comes with the check that Lever shows, and with the package that is being ordered', () => {
    expect(candidateOf(recordOf([ended, rerunDeniedEntry(later)]))).toMatchObject({
      turnId: 'C0000004711',
      packageId: 'P0000000002',
      isFollowed: false,
    });
    expect(candidateOf(recordOf([orderedEntry({ isFollowed: true })]))).toMatchObject({ isFollowed: true });
    expect(candidateOf(recordOf([orderingEntry({ packageId: 'P0000000003' })]))).toMatchObject({
      turnId: null,
      packageId: 'P0000000003',
    });
  });

  it('last changed with the last of what became of the entries', () => {
    expect(lastChangeOf(recordOf([]))).toBe(0);
    expect(lastChangeOf(recordOf([{ state: 'erased', enteredAt: later }]))).toBe(0);
    expect(lastChangeOf(recordOf([ended, rerunDeniedEntry(later)]))).toBe(later);
    expect(lastChangeOf(recordOf([blockedEntry()]))).toBe(at);
  });
});
