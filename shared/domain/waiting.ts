/** How long things wait, in milliseconds. */
export type Waiting = {
  /** How old an unanswered order must be before "not found" at Turn means that it never arrived. */
  readonly settleMs: number;
  readonly retryFirstMs: number;
  readonly retryLongestMs: number;
  /** How long a running check may be silent before we look at it ourselves. */
  readonly quietMs: number;
};

/** Longer than any call to Turn takes: an order that is in flight is nobody else's business for so long. Never scaled. */
export const orderInFlightMs = 25_000;

/** Longer than a function may run: a pass over Lever's tags and notes that has not ended by then never will. Never scaled. */
export const leverPassMs = 65_000;

/** How far Lever's clock, which dates the entries, may be from ours; its lists may lag behind its events by as much. */
export const clocksDifferMs = 15 * 60_000;

/** A call must begin so long before its claim runs out that its time-out ends before the claim does. */
export const callMarginMs = 16_000;

/** When to look again at a problem that people solve, not time: the longer it has stood, the less often, from a few minutes up to a day. */
export const problemLookMs = (stoodForMs: number, waiting: Waiting): number =>
  Math.min(Math.max(stoodForMs, waiting.retryFirstMs * 5), waiting.retryLongestMs * 4);

/** How long Turn may leave it open whether it has an order before the recruiter is told: a day. */
export const uncertainAfterMs = (waiting: Waiting): number => waiting.retryLongestMs * 4;

/** How long a nudge may take before its work is brought back by the table: longer than clocks differ, or news would be taken for a look of our own. */
export const nudgeLostMs = (waiting: Waiting): number => waiting.retryFirstMs * 2;

/** When to try again after so many failures in a row: doubling, capped, spread by up to half so that an outage's victims do not return together. `random` in [0, 1). */
export const retryDelayMs = (attempts: number, waiting: Waiting, random: number): number => {
  const doubled = waiting.retryFirstMs * 2 ** Math.min(Math.max(attempts, 1) - 1, 30);
  return Math.round(Math.min(doubled, waiting.retryLongestMs) * (0.75 + random / 2));
};
