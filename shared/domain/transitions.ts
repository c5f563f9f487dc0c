import type { Settings } from './account.ts';
import { type Decision, isBlockedByRunningCheck } from './decide.ts';
import { desiredLeverState, diffLeverState } from './desired-lever-state.ts';
import type { Failure } from './failure.ts';
import { referenceIdFor } from './ids.ts';
import {
  isForgotten,
  type LeverState,
  type LeverWrite,
  stillDeferred,
  type WriteLease,
  withObservedTags,
  writeStarted,
} from './lever-state.ts';
import {
  entryAt,
  newRecord,
  nextPoll,
  type OpportunityRecord,
  standingAfter,
  withEntry,
} from './opportunity-record.ts';
import {
  archivedRecheck,
  awaitingDelivery,
  isBackingOff,
  type Moment,
  orderInFlightMs,
  problemRecheckMs,
  rescheduled,
  type ScheduledWork,
  scheduledAt,
  toldIfLong,
  withFailure,
  writeLeaseMs,
} from './retry-policy.ts';
import { overdueEffects, refusalEffects } from './service-levels.ts';
import {
  type CheckStatus,
  hasReportToTell,
  type InvitationChannel,
  isOrdered,
  isOrdering,
  isRunning,
  movedByOf,
  type OrderAttempt,
  type OrderedEntry,
  type OrderingEntry,
  type Problem,
  problemNow,
  problemOf,
  type StageEntry,
  startedDetail,
  type Warning,
  wasOrdered,
} from './stage-entry.ts';
import type { Effect, RecordEventCode, Transition } from './transition.ts';
import type { WorkType } from './work-item.ts';

/**
 * Everything that can happen to the record of one opportunity: `(record, event, moment) → { record, effects }`. Nothing is
 * read, written or called here. A record that is answered as it came needs no saving.
 */

const enqueueDecision: Effect = { kind: 'enqueue_decision' };
const enqueueSync: Effect = { kind: 'enqueue_sync' };
const unchanged = (record: OpportunityRecord): Transition => ({ record, effects: [] });

/** What was decided, other than to order. `recheckAt`: when a problem solves itself, where that is known. */
export type NoOrder = Exclude<Decision, { kind: 'start' }> & { readonly recheckAt?: number };

/** What Lever's answer says of the opportunity. `leverAccountId`, `contactId` null: not known. */
export type Observation = {
  readonly leverAccountId: string | null;
  readonly contactId: string | null;
  readonly tags: readonly string[];
};

/** The opportunity was read in Lever. `notOrdered`: an entry whose order, as Turn says now, never arrived. */
export const observed = (
  record: OpportunityRecord,
  { leverAccountId, contactId, tags }: Observation,
  notOrdered: OrderingEntry | undefined,
  now: number,
): OpportunityRecord => ({
  ...record,
  leverAccountId: leverAccountId ?? record.leverAccountId,
  contactId: contactId ?? record.contactId,
  entries: record.entries.filter((entry) => entry !== notOrdered && entry.enteredAt !== null),
  lever: withObservedTags(record.lever, tags, now),
  nextDecision: null,
  erasedAt: null,
});

/** Reasons for which somebody who entered the stage got no check while Lever shows nothing of it; other moves would only fill the activity log. */
const toldReasons: ReadonlySet<string> = new Set([
  'archived',
  'anonymized',
  'confidential',
  'check_is_running',
  'before_start',
]);

/**
 * Nothing is to be ordered: a problem was found, or solved by itself; the stage was left; or there is nothing to do. `seen`
 * is the record as `observed` made it of `before`. The same decision again changes nothing that anybody sees.
 */
export const decided = (
  before: OpportunityRecord,
  seen: OpportunityRecord,
  decision: NoOrder,
  settings: Settings,
  moment: Moment,
): Transition => {
  const known = 'enteredAt' in decision ? entryAt(before, decision.enteredAt) : undefined;
  const entry = entryFor(decision, known, moment.now);
  const standing = standingAfter(decision.kind === 'ignore' ? decision.reason : null, seen, before);
  const record = entry === null ? standing : withEntry(standing, entry);
  const isNews = entry !== null && (known?.state !== entry.state || problemOf(known) !== problemOf(entry));
  const isChange = isNews || record.entries.length !== before.entries.length;
  const writes = diffLeverState(desiredLeverState(record, settings), record.lever, settings.tagPolicy, moment.now);
  // What is known to fail has its time: asking for it again and again would call a service that is out of order all the time.
  const isOurs = entry !== null || !isBlank(before) || isForgotten(seen.lever);
  const needsSync = isOurs && writes.length > 0 && (isChange || !isBackingOff(record.nextSync, moment.now));
  // A problem that stood before another check began to run again is still there when that one ends.
  const problem = problemOf(entry ?? (isBlockedByRunningCheck(decision) ? record.entries.at(-1) : undefined));
  const after = {
    ...record,
    nextDecision: isArchived(decision)
      ? nextLook(before, record, moment)
      : nextDecisionAfter(decision, problem, moment),
    nextSync: needsSync ? awaitingDelivery(record.nextSync, moment) : record.nextSync,
  };
  return {
    // No record is made of an opportunity of which there is nothing to keep.
    record: isBlank(before) && isBlank(after) && !isForgotten(after.lever) ? before : after,
    effects: [...(needsSync ? [enqueueSync] : []), ...eventsOf(decision, isNews, before)],
  };
};

const isBlank = ({ entries, lever, nextDecision, nextSync, erasedAt }: OpportunityRecord): boolean =>
  entries.length === 0 &&
  nextDecision === null &&
  nextSync === null &&
  erasedAt === null &&
  lever.tag === null &&
  lever.notes.length === 0 &&
  lever.lease === null;

const isArchived = (decision: NoOrder): boolean => decision.kind === 'ignore' && decision.reason === 'archived';

/** Who is archived may come back without a word to us. A last entry that was denied a check would be denied it again. */
const nextLook = (before: OpportunityRecord, { entries }: OpportunityRecord, moment: Moment): ScheduledWork | null =>
  entries.at(-1)?.state === 'rerun_denied' ? null : archivedRecheck(before.nextDecision, moment);

const entryFor = (decision: NoOrder, known: StageEntry | undefined, now: number): StageEntry | null => {
  switch (decision.kind) {
    case 'ignore':
    case 'wait':
      return null;
    case 'rerun_denied':
      return known?.state === 'rerun_denied'
        ? known
        : { state: 'rerun_denied', enteredAt: decision.enteredAt, changedAt: now };
    case 'problem': {
      const problem = problemNow(decision.code, null, known, now);
      // It only waits for its hour: should Turn have the order after all, it is still adopted.
      if (known?.state === 'ordering' && decision.code === 'cap_reached') return { ...known, problem };
      return { state: 'blocked', enteredAt: decision.enteredAt, problem };
    }
  }
};

/** A problem may be mended without a word to us: it is checked again as long as the candidate is in the stage. */
const nextDecisionAfter = (decision: NoOrder, problem: Problem | null, moment: Moment): ScheduledWork | null => {
  if (decision.kind === 'wait') return scheduledAt(decision.until);
  return problem === null ? null : scheduledAt(decision.recheckAt ?? recheckAt(problem, moment));
};

const recheckAt = (problem: Problem, { now, retryPolicy }: Moment): number =>
  now + problemRecheckMs(now - problem.since, retryPolicy);

const eventsOf = (decision: NoOrder, isNews: boolean, { nextDecision }: OpportunityRecord): Effect[] => {
  if (decision.kind !== 'problem') {
    const reason = decision.kind === 'ignore' ? decision.reason : decision.kind;
    const isOnlyLook = isArchived(decision) && nextDecision?.archivedLook !== undefined;
    const isTold = isNews || (toldReasons.has(reason) && !isOnlyLook);
    return [{ kind: 'emit', code: isTold ? 'entry_ignored' : 'stage_change_ignored', reason }];
  }
  const { code: reason } = decision;
  const found: Effect = { kind: 'emit', code: isNews ? 'problem_found' : 'stage_change_ignored', reason };
  return reason === 'cap_reached' ? [{ kind: 'emit', code: 'cap_reached' }, found] : [found];
};

/** Somebody asks for a decision at once. The sweep finds it within a minute: who may ask for it may send no messages. */
export const decisionRequested = (record: OpportunityRecord, now: number): Transition =>
  unchanged({ ...record, nextDecision: rescheduled(record.nextDecision, now) });

/** Somebody (`by`) asks a check for an entry that was before the account's start. Unchanged where that entry is known, or the candidate has a check. */
export const checkRequested = (
  record: OpportunityRecord,
  { enteredAt, by }: { readonly enteredAt: number; readonly by: string },
  now: number,
): Transition => {
  if (entryAt(record, enteredAt) !== undefined || record.entries.some(isRunning) || record.entries.some(wasOrdered))
    return unchanged(record);
  const isNews = record.requested?.enteredAt !== enteredAt || record.nextDecision === null;
  return {
    record: { ...decisionRequested(record, now).record, requested: { enteredAt, requestedAt: now } },
    effects: isNews ? [{ kind: 'emit', code: 'check_requested', by }] : [],
  };
};

/** An order, as far as the record holds it. */
export type ClaimedOrder = Pick<OrderingEntry, 'enteredAt' | 'packageId' | 'packageName' | 'movedBy' | 'warnings'> & {
  readonly countedAt: number;
};

const packageNameOf = ({ packageName }: Pick<OrderingEntry, 'packageName'>): Pick<OrderingEntry, 'packageName'> =>
  packageName === undefined ? {} : { packageName };

/** The entry as it will be while its order's answer is awaited. */
export const orderingEntry = (known: StageEntry | undefined, order: ClaimedOrder, now: number): OrderingEntry => ({
  state: 'ordering',
  enteredAt: order.enteredAt,
  packageId: order.packageId,
  ...packageNameOf(order),
  ...movedByOf(order),
  warnings: order.warnings,
  attempt: {
    attemptedAt: now,
    inFlightUntil: now + orderInFlightMs,
    revisit: false,
    countedAt: order.countedAt,
  },
  problem: problemOf(known),
  changedAt: known?.state === 'ordering' ? known.changedAt : now,
});

/** The entry is about to be ordered: saved before the call, so that whoever comes after a crash asks Turn first. */
export const claimed = (before: OpportunityRecord, seen: OpportunityRecord, claim: OrderingEntry): Transition => ({
  record: {
    ...withEntry(seen, claim),
    nextDecision: rescheduled(
      before.nextDecision,
      claim.attempt.inFlightUntil ?? claim.attempt.attemptedAt + orderInFlightMs,
    ),
  },
  effects: [emitOf('check_claimed', before, claim.enteredAt)],
});

const emitOf = (
  code: RecordEventCode,
  { opportunityId }: OpportunityRecord,
  enteredAt: number,
  fields: { readonly reason?: string; readonly detail?: string | null; readonly movedBy?: string } = {},
): Effect => ({ kind: 'emit', code, referenceId: referenceIdFor(opportunityId, enteredAt), ...fields });

/** The last attempt at the claimed entry, changed; null where it is no longer the last one, or somebody knows already what became of it. */
const withAttempt = (
  record: OpportunityRecord,
  { enteredAt, attempt }: OrderingEntry,
  change: Partial<OrderAttempt>,
): OpportunityRecord | null => {
  const known = entryAt(record, enteredAt);
  if (known?.state !== 'ordering' || known.attempt.attemptedAt !== attempt.attemptedAt) return null;
  return withEntry(record, { ...known, attempt: { ...known.attempt, ...change } });
};

/** Whoever comes while an order is in flight leaves word: whoever placed it decides once more when its answer is there. Unchanged where it is in flight no more. */
export const revisitRequested = (record: OpportunityRecord, claim: OrderingEntry): Transition =>
  unchanged(withAttempt(record, claim, { revisit: true }) ?? record);

const revisitOf = (known: StageEntry | undefined, now: number): ScheduledWork | null =>
  known?.state === 'ordering' && known.attempt.revisit ? scheduledAt(now) : null;

const isSame = (one: ScheduledWork | null, other: ScheduledWork | null): boolean =>
  one?.dueAt === other?.dueAt && one?.attempts === other?.attempts;

/** Turn has the check: it accepted the order, or knew it by our reference. `notInvitedBy`: how it failed to invite the candidate, if it said so. `isShared`: it is the check of another opportunity already, so that none was ordered. `scheduled`: the decision that we came for; it is made now, but not what somebody else scheduled meanwhile. */
export const ordered = (
  record: OpportunityRecord,
  claim: OrderingEntry,
  check: {
    readonly workerId: string;
    readonly isAdopted: boolean;
    readonly isShared: boolean;
    readonly notInvitedBy: InvitationChannel | null;
    readonly scheduled: ScheduledWork | null;
  },
  moment: Moment,
): Transition => {
  const known = entryAt(record, claim.enteredAt);
  if (known?.state === 'ordered') return { record, effects: [enqueueSync] };
  const order = known?.state === 'ordering' ? known : claim;
  const { enteredAt, packageId, warnings: before } = order;
  const { notInvitedBy: by } = check;
  const warnings: readonly Warning[] = by === null ? before : [...before, { kind: 'invitation_not_sent', by }];
  const detail = startedDetail({ packageId, warnings });
  const isNew = check.isAdopted ? 'check_adopted' : 'check_started';
  const started = emitOf(check.isShared ? 'check_followed' : isNew, record, enteredAt, {
    detail,
    ...movedByOf(order),
  });
  // What was erased stays erased; that Turn has a check is told all the same.
  if (known?.state === 'erased') return { record, effects: [started] };
  const entry: OrderedEntry = {
    state: 'ordered',
    enteredAt,
    packageId,
    ...packageNameOf(order),
    ...movedByOf(order),
    warnings,
    workerId: check.workerId,
    turnId: null,
    dashboardUrl: null,
    status: null,
    changedAt: moment.now,
    ...(check.isShared ? { isFollowed: true } : {}),
  };
  const stillScheduled = isSame(record.nextDecision, check.scheduled) ? null : record.nextDecision;
  return {
    record: {
      ...withEntry(record, entry),
      lever: check.isAdopted && known?.state !== 'ordering' ? { ...record.lever, isUnsure: true } : record.lever,
      nextDecision: revisitOf(known, moment.now) ?? stillScheduled,
      nextSync: awaitingDelivery(record.nextSync, moment),
    },
    effects: [enqueueSync, started],
  };
};

/** The check of another opportunity of the same person is shown here too: nothing is ordered. */
export const followed = (
  before: OpportunityRecord,
  seen: OpportunityRecord,
  entry: OrderedEntry,
  moment: Moment,
): Transition => ({
  record: { ...withEntry(seen, entry), nextSync: awaitingDelivery(before.nextSync, moment) },
  effects: [
    enqueueSync,
    emitOf('check_followed', before, entry.enteredAt, { detail: startedDetail(entry), ...movedByOf(entry) }),
  ],
});

/** No good answer came to the order: it may have reached Turn, which is asked before anything is ordered again. */
export const answerLost = (
  record: OpportunityRecord,
  claim: OrderingEntry,
  reason: string,
  moment: Moment,
): Transition => {
  const ended = withAttempt(record, claim, { inFlightUntil: null });
  const effects = [emitOf('order_uncertain', record, claim.enteredAt, { reason })];
  if (ended === null) return { record, effects };
  const nextDecision = withFailure(record.nextDecision, 'turn_unavailable', moment, 0.5);
  return { record: { ...ended, nextDecision }, effects: [...effects, ...overdueEffects(nextDecision, moment.now)] };
};

/** Turn may not know yet of an order that it accepted: decide again when it must. */
export const visibilityAwaited = (record: OpportunityRecord, visibleAt: number): Transition =>
  unchanged({ ...record, nextDecision: rescheduled(record.nextDecision, visibleAt) });

/** Turn has left it open for a day whether it has the order: the recruiter is told, and Turn is asked on. */
export const uncertaintyFound = (
  record: OpportunityRecord,
  { enteredAt }: OrderingEntry,
  moment: Moment,
): Transition => {
  const known = entryAt(record, enteredAt);
  if (known?.state !== 'ordering' || known.problem?.code === 'order_uncertain') return unchanged(record);
  const problem = problemNow('order_uncertain', null, known, moment.now);
  return {
    record: { ...withEntry(record, { ...known, problem }), nextSync: awaitingDelivery(record.nextSync, moment) },
    effects: [enqueueSync, emitOf('problem_found', record, enteredAt, { reason: problem.code })],
  };
};

/** Why Turn refused an order, and the attempt that was the last one then; null: there was none. */
export type Refusal = Pick<Problem, 'code' | 'detail'> & { readonly standing: OrderAttempt | null };

/**
 * Turn refused the order: people mend that, so it is tried again now and then, and meanwhile shown. Nothing changes where
 * the attempt `standing` is no longer the last one: of what others have ordered since it says nothing.
 */
export const refused = (
  record: OpportunityRecord,
  { enteredAt }: OrderingEntry,
  { code, detail, standing }: Refusal,
  moment: Moment,
): Transition => {
  const known = entryAt(record, enteredAt);
  const lastAttempt = known?.state === 'ordering' ? known.attempt.attemptedAt : undefined;
  const isOver = known?.state === 'ordered' || known?.state === 'erased';
  if (isOver || lastAttempt !== standing?.attemptedAt) return unchanged(record);
  const problem = problemNow(code, detail, known, moment.now);
  const isNews = problem !== problemOf(known);
  return {
    record: {
      ...withEntry(record, { state: 'blocked', enteredAt, problem }),
      nextDecision: revisitOf(known, moment.now) ?? scheduledAt(recheckAt(problem, moment)),
      nextSync: awaitingDelivery(record.nextSync, moment),
    },
    effects: [
      enqueueSync,
      emitOf(isNews ? 'problem_found' : 'stage_change_ignored', record, enteredAt, { reason: code }),
      ...refusalEffects(code, isNews),
    ],
  };
};

/** Turn refused our order, and somebody changed the record meanwhile: nothing is in flight any more, so whoever decides anew must not wait for it. */
export const orderWithdrawn = (record: OpportunityRecord, claim: OrderingEntry): Transition =>
  unchanged(withAttempt(record, claim, { inFlightUntil: null, isRefused: true }) ?? record);

/**
 * Lever no longer has the opportunity, or has anonymized it: everything goes but the mark that something was ordered for an entry, so
 * that a delivery that comes late orders nothing. It is looked at once more when whoever is at work now has ended. `notOrdered`: an entry whose order, as Turn says now, never arrived; it leaves no mark.
 */
export const erased = (record: OpportunityRecord, notOrdered: OrderingEntry | undefined, now: number): Transition => {
  const { requested, ...kept } = record;
  const entries = record.entries.flatMap((entry) =>
    isOrdered(entry) || (isOrdering(entry) && entry !== notOrdered) || entry.state === 'erased'
      ? [{ state: 'erased' as const, enteredAt: entry.enteredAt }]
      : [],
  );
  if (record.erasedAt !== null) {
    // Whoever was at work when it was erased may have left something since.
    const nextDecision = now < record.erasedAt + writeLeaseMs ? record.nextDecision : null;
    const isBare = entries.length === record.entries.length && record.nextSync === null && requested === undefined;
    return {
      record:
        isBare && record.nextDecision === nextDecision ? record : { ...kept, entries, nextDecision, nextSync: null },
      effects: [{ kind: 'emit', code: 'stage_change_ignored', reason: 'not_in_lever' }],
    };
  }
  return {
    record: {
      // Not what only another version of this software knows, either.
      ...newRecord(record.accountId, record.opportunityId),
      leverAccountId: record.leverAccountId,
      entries,
      nextDecision: scheduledAt(now + writeLeaseMs),
      erasedAt: now,
    },
    effects: [{ kind: 'emit', code: 'record_erased' }],
  };
};

/** A work item failed foreseeably, or was put off by a budget: it is done again at its time. */
export const retryScheduled = (
  record: OpportunityRecord,
  workType: WorkType,
  { code, retryAfterMs }: Pick<Failure, 'code' | 'retryAfterMs'>,
  moment: Moment,
  random: number,
): Transition => {
  const field = workType === 'decision' ? 'nextDecision' : 'nextSync';
  const failed = withFailure(record[field], code, moment, random);
  const next = workType === 'decision' ? toldIfLong(failed, moment) : failed;
  const isNews = next.isTold === true && record[field]?.isTold !== true;
  const allowedAt = moment.now + (retryAfterMs ?? 0);
  // Not before the other side, or our own budget, allows it; a reservation comes when it comes, however often it was waited for.
  const dueAt = code === 'lever_budget_used' ? allowedAt : Math.max(next.dueAt, allowedAt);
  const told = isNews ? { nextSync: awaitingDelivery(record.nextSync, moment) } : {};
  return {
    record: { ...record, ...told, [field]: { ...next, dueAt } },
    effects: [
      ...(isNews ? [enqueueSync] : []),
      // A pause is no trouble: it must ring no alarm.
      { kind: 'emit', code: code === 'ordering_paused' ? 'order_paused' : 'retry_scheduled', reason: code },
      ...overdueEffects(failed, moment.now),
    ],
  };
};

/** Lever's list of opportunities lacks our tag: a person may have deleted it, so look at once. */
export const tagMissed = (record: OpportunityRecord, now: number): Transition => {
  const { lookedAt: _, ...lever } = record.lever;
  return { record: { ...record, lever, nextSync: scheduledAt(now) }, effects: [enqueueSync] };
};

/** Somebody did what changes a check at Turn: it is read at once. What failed before has failed still. */
export const syncRequested = (record: OpportunityRecord, now: number): Transition =>
  unchanged({ ...record, nextSync: rescheduled(record.nextSync, now) });

/** Nothing can be shown now: nothing any more, or not before a time. */
export const syncPostponed = (record: OpportunityRecord, until: number | null): Transition =>
  unchanged({ ...record, nextSync: until === null ? null : scheduledAt(until) });

/** Somebody else writes to Lever for this opportunity: it must look once more at its end. */
export const leaseContended = (record: OpportunityRecord): Transition => {
  const { lease } = record.lever;
  return unchanged(
    lease === null ? record : { ...record, lever: { ...record.lever, lease: { ...lease, dirty: true } } },
  );
};

/** What Turn says of a check. The entry itself where nothing is new. */
export const statusRead = (
  entry: OrderedEntry,
  found: Pick<OrderedEntry, 'turnId' | 'dashboardUrl'> & {
    readonly status: CheckStatus;
    readonly isAddressUnusable?: boolean;
  },
  now: number,
): OrderedEntry => {
  const turnId = found.turnId ?? entry.turnId;
  const { isAddressUnusable: wasUnusable = false, ...known } = entry;
  const isAddressUnusable = found.dashboardUrl === null && (found.isAddressUnusable ?? wasUnusable);
  // Whatever Turn gave before is no better than what it gives now.
  const dashboardUrl = found.dashboardUrl ?? (isAddressUnusable ? null : entry.dashboardUrl);
  const isSameName = found.status.name === entry.status?.name;
  const isSameStatus =
    isSameName &&
    found.status.isComplete === entry.status?.isComplete &&
    found.status.isWithdrawn === entry.status.isWithdrawn &&
    found.status.hasReport === entry.status.hasReport;
  const isSameAddress = dashboardUrl === entry.dashboardUrl && isAddressUnusable === wasUnusable;
  if (isSameStatus && turnId === entry.turnId && isSameAddress) return entry;
  return {
    ...known,
    ...(isAddressUnusable ? { isAddressUnusable } : {}),
    turnId,
    dashboardUrl,
    status: found.status,
    changedAt: isSameName ? entry.changedAt : now,
  };
};

/** What Turn told since the record was read, for the activity log. */
const statusEvents = (before: OpportunityRecord, seen: OpportunityRecord): Effect[] =>
  seen.entries.filter(isOrdered).flatMap((entry) => {
    const known = entryAt(before, entry.enteredAt);
    const knownStatus = known?.state === 'ordered' ? known.status : null;
    const changed: Effect[] =
      entry.status !== null && entry.status.name !== knownStatus?.name
        ? [{ kind: 'emit', code: 'check_status_changed', detail: entry.status.name }]
        : [];
    return hasReportToTell(entry) && !hasReportToTell(known)
      ? [...changed, { kind: 'emit' as const, code: 'report_available' as const, detail: null }]
      : changed;
  });

/** Lever shows what it should. `seen` is `before` with what Turn and Lever say now. */
export const syncSettled = (before: OpportunityRecord, seen: OpportunityRecord, moment: Moment): Transition => {
  // What was deferred, is due, and yet not to be written has become pointless; so has a note that speaks of it.
  const deferred = stillDeferred(seen.lever, moment.now);
  const record = { ...seen, lever: { ...seen.lever, deferred, lease: null } };
  const effects = statusEvents(before, seen);
  // Turn knows of an order that we only claimed: the check worker settles it, and has us sync again.
  if (before.entries.some(isOrdering)) effects.push(enqueueDecision);
  if (deferred.length < seen.lever.deferred.length) effects.push({ kind: 'sync_again' });
  return { record: { ...record, nextSync: nextPoll(record, moment) }, effects };
};

/** Writing to Lever begins: of what is about to be written nothing is certain until it is answered. */
export const leaseTaken = (
  before: OpportunityRecord,
  seen: OpportunityRecord,
  writes: readonly LeverWrite[],
  { leaseId, until }: Omit<WriteLease, 'dirty'>,
): Transition => ({
  record: {
    ...seen,
    lever: { ...writeStarted(seen.lever, writes), lease: { leaseId, until, dirty: false } },
    nextSync: rescheduled(seen.nextSync, until),
  },
  effects: statusEvents(before, seen),
});

/** Writing has ended; `state` is what is known of Lever now, `nextSync` when to sync again (`unchanged`: the writes failed, and whoever reports it says when). */
export const leaseReleased = (
  record: OpportunityRecord,
  lease: Omit<WriteLease, 'dirty'>,
  state: LeverState,
  nextSync: ScheduledWork | null | 'unchanged',
): Transition => {
  const current = record.lever.lease;
  if (current?.leaseId !== lease.leaseId) return leaseOvertaken(record, state);
  // Where it is not what the lease scheduled, somebody else had to put off his poll of Turn meanwhile.
  const isOurs = nextSync !== 'unchanged' && record.nextSync?.dueAt === lease.until;
  return {
    record: { ...record, lever: { ...state, lease: null }, nextSync: isOurs ? nextSync : record.nextSync },
    effects: current.dirty ? [{ kind: 'sync_again' }] : [],
  };
};

/** Somebody else took the lease meanwhile: nothing that we know of Lever's tags is certain any more. */
const leaseOvertaken = (record: OpportunityRecord, state: LeverState): Transition => {
  const { lever } = record;
  const tags = [...lever.otherTags, ...state.otherTags, ...[lever.tag, state.tag].filter((tag) => tag !== null)];
  return {
    record: { ...record, lever: { ...lever, tag: null, otherTags: [...new Set(tags)] } },
    effects: [{ kind: 'sync_again' }],
  };
};
