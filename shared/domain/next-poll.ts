import { stillDeferred } from './lever-state.ts';
import type { OpportunityRecord } from './opportunity-record.ts';
import { type Moment, redeliveryMs, type ScheduledWork, scheduledAt } from './retry-policy.ts';
import { isOrdered, isRunning, type StageEntry } from './stage-entry.ts';

/** How many poll intervals after its last change a check is still polled: 60 days of six hours each. */
const recentIntervals = 240;

/**
 * When to sync by ourselves: Turn does not promise that callbacks arrive, so a silent check is polled every few hours while
 * it runs, and more seldom for some weeks after it has ended, for a recheck reopens it. What Lever refused is tried again
 * when its time has come.
 */
export const nextPoll = (
  { entries, lever, nextSync }: OpportunityRecord,
  { now, retryPolicy }: Moment,
): ScheduledWork | null => {
  const { pollIntervalMs } = retryPolicy;
  const isRecent = (entry: StageEntry): boolean => now - changedAt(entry) < pollIntervalMs * recentIntervals;
  const isWorthTrying = entries.length === 0 || entries.some(isRecent);
  const times = isWorthTrying ? stillDeferred(lever, now).map(({ until }) => until) : [];
  if (entries.some(isRunning)) times.push(now + pollIntervalMs);
  else if (entries.some((entry) => isOrdered(entry) && isRecent(entry))) times.push(now + pollIntervalMs * 4);
  if (times.length === 0) return null;
  // News in between do not put off a poll that is scheduled already.
  const isScheduled = nextSync !== null && nextSync.attempts === 0 && nextSync.dueAt > now + redeliveryMs(retryPolicy);
  return scheduledAt(Math.min(...times, ...(isScheduled ? [nextSync.dueAt] : [])));
};

const changedAt = (entry: StageEntry): number => {
  switch (entry.state) {
    case 'blocked':
      return entry.problem.since;
    case 'erased':
      return 0;
    case 'ordering':
    case 'ordered':
    case 'rerun_denied':
      return entry.changedAt;
  }
};
