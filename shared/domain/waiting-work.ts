import type { FailureCode } from './failure.ts';
import { currentEntry, nextDue, type OpportunityRecord } from './opportunity-record.ts';
import { isAwaitingReconnect, type ScheduledWork } from './retry-policy.ts';
import { problemOf } from './stage-entry.ts';

/** Why work on an opportunity is not done yet. `grace`: the candidate must stay in the stage for a while first; `order_uncertain`: Turn's answer to an order got lost. */
export type WaitingReason = FailureCode | 'lever_disconnected' | 'grace' | 'hourly_cap' | 'order_uncertain' | 'unknown';

/** Why the opportunity waits for something other than the candidate, Turn or the recruiter; null where it does not. */
export const waitingReason = (record: OpportunityRecord): WaitingReason | null => {
  const { nextDecision, nextSync, erasedAt } = record;
  if (erasedAt !== null) return null;
  const failed = [nextDecision, nextSync].find((scheduled) => scheduled !== null && scheduled.attempts > 0);
  if (failed) return failureReason(failed);
  if (nextDecision === null || nextDecision.archivedLook !== undefined) return null;
  const problem = problemOf(currentEntry(record));
  if (problem?.code === 'cap_reached') return 'hourly_cap';
  if (record.entries.some(({ state }) => state === 'ordering')) return 'order_uncertain';
  return problem === null ? 'grace' : null;
};

const failureReason = (failed: ScheduledWork): WaitingReason =>
  isAwaitingReconnect(failed) ? 'lever_disconnected' : (failed.lastFailure ?? 'unknown');

/**
 * Since when somebody who asks how the account fares should see this record, epoch milliseconds: it has a problem, waits, or
 * keeps failing. Other work is open once its time has come, and late if it stays so. Null: there is nothing to be seen of it.
 */
export const openSince = (record: OpportunityRecord, now: number): number | null => {
  if (record.erasedAt !== null) return null;
  const { nextDecision, nextSync } = record;
  const times = [problemOf(currentEntry(record))?.since, nextDecision?.failingSince, nextSync?.failingSince];
  const since = times.filter((time) => time !== undefined);
  if (since.length > 0) return Math.min(...since);
  return waitingReason(record) === null ? (nextDue(record)?.dueAt ?? null) : now;
};

/** How many opportunities wait, and why, the commonest reason first. */
export const countWaiting = (
  records: readonly OpportunityRecord[],
): { count: number; reasons: { reason: WaitingReason; count: number }[] } => {
  const counts = new Map<WaitingReason, number>();
  for (const record of records) {
    const reason = waitingReason(record);
    if (reason !== null) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const reasons = [...counts].map(([reason, count]) => ({ reason, count }));
  return {
    count: reasons.reduce((sum, { count }) => sum + count, 0),
    reasons: reasons.toSorted((one, other) => other.count - one.count),
  };
};
