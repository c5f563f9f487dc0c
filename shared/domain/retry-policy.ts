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
