import type { FailureCode } from './failure.ts';
import { type Moment, redeliveryMs, retryDelayMs } from './retry-policy.ts';

/** Work to be done (again) at a time. */
export type ScheduledWork = {
  readonly dueAt: number;
  /** How often it failed since it last went well; 0: it is scheduled, and has not failed. */
  readonly attempts: number;
  readonly lastFailure?: FailureCode;
  /** How many failures there were of each kind; of "not found" in a row. */
  readonly failureCounts?: Readonly<Partial<Record<FailureCode, number>>>;
};

/** Work that has not failed. */
export const scheduledAt = (dueAt: number): ScheduledWork => ({ dueAt, attempts: 0 });

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
    : { dueAt, attempts: scheduled.attempts, failureCounts: lastingCounts(scheduled) };

/** Work that is being enqueued: the table brings it back, should the message be lost. News make nobody reachable, so what it failed for before still counts. */
export const awaitingDelivery = (scheduled: ScheduledWork | null, { now, retryPolicy }: Moment): ScheduledWork =>
  rescheduled(scheduled, now + redeliveryMs(retryPolicy));

/** Has it failed, and waits for the time of its next try? */
export const isBackingOff = (scheduled: ScheduledWork | null, now: number): boolean =>
  scheduled?.lastFailure !== undefined && scheduled.dueAt > now;

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
    failureCounts: { ...lastingCounts(scheduled), [code]: count },
  };
};
