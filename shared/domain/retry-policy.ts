import type { FailureCode } from './failure.ts';

/** How long things wait, in milliseconds. */
export type RetryPolicy = {
  /** How old an unanswered order must be before "not found" at Turn means that it never arrived. */
  readonly orderVisibilityMs: number;
  readonly retryFirstMs: number;
  readonly retryLongestMs: number;
  /** How long a running check may be silent before we read its status ourselves. */
  readonly pollIntervalMs: number;
};

/** What a transition needs to know of the moment in which it happens. `now` in epoch milliseconds. */
export type Moment = { readonly now: number; readonly retryPolicy: RetryPolicy };

/** Longer than any call to Turn takes: an order that is in flight is nobody else's business for so long. Never scaled. */
export const orderInFlightMs = 25_000;

/** Longer than a function may run: a lease on Lever's tags and notes that has not been released by then never will be. Never scaled. */
export const writeLeaseMs = 65_000;

/** How far Lever's clock, which dates the entries, may be from ours; its lists may lag behind its events by as much. */
export const vendorClockSkewMs = 15 * 60_000;

/** How far the clock of one worker of ours may be from another's. */
export const workerClockSkewMs = 5_000;

/** A call must begin so long before its claim runs out that its time-out ends before the claim does. */
export const callMarginMs = 16_000;

/** A day, by the time that the policy goes by: on one machine it may be shorter. */
export const dayMs = ({ pollIntervalMs }: RetryPolicy): number => pollIntervalMs * 4;

/** When to check again a problem that people solve, not time: the longer it has stood, the less often, from a few minutes up to a day. */
export const problemRecheckMs = (stoodForMs: number, policy: RetryPolicy): number =>
  Math.min(Math.max(stoodForMs, policy.retryFirstMs * 5), policy.retryLongestMs * 4);

/** How long Turn may leave it open whether it has an order before the recruiter is told: a day. */
export const uncertainAfterMs = (policy: RetryPolicy): number => policy.retryLongestMs * 4;

/** How long a work item may take before the table brings its work back: longer than clocks differ, or news would be taken for a poll of our own. */
export const redeliveryMs = (policy: RetryPolicy): number => policy.retryFirstMs * 2;

/** When to try again after so many failures in a row: doubling, capped, spread by up to half so that an outage's victims do not return together. `random` in [0, 1). */
export const retryDelayMs = (attempts: number, policy: RetryPolicy, random: number): number => {
  const doubled = policy.retryFirstMs * 2 ** Math.min(Math.max(attempts, 1) - 1, 30);
  return Math.round(Math.min(doubled, policy.retryLongestMs) * (0.75 + random / 2));
};

/** Work to be done (again) at a time. */
export type ScheduledWork = {
  readonly dueAt: number;
  /** How often it failed since it last went well; 0: it is scheduled, and has not failed. */
  readonly attempts: number;
  readonly lastFailure?: FailureCode;
  /** Since when it has failed without going well in between, epoch milliseconds. */
  readonly failingSince?: number;
  /** It has waited so long that Lever says so. */
  readonly isTold?: true;
  /** How many failures there were of each kind; of "not found" in a row. */
  readonly failureCounts?: Readonly<Partial<Record<FailureCode, number>>>;
  /** It only looks whether an archived candidate has come back: for which time. */
  readonly archivedLook?: number;
};

/** Work that has not failed. */
export const scheduledAt = (dueAt: number): ScheduledWork => ({ dueAt, attempts: 0 });

/** Once a day for a month: most never come back, and of those who do a webhook tells. */
const mostArchivedLooks = 30;

/** The look after this one whether an archived candidate has come back, should no webhook tell; null: it was the last. */
export const archivedRecheck = (last: ScheduledWork | null, { now, retryPolicy }: Moment): ScheduledWork | null => {
  const archivedLook = (last?.archivedLook ?? 0) + 1;
  if (archivedLook > mostArchivedLooks) return null;
  return { ...scheduledAt(now + dayMs(retryPolicy)), archivedLook };
};

/** Does it wait for the customer to authorize Lever again, not for its time? */
export const isAwaitingReconnect = ({ lastFailure }: ScheduledWork): boolean =>
  lastFailure === 'lever_not_connected' || lastFailure === 'lever_grant_lapsed';

/** How often it failed for this reason, as far as it is counted. */
export const failuresFor = (code: FailureCode, scheduled: ScheduledWork | null): number =>
  scheduled?.failureCounts?.[code] ?? 0;

/** "Not found" makes a deletion, but only in a row: whatever comes between begins it anew. */
const lastingCounts = (scheduled: ScheduledWork | null): NonNullable<ScheduledWork['failureCounts']> => {
  const { lever_not_found: _inARow, ...failureCounts } = scheduled?.failureCounts ?? {};
  return failureCounts;
};

/** The same work, to be done at another time whatever it failed for before. */
export const rescheduled = (scheduled: ScheduledWork | null, dueAt: number): ScheduledWork =>
  scheduled === null
    ? scheduledAt(dueAt)
    : {
        dueAt,
        attempts: scheduled.attempts,
        ...standingOf(scheduled),
        failureCounts: lastingCounts(scheduled),
      };

/** How long it has waited does not depend on what for. */
const standingOf = (scheduled: ScheduledWork | null): Pick<ScheduledWork, 'failingSince' | 'isTold'> => ({
  ...(scheduled?.failingSince === undefined ? {} : { failingSince: scheduled.failingSince }),
  ...(scheduled?.isTold === true ? { isTold: true } : {}),
});

/** Work that is being enqueued: the table brings it back, should the message be lost. News make nobody reachable, so what it failed for before still counts. */
export const awaitingDelivery = (scheduled: ScheduledWork | null, { now, retryPolicy }: Moment): ScheduledWork =>
  rescheduled(scheduled, now + redeliveryMs(retryPolicy));

/** So long work may wait before the recruiter is told. */
const silentForMs = 30 * 60_000;

/** Failures of which a recruiter can be told, for Lever answers. */
const isTellable = (code: FailureCode): boolean =>
  code.startsWith('turn_') || code.startsWith('person_') || code === 'ordering_paused';

/** Work that failed, told if it has waited for long: not for Lever, which could not show it. */
export const toldIfLong = (scheduled: ScheduledWork, { now }: Moment): ScheduledWork => {
  const { lastFailure, failingSince } = scheduled;
  const isLong = lastFailure !== undefined && isTellable(lastFailure) && now - (failingSince ?? now) >= silentForMs;
  return isLong ? { ...scheduled, isTold: true } : scheduled;
};

/** Has it failed, and waits for the time of its next try? */
export const isBackingOff = (scheduled: ScheduledWork | null, now: number): boolean =>
  scheduled?.lastFailure !== undefined && scheduled.dueAt > now;

/** Has it failed in this way so often, and was the last wait for its next try waited out? */
export const hasFailed = (code: FailureCode, tries: number, scheduled: ScheduledWork | null, now: number): boolean =>
  failuresFor(code, scheduled) >= tries && !isBackingOff(scheduled, now);

/**
 * Work that has failed, now. Each reason counts for itself: a failure of another kind in between neither has a service
 * that is out of order called again at once, nor lets one that is fast to recover wait for hours. Who fails in the same
 * way as the last one, before the next try is due, says nothing new: workers that fail at once count as one. `random` in [0, 1).
 */
export const withFailure = (
  scheduled: ScheduledWork | null,
  code: FailureCode,
  { now, retryPolicy }: Moment,
  random: number,
): ScheduledWork => {
  if (scheduled?.lastFailure === code && isBackingOff(scheduled, now)) {
    return { ...scheduled, attempts: scheduled.attempts + 1 };
  }
  const count = failuresFor(code, scheduled) + 1;
  return {
    dueAt: now + retryDelayMs(count, retryPolicy, random),
    attempts: (scheduled?.attempts ?? 0) + 1,
    lastFailure: code,
    failingSince: now,
    ...standingOf(scheduled),
    failureCounts: { ...lastingCounts(scheduled), [code]: count },
  };
};
