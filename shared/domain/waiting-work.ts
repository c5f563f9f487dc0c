import type { FailureCode } from './failure.ts';
import { isHeld, type Planned } from './planned.ts';
import { currentCheck, type Screening } from './screening.ts';

/** Why work on an opportunity is not done yet. `grace`: the candidate must stay in the stage for a while first; `order_uncertain`: Turn's answer to an order got lost. */
export type WaitingReason = FailureCode | 'lever_disconnected' | 'grace' | 'hourly_cap' | 'order_uncertain' | 'unknown';

/** Why the opportunity waits for something other than the candidate, Turn or the recruiter; null where it does not. */
export const waitingReason = (screening: Screening): WaitingReason | null => {
  const { reconsider, refresh, erasedAt } = screening;
  if (erasedAt !== null) return null;
  const failed = [reconsider, refresh].find((planned) => planned !== null && planned.attempts > 0);
  if (failed) return failureReason(failed);
  if (reconsider === null) return null;
  const problem = currentCheck(screening)?.problem ?? null;
  if (problem?.code === 'cap_reached') return 'hourly_cap';
  if (screening.checks.some(({ state }) => state === 'claimed')) return 'order_uncertain';
  return problem === null ? 'grace' : null;
};

const failureReason = (failed: Planned): WaitingReason =>
  isHeld(failed) ? 'lever_disconnected' : (failed.why ?? 'unknown');

/** How many opportunities wait, and why, the commonest reason first. */
export const countWaiting = (
  screenings: readonly Screening[],
): { count: number; reasons: { reason: WaitingReason; count: number }[] } => {
  const counts = new Map<WaitingReason, number>();
  for (const screening of screenings) {
    const reason = waitingReason(screening);
    if (reason !== null) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const reasons = [...counts].map(([reason, count]) => ({ reason, count }));
  return {
    count: reasons.reduce((sum, { count }) => sum + count, 0),
    reasons: reasons.toSorted((one, other) => other.count - one.count),
  };
};
