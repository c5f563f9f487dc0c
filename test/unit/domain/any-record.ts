import fc from 'fast-check';
import type { FailureCode } from '#shared/domain/failure.ts';
import type { LeverState } from '#shared/domain/lever-state.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import type { ScheduledWork } from '#shared/domain/retry-policy.ts';
import { type OrderAttempt, type Problem, problemCodes, type StageEntry } from '#shared/domain/stage-entry.ts';
import { completeStatus, monday, orderedEntry, orderingEntry } from './samples.ts';

/** A few moments close together, so that what happens at the same one, before and after all come up. */
export const anyMoment = fc.integer({ min: 0, max: 8 }).map((minutes) => monday + minutes * 30_000);

export const anyWork: fc.Arbitrary<ScheduledWork> = fc.oneof(
  fc.record({ dueAt: anyMoment, attempts: fc.constant(0) }),
  fc
    .record({
      dueAt: anyMoment,
      attempts: fc.integer({ min: 1, max: 9 }),
      lastFailure: fc.constantFrom<FailureCode[]>('turn_unavailable', 'lever_not_found', 'lever_not_connected'),
    })
    .map((work) => ({ ...work, failureCounts: { [work.lastFailure]: work.attempts } })),
);
const anyProblem: fc.Arbitrary<Problem> = fc.record({
  code: fc.constantFrom(...problemCodes),
  detail: fc.constantFrom(null, 'email'),
  since: anyMoment,
});
const anyAttempt: fc.Arbitrary<OrderAttempt> = fc
  .record({
    attemptedAt: anyMoment,
    isInFlight: fc.boolean(),
    revisit: fc.boolean(),
    more: fc.constantFrom<Pick<OrderAttempt, 'countedAt' | 'isRefused'>[]>(
      {},
      { countedAt: monday },
      { isRefused: true },
    ),
  })
  .map(({ attemptedAt, isInFlight, revisit, more }) => ({
    ...more,
    attemptedAt,
    inFlightUntil: isInFlight ? attemptedAt + 25_000 : null,
    revisit,
  }));

const anyStatus = fc.constantFrom(
  null,
  completeStatus,
  { name: 'emailed', isComplete: false, isWithdrawn: false, hasReport: false },
  { name: 'withdrawn', isComplete: true, isWithdrawn: true, hasReport: false },
);

/** An entry in any of its states. */
const anyEntry: fc.Arbitrary<StageEntry> = fc.oneof(
  fc
    .record({ enteredAt: anyMoment, attempt: anyAttempt, problem: fc.option(anyProblem), changedAt: anyMoment })
    .map(orderingEntry),
  fc.record({ enteredAt: anyMoment, status: anyStatus, changedAt: anyMoment }).map(orderedEntry),
  fc.record({
    state: fc.constant('blocked' as const),
    enteredAt: fc.option(anyMoment, { freq: 9 }),
    problem: anyProblem,
  }),
  fc.record({ state: fc.constant('rerun_denied' as const), enteredAt: anyMoment, changedAt: anyMoment }),
  fc.record({ state: fc.constant('erased' as const), enteredAt: anyMoment }),
);

const tag = fc.constantFrom('TurnStatus:emailed', 'TurnStatus:clear', 'TurnStatus:error');
const anyLeverState: fc.Arbitrary<LeverState> = fc.record({
  tag: fc.option(tag),
  otherTags: fc.uniqueArray(tag, { maxLength: 2 }),
  notes: fc.uniqueArray(
    fc.record({
      key: fc.constantFrom('turn-id/opp-1-1', 'problem/no_email/opp-1-1', 'rerun-denied'),
      state: fc.constantFrom('posting', 'posted'),
      noteId: fc.constantFrom(null, 'n1'),
      text: fc.constantFrom(null, 'A note.'),
    }),
    { selector: ({ key }) => key, maxLength: 2 },
  ),
  deferred: fc.array(fc.record({ write: tag.map((each) => `add_tag/${each}`), until: anyMoment }), { maxLength: 1 }),
  lease: fc.option(
    fc.record({ leaseId: fc.constantFrom('lease-1', 'lease-2'), until: anyMoment, dirty: fc.boolean() }),
  ),
});

/** Any record that one opportunity may come to have. */
export const anyRecord: fc.Arbitrary<OpportunityRecord> = fc
  .record({
    accountId: fc.constant('acct_harborlight'),
    opportunityId: fc.constant('opp-1'),
    leverAccountId: fc.constantFrom(null, 'lever-1'),
    contactId: fc.constantFrom(null, 'contact-1'),
    entries: fc
      .uniqueArray(anyEntry, { selector: ({ enteredAt }) => enteredAt, maxLength: 4 })
      .map((entries) => entries.toSorted((one, other) => (one.enteredAt ?? 0) - (other.enteredAt ?? 0))),
    lever: anyLeverState,
    nextDecision: fc.option(anyWork),
    nextSync: fc.option(anyWork),
    erasedAt: fc.option(anyMoment, { freq: 9 }),
    requested: fc.option(fc.record({ enteredAt: anyMoment, requestedAt: anyMoment }), { freq: 1 }),
  })
  .map(({ requested, ...record }) => (requested === null ? record : { ...record, requested }));
