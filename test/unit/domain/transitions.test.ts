import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LeverState, LeverWrite } from '#shared/domain/lever-state.ts';
import { entryAt, newRecord, type OpportunityRecord, withEntry } from '#shared/domain/opportunity-record.ts';
import { type Moment, scheduledAt, writeLeaseMs } from '#shared/domain/retry-policy.ts';
import type { OrderedEntry, OrderingEntry, StageEntry } from '#shared/domain/stage-entry.ts';
import type { Effect, Transition } from '#shared/domain/transition.ts';
import * as transitions from '#shared/domain/transitions.ts';
import { anyMoment, anyRecord } from './any-record.ts';
import { everythingThatCanHappen } from './every-transition.ts';
import {
  blockedEntry,
  completeStatus,
  monday,
  orderedEntry,
  orderingEntry,
  rerunDeniedEntry,
  retryPolicy,
  sampleAccount,
} from './samples.ts';

const enteredAt = monday + 60_000;
const now = monday + 300_000;
const moment: Moment = { now, retryPolicy };
const settings = sampleAccount();
const referenceId = `opp-1-${enteredAt}`;

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const each of Object.values(value)) freeze(each);
  }
  return value;
};
/** A record that nobody can change, with these entries. */
const recordWith = (entries: readonly StageEntry[], otherwise: Partial<OpportunityRecord> = {}): OpportunityRecord =>
  freeze({ ...newRecord('acct_harborlight', 'opp-1'), entries, ...otherwise });
const emitted = (effects: readonly Effect[]): string[] =>
  effects.flatMap((effect) => (effect.kind === 'emit' ? [effect.code] : []));
const kindsOf = (effects: readonly Effect[]): string[] => effects.map(({ kind }) => kind);

const attempt = { attemptedAt: now - 1000, inFlightUntil: now + 24_000, revisit: false, countedAt: now - 1000 };
const claim: OrderingEntry = freeze(orderingEntry({ packageId: 'P1', attempt }));
/** The same entry, ordered once more by somebody else since. */
const orderedSince = orderingEntry({ packageId: 'P1', attempt: { ...attempt, attemptedAt: now - 500 } });
/** What may have become of an entry while an order for it was in flight elsewhere: nobody knows our attempt any more. */
const overtaken: readonly [string, OpportunityRecord][] = [
  ['another order was placed since', recordWith([orderedSince])],
  ['Turn was found to have the check', recordWith([orderedEntry()])],
  ['the candidate was erased', recordWith([{ state: 'erased', enteredAt }], { erasedAt: now })],
  ['the entry is gone', recordWith([])],
  ['the entry is blocked', recordWith([blockedEntry()])],
];
const lever = (otherwise: Partial<LeverState> = {}): LeverState => ({
  tag: null,
  otherTags: [],
  notes: [],
  deferred: [],
  lease: null,
  ...otherwise,
});

describe('every transition', () => {
  const anyClaim = fc
    .record({ enteredAt: anyMoment, attemptedAt: anyMoment })
    .map(({ enteredAt: at, attemptedAt }) =>
      freeze(orderingEntry({ enteredAt: at, attempt: { ...attempt, attemptedAt } })),
    );
  /** An order that is known, as the record has it, or one of which it has never heard. */
  const claimsOf = (record: OpportunityRecord, drawn: OrderingEntry): OrderingEntry[] => [
    drawn,
    ...record.entries.filter((entry) => entry.state === 'ordering'),
  ];
  const forAll = (check: (before: OpportunityRecord, after: Transition & { name: string }) => void) =>
    fc.assert(
      fc.property(anyRecord, anyClaim, anyMoment, (record, drawn, at) => {
        freeze(record);
        for (const each of claimsOf(record, drawn)) {
          for (const happening of everythingThatCanHappen(record, each, at)) check(record, happening);
        }
      }),
      { numRuns: 300 },
    );

  it('leaves what it was given as it was', () => {
    forAll(() => {});
  });

  it('turns an entry that was ordered into nothing but the same check, or an erased entry', () => {
    forAll((before, { record, name }) => {
      for (const entry of before.entries) {
        const after = entryAt(record, entry.enteredAt);
        if (entry.state === 'ordered') {
          expect([name, after?.state]).toEqual([
            name,
            name === 'erased' ? expect.stringMatching(/erased|ordered/u) : 'ordered',
          ]);
          if (after?.state === 'ordered') expect(after.workerId).toBe(entry.workerId);
        }
        if (entry.state === 'erased') expect([name, after]).toEqual([name, entry]);
      }
    });
  });

  it('keeps one entry a time, the oldest first', () => {
    forAll((_, { record }) => {
      const times = record.entries.map((entry) => entry.enteredAt ?? 0);
      expect(new Set(record.entries.map((entry) => entry.enteredAt)).size).toBe(times.length);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
    });
  });

  it('makes up for a message that may get lost: what it enqueues is scheduled too', () => {
    forAll((_, { record, effects, name }) => {
      if (kindsOf(effects).includes('enqueue_sync') && name !== 'ordered') expect(record.nextSync).not.toBeNull();
    });
  });

  it('keeps an order that may have reached Turn scheduled, so that somebody asks', () => {
    forAll((_, { record, name }) => {
      if (name === 'claimed' || name === 'visibilityAwaited') expect(record.nextDecision).not.toBeNull();
    });
  });

  it('is about the same opportunity as before', () => {
    forAll((before, { record }) => {
      expect([record.accountId, record.opportunityId]).toEqual([before.accountId, before.opportunityId]);
    });
  });
});

describe('claimed', () => {
  it('remembers the order before it is sent, and when to ask for it after a crash', () => {
    const before = recordWith([]);
    const ordering = transitions.orderingEntry(undefined, { ...claim, countedAt: now - 5 }, now);
    const { record, effects } = transitions.claimed(before, before, ordering);
    expect(record).toEqual({ ...before, entries: [ordering], nextDecision: scheduledAt(now + 25_000) });
    expect(ordering).toMatchObject({
      state: 'ordering',
      packageId: 'P1',
      attempt: { attemptedAt: now, inFlightUntil: now + 25_000, revisit: false, countedAt: now - 5 },
      problem: null,
      changedAt: now,
    });
    expect(effects).toEqual([{ kind: 'emit', code: 'check_claimed', referenceId }]);
  });

  it('keeps a problem until the order has solved it, and the time of the first attempt', () => {
    const blocked = blockedEntry('turn_rejected');
    expect(transitions.orderingEntry(blocked, { ...claim, countedAt: now }, now)).toMatchObject({
      problem: blocked.problem,
      changedAt: now,
    });
    const again = transitions.orderingEntry({ ...claim, problem: blocked.problem }, { ...claim, countedAt: now }, now);
    expect(again).toMatchObject({
      problem: blocked.problem,
      changedAt: claim.changedAt,
      attempt: { attemptedAt: now },
    });
  });

  it('keeps count of what the decision failed for before', () => {
    const failed = {
      dueAt: now,
      attempts: 2,
      lastFailure: 'turn_unavailable',
      failureCounts: { turn_unavailable: 2 },
    } as const;
    const before = recordWith([], { nextDecision: failed });
    expect(transitions.claimed(before, before, claim).record.nextDecision).toEqual({
      dueAt: now + 24_000,
      attempts: 2,
      failureCounts: { turn_unavailable: 2 },
    });
  });
});

describe('ordered', () => {
  const check = {
    workerId: 'worker-1',
    isAdopted: false,
    isShared: false,
    notInvitedBy: null,
    scheduled: scheduledAt(now + 24_000),
  };

  it('turns the claim into a check, which is to be shown, and tells of it', () => {
    const before = recordWith([claim], { nextDecision: check.scheduled });
    const { record, effects } = transitions.ordered(before, claim, check, moment);
    const { attempt: _attempt, problem: _problem, ...kept } = claim;
    expect(record).toEqual({
      ...before,
      entries: [
        {
          ...kept,
          state: 'ordered',
          workerId: 'worker-1',
          turnId: null,
          dashboardUrl: null,
          status: null,
          changedAt: now,
        },
      ],
      nextDecision: null,
      nextSync: scheduledAt(now + 120_000),
    });
    expect(effects).toEqual([
      { kind: 'enqueue_sync' },
      { kind: 'emit', code: 'check_started', referenceId, detail: 'P1' },
    ]);
  });

  it('keeps that the candidate was not invited, for the note and the activity log', () => {
    const uninvited = { ...check, notInvitedBy: 'email' } as const;
    const { record, effects } = transitions.ordered(recordWith([claim]), claim, uninvited, moment);
    expect(record.entries[0]).toMatchObject({ warnings: [{ kind: 'invitation_not_sent', by: 'email' }] });
    expect(effects.at(-1)).toMatchObject({ detail: 'P1 invitation_not_sent' });
  });

  it('tells of a check that Turn was found to have as adopted', () => {
    const { effects } = transitions.ordered(recordWith([claim]), claim, { ...check, isAdopted: true }, moment);
    expect(emitted(effects)).toEqual(['check_adopted']);
  });

  it('is a check of another opportunity where Turn names one that is shown there already', () => {
    const shared = { ...check, isShared: true, isAdopted: true };
    const { record, effects } = transitions.ordered(recordWith([claim]), claim, shared, moment);
    expect(record.entries).toMatchObject([{ state: 'ordered', workerId: 'worker-1', isFollowed: true }]);
    expect(emitted(effects)).toEqual(['check_followed']);
  });

  it('decides once more at once where somebody came meanwhile, and leaves alone what somebody scheduled meanwhile', () => {
    const revisited = recordWith([{ ...claim, attempt: { ...attempt, revisit: true } }], {
      nextDecision: check.scheduled,
    });
    expect(transitions.ordered(revisited, claim, check, moment).record.nextDecision).toEqual(scheduledAt(now));
    const elsewhere = recordWith([claim], { nextDecision: scheduledAt(now + 5) });
    expect(transitions.ordered(elsewhere, claim, check, moment).record.nextDecision).toEqual(scheduledAt(now + 5));
  });

  it('is recorded even where the claim is gone: an answer that comes late is as true', () => {
    for (const entries of [[], [blockedEntry()], [rerunDeniedEntry()], [orderedSince]]) {
      const { record } = transitions.ordered(recordWith(entries), claim, check, moment);
      expect(record.entries).toMatchObject([{ state: 'ordered', workerId: 'worker-1', packageId: 'P1' }]);
    }
  });

  it('changes nothing where Turn is known to have the check, but for showing it', () => {
    const before = recordWith([orderedEntry()]);
    const { record, effects } = transitions.ordered(before, claim, check, moment);
    expect(record).toBe(before);
    expect(effects).toEqual([{ kind: 'enqueue_sync' }]);
  });

  it('brings back nothing of what was erased, and still tells of the check', () => {
    const before = recordWith([{ state: 'erased', enteredAt }], { erasedAt: now });
    const { record, effects } = transitions.ordered(before, claim, check, moment);
    expect(record).toBe(before);
    expect(effects).toEqual([{ kind: 'emit', code: 'check_started', referenceId, detail: 'P1' }]);
  });
});

describe('answerLost', () => {
  it('ends the flight of the order, and asks Turn after a while', () => {
    const before = recordWith([claim], { nextDecision: scheduledAt(now + 24_000) });
    const { record, effects } = transitions.answerLost(before, claim, 'timeout', moment);
    expect(record.entries).toEqual([{ ...claim, attempt: { ...attempt, inFlightUntil: null } }]);
    expect(record.nextDecision).toEqual({
      dueAt: now + 60_000,
      attempts: 1,
      lastFailure: 'turn_unavailable',
      failingSince: now,
      failureCounts: { turn_unavailable: 1 },
    });
    expect(effects).toEqual([{ kind: 'emit', code: 'order_uncertain', referenceId, reason: 'timeout' }]);
  });

  it.each(overtaken)('changes nothing where %s, and is still told', (_, before) => {
    const { record, effects } = transitions.answerLost(before, claim, 'timeout', moment);
    expect(record).toBe(before);
    expect(emitted(effects)).toEqual(['order_uncertain']);
  });
});

describe('revisitRequested', () => {
  it('leaves word for whoever has the order in flight', () => {
    const { record, effects } = transitions.revisitRequested(recordWith([claim]), claim);
    expect(record.entries).toEqual([{ ...claim, attempt: { ...attempt, revisit: true } }]);
    expect(effects).toEqual([]);
  });

  it.each(overtaken)('changes nothing where %s', (_, before) => {
    expect(transitions.revisitRequested(before, claim)).toEqual({ record: before, effects: [] });
    expect(transitions.revisitRequested(before, claim).record).toBe(before);
  });
});

describe('orderWithdrawn', () => {
  it('says that nothing is in flight any more, nor is to be waited for', () => {
    const { record, effects } = transitions.orderWithdrawn(recordWith([claim]), claim);
    expect(record.entries).toEqual([{ ...claim, attempt: { ...attempt, inFlightUntil: null, isRefused: true } }]);
    expect(effects).toEqual([]);
  });

  it.each(overtaken)('changes nothing where %s', (_, before) => {
    expect(transitions.orderWithdrawn(before, claim).record).toBe(before);
  });
});

describe('visibilityAwaited', () => {
  it('decides again when Turn must know of the order', () => {
    const { record, effects } = transitions.visibilityAwaited(recordWith([claim]), now + 7);
    expect(record).toEqual({ ...recordWith([claim]), nextDecision: scheduledAt(now + 7) });
    expect(effects).toEqual([]);
  });
});

describe('uncertaintyFound', () => {
  it('tells the recruiter, and keeps asking', () => {
    const before = recordWith([claim], { nextDecision: scheduledAt(now + 9) });
    const { record, effects } = transitions.uncertaintyFound(before, claim, moment);
    expect(record).toEqual({
      ...before,
      entries: [{ ...claim, problem: { code: 'order_uncertain', detail: null, since: now } }],
      nextSync: scheduledAt(now + 120_000),
    });
    expect(effects).toEqual([
      { kind: 'enqueue_sync' },
      { kind: 'emit', code: 'problem_found', referenceId, reason: 'order_uncertain' },
    ]);
  });

  it('is told once', () => {
    const once = transitions.uncertaintyFound(recordWith([claim]), claim, moment).record;
    const twice = transitions.uncertaintyFound(freeze(once), claim, { ...moment, now: now + 5 });
    expect(twice.record).toBe(once);
    expect(twice.effects).toEqual([]);
  });

  it('changes nothing where the entry is uncertain no more', () => {
    for (const entries of [[], [orderedEntry()], [blockedEntry()], [{ state: 'erased', enteredAt } as const]]) {
      const before = recordWith(entries);
      expect(transitions.uncertaintyFound(before, claim, moment)).toEqual({ record: before, effects: [] });
    }
  });
});

describe('refused', () => {
  const refusal = { code: 'turn_rejected', detail: 'email', standing: attempt } as const;

  it('blocks the entry, shows why, and tries again after a while', () => {
    const before = recordWith([claim], { nextDecision: scheduledAt(now + 24_000) });
    const { record, effects } = transitions.refused(before, claim, refusal, moment);
    expect(record).toEqual({
      ...before,
      entries: [blockedEntry('turn_rejected', { problem: { code: 'turn_rejected', detail: 'email', since: now } })],
      nextDecision: scheduledAt(now + 300_000),
      nextSync: scheduledAt(now + 120_000),
    });
    expect(effects).toEqual([
      { kind: 'enqueue_sync' },
      { kind: 'emit', code: 'problem_found', referenceId, reason: 'turn_rejected' },
      { kind: 'emit', code: 'order_refused', reason: 'turn_rejected' },
    ]);
  });

  it('has stood since it was first told, and is tried ever more seldom', () => {
    const problem = { code: 'turn_rejected', detail: 'email', since: now - 3_600_000 } as const;
    const { record, effects } = transitions.refused(recordWith([{ ...claim, problem }]), claim, refusal, moment);
    expect(record.entries).toMatchObject([{ problem }]);
    expect(record.nextDecision).toEqual(scheduledAt(now + 3_600_000));
    expect(emitted(effects)).toEqual(['stage_change_ignored']);
    const other = transitions.refused(recordWith([{ ...claim, problem }]), claim, { ...refusal, detail: null }, moment);
    expect(emitted(other.effects)).toEqual(['problem_found', 'order_refused']);
  });

  it('decides once more at once where somebody came meanwhile', () => {
    const before = recordWith([{ ...claim, attempt: { ...attempt, revisit: true } }]);
    expect(transitions.refused(before, claim, refusal, moment).record.nextDecision).toEqual(scheduledAt(now));
  });

  it.each(overtaken)('changes nothing where %s', (_, before) => {
    expect(transitions.refused(before, claim, refusal, moment)).toEqual({ record: before, effects: [] });
    expect(transitions.refused(before, claim, refusal, moment).record).toBe(before);
  });

  it('without an order, for there is no token to order with, blocks only what nobody has ordered', () => {
    const noToken = { code: 'turn_token_rejected', detail: null, standing: null } as const;
    for (const entries of [[], [blockedEntry('no_email')], [rerunDeniedEntry()]]) {
      const { record } = transitions.refused(recordWith(entries), claim, noToken, moment);
      expect(record.entries).toEqual([
        blockedEntry('turn_token_rejected', { problem: { code: 'turn_token_rejected', detail: null, since: now } }),
      ]);
    }
    for (const entries of [[claim], [orderedEntry()], [{ state: 'erased', enteredAt } as const]]) {
      const before = recordWith(entries);
      expect(transitions.refused(before, claim, noToken, moment).record).toBe(before);
    }
  });

  it('never overwrites a check that Turn has, whoever refused what', () => {
    fc.assert(
      fc.property(anyRecord, anyMoment, fc.option(anyMoment), (record, at, attemptedAt) => {
        freeze(record);
        const standing = attemptedAt === null ? null : { ...attempt, attemptedAt };
        const { record: after } = transitions.refused(
          record,
          orderingEntry({ enteredAt: at }),
          { ...refusal, standing },
          moment,
        );
        for (const entry of record.entries) {
          if (entry.state === 'ordered' || entry.state === 'erased') {
            expect(entryAt(after, entry.enteredAt)).toBe(entry);
          }
        }
      }),
    );
  });
});

describe('decided', () => {
  const decide = (before: OpportunityRecord, decision: transitions.NoOrder, seen = before) =>
    transitions.decided(before, seen, decision, settings, moment);
  const noEmail = { kind: 'problem', enteredAt, code: 'no_email' } as const;

  it('records a problem, shows it, and looks again after a while', () => {
    const before = recordWith([]);
    const { record, effects } = decide(before, noEmail);
    expect(record).toEqual({
      ...before,
      entries: [blockedEntry('no_email', { problem: { code: 'no_email', detail: null, since: now } })],
      nextDecision: scheduledAt(now + 300_000),
      nextSync: scheduledAt(now + 120_000),
    });
    expect(effects).toEqual([{ kind: 'enqueue_sync' }, { kind: 'emit', code: 'problem_found', reason: 'no_email' }]);
  });

  it('tells of the same problem once, and looks at it ever more seldom', () => {
    const once = recordWith(
      [blockedEntry('no_email', { problem: { code: 'no_email', detail: null, since: now - 7_200_000 } })],
      {
        lever: lever({
          tag: 'TurnStatus:error',
          notes: [{ key: `problem/no_email/${referenceId}`, state: 'posted', noteId: 'n1', text: null }],
        }),
      },
    );
    const { record, effects } = decide(once, noEmail);
    expect(record).toEqual({ ...once, nextDecision: scheduledAt(now + 7_200_000) });
    expect(effects).toEqual([{ kind: 'emit', code: 'stage_change_ignored', reason: 'no_email' }]);
  });

  it('has another problem take the place of the one before, with a time of its own', () => {
    const { record, effects } = decide(recordWith([blockedEntry('no_full_name')]), noEmail);
    expect(record.entries).toMatchObject([{ problem: { code: 'no_email', since: now } }]);
    expect(emitted(effects)).toEqual(['problem_found']);
  });

  it('looks again when a problem solves itself, where that is known, and tells of the hourly limit', () => {
    const capped = { kind: 'problem', enteredAt, code: 'cap_reached', recheckAt: now + 1234 } as const;
    const { record, effects } = decide(recordWith([]), capped);
    expect(record.nextDecision).toEqual(scheduledAt(now + 1234));
    expect(emitted(effects)).toEqual(['cap_reached', 'problem_found']);
  });

  it('keeps asking for an order that only waits for its hour, should Turn have it after all', () => {
    const capped = { kind: 'problem', enteredAt, code: 'cap_reached', recheckAt: now + 1234 } as const;
    const { record } = decide(recordWith([claim]), capped, recordWith([]));
    expect(record.entries).toEqual([{ ...claim, problem: { code: 'cap_reached', detail: null, since: now } }]);
  });

  it('ends what was blocked where the candidate has left the stage, and has Lever forget it', () => {
    const shown = lever({ tag: 'TurnStatus:error' });
    const before = recordWith([blockedEntry()], { lever: shown, nextDecision: scheduledAt(now) });
    const seen = { ...before, nextDecision: null };
    const { record, effects } = decide(before, { kind: 'ignore', reason: 'not_in_trigger_stage' }, seen);
    expect(record).toEqual({ ...before, entries: [], nextDecision: null, nextSync: scheduledAt(now + 120_000) });
    expect(effects).toEqual([
      { kind: 'enqueue_sync' },
      { kind: 'emit', code: 'stage_change_ignored', reason: 'not_in_trigger_stage' },
    ]);
  });

  it('leaves everything else alone where the candidate has left the stage', () => {
    const before = recordWith([orderedEntry({ enteredAt: monday }), rerunDeniedEntry()]);
    const { record } = decide(before, { kind: 'ignore', reason: 'not_in_trigger_stage' });
    expect(record.entries).toEqual(before.entries);
  });

  it('leaves an archived candidate alone, and tells of it where Lever shows nothing', () => {
    const before = recordWith([blockedEntry()], { nextDecision: scheduledAt(now) });
    const { record, effects } = decide(
      before,
      { kind: 'ignore', reason: 'archived' },
      { ...before, nextDecision: null },
    );
    expect(record.entries).toEqual(before.entries);
    expect(record.nextDecision).toMatchObject({ dueAt: now + 86_400_000, archivedLook: 1 });
    expect(emitted(effects)).toEqual(['entry_ignored']);
  });

  it('keeps the problem of an archived candidate whose next order came to nothing', () => {
    const { problem } = blockedEntry('turn_rejected');
    const before = recordWith([orderingEntry({ problem })]);
    const { record } = decide(before, { kind: 'ignore', reason: 'archived' }, { ...before, entries: [] });
    expect(record.entries).toEqual([
      blockedEntry('turn_rejected', { enteredAt: before.entries[0]?.enteredAt ?? null }),
    ]);
    const untold = recordWith([orderingEntry({ problem: null })]);
    const { record: left } = decide(untold, { kind: 'ignore', reason: 'archived' }, { ...untold, entries: [] });
    expect(left.entries).toEqual([]);
  });

  it('looks once a day whether who was archived has come back, and tells of it once', () => {
    const archived: transitions.NoOrder = { kind: 'ignore', reason: 'archived' };
    const before = decide(recordWith([]), archived).record;
    expect(before.nextDecision).toMatchObject({ dueAt: now + 86_400_000, archivedLook: 1 });
    const { record, effects } = decide(before, archived, { ...before, nextDecision: null });
    expect(record).toEqual({ ...before, nextDecision: { ...before.nextDecision, archivedLook: 2 } });
    expect(emitted(effects)).toEqual(['stage_change_ignored']);
    const last = { ...scheduledAt(now), archivedLook: 30 };
    expect(
      decide({ ...before, nextDecision: last }, archived, { ...before, nextDecision: null }).record.nextDecision,
    ).toBeNull();
  });

  it('forgets a problem that Lever no longer hides, and has Lever forget it', () => {
    const before = recordWith([blockedEntry('confidential', { enteredAt: null })], {
      lever: lever({ tag: 'TurnStatus:error' }),
    });
    const seen = transitions.observed(
      before,
      { leverAccountId: null, contactId: null, tags: ['TurnStatus:error'] },
      undefined,
      now,
    );
    const { record, effects } = decide(before, { kind: 'ignore', reason: 'not_in_trigger_stage' }, seen);
    expect(record.entries).toEqual([]);
    expect(kindsOf(effects)).toContain('enqueue_sync');
  });

  it('waits until the grace is over', () => {
    const before = recordWith([]);
    const { record, effects } = decide(before, { kind: 'wait', until: now + 600_000 });
    expect(record).toEqual({ ...before, nextDecision: scheduledAt(now + 600_000) });
    expect(effects).toEqual([{ kind: 'emit', code: 'stage_change_ignored', reason: 'wait' }]);
  });

  it('denies a re-run once, and shows it', () => {
    const earlier = orderedEntry({ enteredAt: monday - 1, status: completeStatus });
    const before = recordWith([earlier]);
    const { record, effects } = decide(before, { kind: 'rerun_denied', enteredAt });
    expect(record.entries).toEqual([earlier, { state: 'rerun_denied', enteredAt, changedAt: now }]);
    expect(effects).toEqual([
      { kind: 'enqueue_sync' },
      { kind: 'emit', code: 'entry_ignored', reason: 'rerun_denied' },
    ]);
    const again = transitions.decided(freeze(record), record, { kind: 'rerun_denied', enteredAt }, settings, {
      ...moment,
      now: now + 5,
    });
    expect(again.record.entries).toEqual(record.entries);
    expect(emitted(again.effects)).toEqual(['stage_change_ignored']);
  });

  it('denies a re-run in the place of an order that Turn has refused', () => {
    const { record } = decide(recordWith([claim]), { kind: 'rerun_denied', enteredAt });
    expect(record.entries).toEqual([{ state: 'rerun_denied', enteredAt, changedAt: now }]);
  });

  it('looks again at a problem behind which an earlier check has begun to run again', () => {
    const before = recordWith([orderedEntry({ enteredAt: monday - 1 }), blockedEntry()]);
    const { record, effects } = decide(before, { kind: 'ignore', reason: 'check_is_running' });
    expect(record.nextDecision).toEqual(scheduledAt(now + 300_000));
    expect(emitted(effects)).toEqual(['entry_ignored']);
  });

  it('makes no record of whom nothing is held, and nothing is to be', () => {
    const before = recordWith([]);
    const seen = freeze({ ...before, leverAccountId: 'lever-1' });
    expect(decide(before, { kind: 'ignore', reason: 'not_in_trigger_stage' }, seen).record).toBe(before);
    expect(decide(before, { kind: 'wait', until: now + 5 }, seen).record).not.toBe(before);
    const held = recordWith([], { lever: lever({ tag: 'TurnStatus:clear' }) });
    expect(decide(held, { kind: 'ignore', reason: 'archived' }, freeze({ ...held })).record).not.toBe(held);
  });

  it('does not ask anew for a sync that is known to fail, until its time, unless there is news', () => {
    const nextSync = { dueAt: now + 60_000, attempts: 1, lastFailure: 'lever_unavailable' } as const;
    const shown = lever({ tag: 'TurnStatus:clear' });
    const problem = { code: 'no_email', detail: null, since: now } as const;
    const failing = recordWith([blockedEntry('no_email', { problem })], { lever: shown, nextSync });
    expect(kindsOf(decide(failing, noEmail).effects)).not.toContain('enqueue_sync');
    expect(decide(failing, noEmail).record.nextSync).toEqual(nextSync);
    const news = recordWith([], { lever: shown, nextSync });
    expect(kindsOf(decide(news, noEmail).effects)).toContain('enqueue_sync');
  });
});

describe('observed', () => {
  it('takes over what Lever has, and ends what was scheduled', () => {
    const before = recordWith([orderedEntry()], {
      nextDecision: scheduledAt(now),
      erasedAt: monday,
      lever: lever({ tag: 'TurnStatus:emailed' }),
    });
    const tags = ['TurnStatus:clear', 'Senior'];
    expect(transitions.observed(before, { leverAccountId: 'lever-1', contactId: null, tags }, undefined, now)).toEqual({
      ...before,
      leverAccountId: 'lever-1',
      lever: lever({ tag: null, otherTags: ['TurnStatus:clear'] }),
      nextDecision: null,
      erasedAt: null,
    });
  });

  it('keeps the Lever account that is known, where nobody says which it is', () => {
    const before = recordWith([], { leverAccountId: 'lever-1' });
    expect(
      transitions.observed(before, { leverAccountId: null, contactId: null, tags: [] }, undefined, now).leverAccountId,
    ).toBe('lever-1');
  });

  it('drops an order that never arrived, and the entry of which no time was known', () => {
    const [hidden, other] = [blockedEntry('confidential', { enteredAt: null }), orderingEntry({ enteredAt: now })];
    const before = recordWith([hidden, claim, other]);
    expect(
      transitions.observed(before, { leverAccountId: null, contactId: null, tags: [] }, claim, now).entries,
    ).toEqual([other]);
  });

  it('believes no tags that are read while somebody writes them', () => {
    const held = lever({ tag: 'TurnStatus:clear', lease: { leaseId: 'lease-1', until: now + 1, dirty: false } });
    const before = recordWith([], { lever: held });
    expect(
      transitions.observed(before, { leverAccountId: null, contactId: null, tags: [] }, undefined, now).lever,
    ).toEqual(held);
    expect(
      transitions.observed(before, { leverAccountId: null, contactId: null, tags: [] }, undefined, now + 1).lever.tag,
    ).toBeNull();
  });
});

describe('erased', () => {
  const full = recordWith(
    [
      orderedEntry({ enteredAt: 1 }),
      orderingEntry({ enteredAt: 2 }),
      blockedEntry('no_email', { enteredAt: 3 }),
      rerunDeniedEntry(4),
      { state: 'erased', enteredAt: 5 },
    ],
    {
      leverAccountId: 'lever-1',
      lever: lever({ tag: 'TurnStatus:clear', notes: [{ key: 'k', state: 'posted', noteId: 'n', text: null }] }),
      nextDecision: scheduledAt(now),
      nextSync: scheduledAt(now),
    },
  );

  it('leaves nothing but that something was ordered', () => {
    const { record, effects } = transitions.erased(full, undefined, now);
    expect(record).toEqual({
      ...newRecord('acct_harborlight', 'opp-1'),
      leverAccountId: 'lever-1',
      entries: [1, 2, 5].map((at) => ({ state: 'erased', enteredAt: at })),
      nextDecision: scheduledAt(now + writeLeaseMs),
      erasedAt: now,
    });
    expect(effects).toEqual([{ kind: 'emit', code: 'record_erased' }]);
  });

  it('leaves no mark of an order that never arrived, so that a candidate who is back gets a check', () => {
    const claim = orderingEntry({ enteredAt: 7 });
    const { record } = transitions.erased(withEntry(full, claim), claim, now);
    expect(entryAt(record, 7)).toBeUndefined();
  });

  it('a second time changes nothing until whoever was at work has ended, and then ends what was scheduled', () => {
    const once = freeze(transitions.erased(full, undefined, now).record);
    const twice = transitions.erased(once, undefined, now + writeLeaseMs - 1);
    expect(twice.record).toBe(once);
    expect(twice.effects).toEqual([{ kind: 'emit', code: 'stage_change_ignored', reason: 'not_in_lever' }]);
    const later = { nextSync: scheduledAt(now), requested: { enteredAt: 9, requestedAt: now } };
    const scheduled = freeze({ ...once, ...later });
    expect(transitions.erased(scheduled, undefined, now + 5).record).toEqual(once);
    const told = { ...scheduled, entries: [...once.entries, blockedEntry('unreadable', { enteredAt: 9 })] };
    expect(transitions.erased(told, undefined, now + 5).record).toEqual(once);
    const ended = { ...once, nextDecision: null };
    expect(transitions.erased(scheduled, undefined, now + writeLeaseMs).record).toEqual(ended);
  });
});

describe('retryScheduled', () => {
  const failure = (code: 'turn_unavailable' | 'lever_budget_used', retryAfterMs: number | null = null) => ({
    code,
    retryAfterMs,
  });

  it.each([
    ['decision', 'nextDecision', 'nextSync'],
    ['sync', 'nextSync', 'nextDecision'],
  ] as const)('has the %s done again at its time, and leaves the other alone', (workType, own, other) => {
    const before = recordWith([], { [other]: scheduledAt(7) });
    const { record, effects } = transitions.retryScheduled(before, workType, failure('turn_unavailable'), moment, 0.5);
    expect(record[own]).toMatchObject({ dueAt: now + 60_000, attempts: 1, lastFailure: 'turn_unavailable' });
    expect(record[other]).toEqual(scheduledAt(7));
    expect(effects).toEqual([{ kind: 'emit', code: 'retry_scheduled', reason: 'turn_unavailable' }]);
  });

  it('has Lever say so, once, when a decision has waited for half an hour for somebody other than Lever', () => {
    const half = 30 * 60_000;
    const failing = (since: number) => ({
      dueAt: now - 1,
      attempts: 5,
      lastFailure: 'turn_unavailable' as const,
      failingSince: since,
    });
    const failedAgain = (since: number, code: Parameters<typeof failure>[0] | 'lever_unavailable', isTold = false) =>
      transitions.retryScheduled(
        recordWith([], { nextDecision: { ...failing(since), ...(isTold ? { isTold: true as const } : {}) } }),
        'decision',
        { code, retryAfterMs: null },
        moment,
        0.5,
      );
    const told = failedAgain(now - half, 'turn_unavailable');
    expect(told.record).toMatchObject({ nextDecision: { isTold: true }, nextSync: { attempts: 0 } });
    expect(told.effects).toContainEqual({ kind: 'enqueue_sync' });
    const again = failedAgain(now - half, 'turn_unavailable', true);
    expect(again.record).toMatchObject({ nextDecision: { isTold: true }, nextSync: null });
    for (const { record } of [
      failedAgain(now - half + 1, 'turn_unavailable'),
      failedAgain(now - half, 'lever_unavailable'),
    ]) {
      expect(record.nextDecision?.isTold).toBeUndefined();
    }
  });

  it('comes no sooner than the other side allows', () => {
    const { nextSync } = transitions.retryScheduled(
      recordWith([]),
      'sync',
      failure('turn_unavailable', 90_000),
      moment,
      0.5,
    ).record;
    expect(nextSync?.dueAt).toBe(now + 90_000);
  });

  it('comes for a reservation when it is due, however often it was waited for', () => {
    let record = recordWith([]);
    for (let n = 0; n < 9; n++) {
      record = transitions.retryScheduled(
        record,
        'sync',
        failure('lever_budget_used', 1_500),
        { ...moment, now: now + n * 9_000_000 },
        0.5,
      ).record;
    }
    expect(record.nextSync?.dueAt).toBe(now + 8 * 9_000_000 + 1_500);
  });
});

describe('tagMissed', () => {
  it('looks at once, whatever was scheduled, and however late somebody looked', () => {
    const nextSync = { dueAt: now + 9_000_000, attempts: 0 };
    const before = recordWith([], { lever: lever({ lookedAt: now - 1 }), nextSync });
    expect(transitions.tagMissed(before, now)).toEqual({
      record: { ...before, lever: lever(), nextSync: scheduledAt(now) },
      effects: [{ kind: 'enqueue_sync' }],
    });
  });
});

describe('syncPostponed', () => {
  it('syncs at another time, or never', () => {
    const before = recordWith([], { nextSync: { dueAt: 1, attempts: 3, lastFailure: 'lever_unavailable' } });
    expect(transitions.syncPostponed(before, now + 5)).toEqual({
      record: { ...before, nextSync: scheduledAt(now + 5) },
      effects: [],
    });
    expect(transitions.syncPostponed(before, null).record.nextSync).toBeNull();
  });
});

describe('syncRequested', () => {
  it('is due at once, and forgets nothing of what has failed for long', () => {
    const failing = { dueAt: now + 1, attempts: 9, lastFailure: 'turn_unavailable', failingSince: 1 } as const;
    const { record } = transitions.syncRequested({ ...newRecord('acct_a', 'opp-1'), nextSync: failing }, now);
    expect(record.nextSync).toMatchObject({ dueAt: now, attempts: 9, failingSince: 1 });
  });
});

describe('statusRead', () => {
  const entry = freeze(orderedEntry());
  const status = { name: 'processing', isComplete: false, isWithdrawn: false, hasReport: false };

  it('is the entry itself where nothing is new', () => {
    expect(transitions.statusRead(entry, { turnId: null, dashboardUrl: null, status }, now)).toBe(entry);
  });

  it('dates a change of the status, and of nothing else', () => {
    const found = { turnId: 'C9', dashboardUrl: 'https://partners.turn.example/9', status };
    expect(transitions.statusRead(entry, found, now)).toEqual({
      ...entry,
      turnId: 'C9',
      dashboardUrl: found.dashboardUrl,
    });
    expect(transitions.statusRead(entry, { ...found, status: completeStatus }, now)).toEqual({
      ...entry,
      ...found,
      status: completeStatus,
      changedAt: now,
    });
  });
});

describe('statusRead, of an address that may not be shown', () => {
  const found = { turnId: null, dashboardUrl: null, status: completeStatus };

  it('drops the address that was known before, until Turn gives one that may be', () => {
    const entry = freeze(orderedEntry({ status: completeStatus }));
    const odd = transitions.statusRead(entry, { ...found, isAddressUnusable: true }, now);
    expect(odd).toEqual({ ...entry, dashboardUrl: null, isAddressUnusable: true });
    expect(transitions.statusRead(freeze(odd), { ...found, isAddressUnusable: true }, now)).toBe(odd);
    const { dashboardUrl } = entry;
    expect(transitions.statusRead(odd, { ...found, dashboardUrl, isAddressUnusable: false }, now)).toEqual(entry);
  });

  it('tells of the report all the same', () => {
    const before = recordWith([orderedEntry({ status: null, dashboardUrl: null })]);
    const [entry] = before.entries as [OrderedEntry];
    const entries = [transitions.statusRead(entry, { ...found, isAddressUnusable: true }, now)];
    const { effects } = transitions.syncSettled(before, { ...before, entries }, moment);
    expect(effects).toContainEqual({ kind: 'emit', code: 'report_available', detail: null });
  });
});

describe('statusRead, under the name that is known already', () => {
  it('takes what else is new of the status, without dating it', () => {
    const entry = freeze(orderedEntry({ status: { ...completeStatus, isComplete: false, hasReport: false } }));
    const read = transitions.statusRead(entry, { turnId: null, dashboardUrl: null, status: completeStatus }, now);
    expect(read).toEqual({ ...entry, status: completeStatus });
  });
});

describe('syncSettled', () => {
  it('polls after a while, and tells what Turn has said since', () => {
    const before = recordWith([orderedEntry({ status: null, dashboardUrl: null })]);
    const seen = freeze({ ...before, entries: [orderedEntry({ status: completeStatus, changedAt: now })] });
    const { record, effects } = transitions.syncSettled(before, seen, moment);
    expect(record).toEqual({ ...seen, nextSync: scheduledAt(now + 4 * retryPolicy.pollIntervalMs) });
    expect(effects).toEqual([
      { kind: 'emit', code: 'check_status_changed', detail: 'clear' },
      { kind: 'emit', code: 'report_available', detail: null },
    ]);
  });

  it('tells nothing twice', () => {
    const before = recordWith([orderedEntry({ status: completeStatus })]);
    expect(transitions.syncSettled(before, before, moment).effects).toEqual([]);
  });

  it('has an order that is only claimed settled by whoever decides', () => {
    const before = recordWith([claim]);
    expect(transitions.syncSettled(before, before, moment).effects).toEqual([{ kind: 'enqueue_decision' }]);
  });

  it('forgets what was refused and has become pointless, and compares once more', () => {
    const deferred = [
      { write: 'add_tag/TurnStatus:clear', until: now },
      { write: 'add_tag/TurnStatus:error', until: now + 1 },
    ];
    const before = recordWith([], { lever: lever({ deferred }) });
    const { record, effects } = transitions.syncSettled(before, before, moment);
    expect(record.lever.deferred).toEqual(deferred.slice(1));
    expect(effects).toEqual([{ kind: 'sync_again' }]);
  });

  it('ends a lease that ran out', () => {
    const lease = { leaseId: 'lease-1', until: now - 1, dirty: false };
    const before = recordWith([], { lever: lever({ lease }) });
    expect(transitions.syncSettled(before, before, moment).record.lever.lease).toBeNull();
  });
});

describe('the lease', () => {
  const write: LeverWrite = { kind: 'add_tag', tag: 'TurnStatus:clear' };
  const lease = { leaseId: 'lease-1', until: now + 65_000 };
  const seen = recordWith([orderedEntry({ status: completeStatus })], { lever: lever({ tag: 'TurnStatus:emailed' }) });
  const taken = freeze(transitions.leaseTaken(seen, seen, [write], lease).record);
  const written = lever({ tag: 'TurnStatus:clear' });
  const nextSync = scheduledAt(now + 21_600_000);

  it('is taken before the first call: nothing is certain of what is about to be written', () => {
    expect(taken).toEqual({
      ...seen,
      lever: lever({
        tag: null,
        otherTags: ['TurnStatus:emailed', 'TurnStatus:clear'],
        lease: { ...lease, dirty: false },
      }),
      nextSync: scheduledAt(lease.until),
    });
  });

  it('tells what Turn has said since', () => {
    const before = recordWith([orderedEntry({ status: null })]);
    expect(emitted(transitions.leaseTaken(before, seen, [write], lease).effects)).toEqual([
      'check_status_changed',
      'report_available',
    ]);
  });

  it('is released with what is known of Lever now, and when to sync again', () => {
    expect(transitions.leaseReleased(taken, lease, written, nextSync)).toEqual({
      record: { ...taken, lever: written, nextSync },
      effects: [],
    });
  });

  it('leaves the time of the next sync to whoever reports that the writes failed, or put it off meanwhile', () => {
    expect(transitions.leaseReleased(taken, lease, written, 'unchanged').record.nextSync).toEqual(
      scheduledAt(lease.until),
    );
    const elsewhere = freeze({ ...taken, nextSync: scheduledAt(now + 5) });
    expect(transitions.leaseReleased(elsewhere, lease, written, nextSync).record.nextSync).toEqual(
      scheduledAt(now + 5),
    );
  });

  it('has its holder sync once more where somebody came meanwhile', () => {
    const contended = freeze(transitions.leaseContended(taken).record);
    expect(contended).toEqual({ ...taken, lever: { ...taken.lever, lease: { ...lease, dirty: true } } });
    const { record, effects } = transitions.leaseReleased(contended, lease, written, nextSync);
    expect(record.lever.lease).toBeNull();
    expect(effects).toEqual([{ kind: 'sync_again' }]);
  });

  it('cannot be contended where there is none', () => {
    expect(transitions.leaseContended(seen).record).toBe(seen);
  });

  it('that somebody else took over makes nothing certain of any tag, and the holder sync once more', () => {
    const other = freeze(transitions.leaseTaken(seen, seen, [], { ...lease, leaseId: 'lease-2' }).record);
    for (const overtaking of [other, freeze({ ...other, lever: { ...other.lever, lease: null } })]) {
      const { record, effects } = transitions.leaseReleased(overtaking, lease, written, nextSync);
      expect(record).toEqual({
        ...overtaking,
        lever: { ...overtaking.lever, tag: null, otherTags: ['TurnStatus:emailed', 'TurnStatus:clear'] },
      });
      expect(effects).toEqual([{ kind: 'sync_again' }]);
    }
  });
});

describe('a request', () => {
  const { checkRequested, decisionRequested } = transitions;
  const asked = { enteredAt, by: 'user-1' };

  it('for a decision makes it due at once, whatever it failed for', () => {
    const nextDecision = { dueAt: now + 9_000, attempts: 2, lastFailure: 'lever_unavailable' as const };
    const { record, effects } = decisionRequested(recordWith([blockedEntry()], { nextDecision }), now);
    expect(record.nextDecision).toMatchObject({ dueAt: now, attempts: 2 });
    expect(effects).toEqual([]);
  });

  it('for a check names its entry, has it decided at once, and tells who asked', () => {
    const { record, effects } = checkRequested(recordWith([]), asked, now);
    expect(record).toEqual({
      ...newRecord('acct_harborlight', 'opp-1'),
      requested: { enteredAt, requestedAt: now },
      nextDecision: scheduledAt(now),
    });
    expect(effects).toEqual([{ kind: 'emit', code: 'check_requested', by: 'user-1' }]);
  });

  it('for a check that is made twice is told once', () => {
    const { record } = checkRequested(recordWith([]), asked, now);
    const again = checkRequested(record, asked, now + 1_000);
    expect(again.record).toMatchObject({ requested: { enteredAt, requestedAt: now + 1_000 }, entries: [] });
    expect(again.record.nextDecision).toMatchObject({ dueAt: now + 1_000, attempts: 0 });
    expect(again.effects).toEqual([]);
  });

  it.each([
    ['is known', blockedEntry()],
    ['has a check', orderedEntry()],
    ['has a check of another entry', orderedEntry({ enteredAt: 1, status: completeStatus })],
    ['is being ordered', orderingEntry({ enteredAt: 1 })],
    ['had one that was erased', { state: 'erased', enteredAt: 1 } as const],
  ])('for a check changes nothing where the candidate %s', (_, entry) => {
    const before = recordWith([entry]);
    expect(checkRequested(before, asked, now)).toEqual({ record: before, effects: [] });
  });

  it('is forgotten with the candidate, and outlives every reading until then', () => {
    const { record } = checkRequested(recordWith([]), asked, now);
    const seen = transitions.observed(record, { leverAccountId: null, contactId: null, tags: [] }, undefined, now);
    expect(seen.requested).toEqual({ enteredAt, requestedAt: now });
    expect(transitions.erased(record, undefined, now).record).not.toHaveProperty('requested');
  });
});
