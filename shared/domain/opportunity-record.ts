import type { Account } from './account.ts';
import { emptyLeverState, type LeverState, stillDeferred } from './lever-state.ts';
import { type Moment, redeliveryMs, type ScheduledWork, scheduledAt } from './retry-policy.ts';
import { changedAt, isOrdered, isRunning, type StageEntry } from './stage-entry.ts';
import { lookAgainAt } from './stage-move.ts';
import type { WorkType } from './work-item.ts';

/** An entry that somebody asked a check for, and when they did, although it was before the account's start. Times in epoch milliseconds. */
export type RequestedEntry = { readonly enteredAt: number; readonly requestedAt: number };

/** Everything we hold of one opportunity: ids, states and times, never a name, an e-mail or a phone. */
export type OpportunityRecord = {
  readonly accountId: string;
  readonly opportunityId: string;
  /** The Lever account that it belongs to, where that is known: the customer may connect another one, and come back. */
  readonly leverAccountId: string | null;
  /** Lever's id of the person, as it was read last; null: not known. */
  readonly contactId: string | null;
  /** Oldest first; the one of which no time is known comes first of all. */
  readonly entries: readonly StageEntry[];
  /** Absent: nobody asked. */
  readonly requested?: RequestedEntry;
  readonly lever: LeverState;
  /** When to read the opportunity and decide again. */
  readonly nextDecision: ScheduledWork | null;
  /** When to read Turn's status and make Lever match. */
  readonly nextSync: ScheduledWork | null;
  /** Set when Lever no longer knows the opportunity: only the entries that ordered remain, so that a late delivery orders nothing. */
  readonly erasedAt: number | null;
};

export const newRecord = (accountId: string, opportunityId: string): OpportunityRecord => ({
  accountId,
  opportunityId,
  leverAccountId: null,
  contactId: null,
  entries: [],
  lever: emptyLeverState,
  nextDecision: null,
  nextSync: null,
  erasedAt: null,
});

/** Does the opportunity belong to another Lever than the account is connected to now? */
export const isOfAnotherLever = ({ leverAccountId }: OpportunityRecord, { connection }: Account): boolean => {
  const present = connection?.leverAccountId ?? null;
  return leverAccountId !== null && present !== null && leverAccountId !== present;
};

/** The entry of this time. */
export const entryAt = (
  { entries }: Pick<OpportunityRecord, 'entries'>,
  enteredAt: number | null,
): StageEntry | undefined => entries.find((entry) => entry.enteredAt === enteredAt);

/** The record with this entry put in or replaced. */
export const withEntry = (record: OpportunityRecord, entry: StageEntry): OpportunityRecord => ({
  ...record,
  entries: [...record.entries.filter(({ enteredAt }) => enteredAt !== entry.enteredAt), entry].toSorted(
    (one, other) => (one.enteredAt ?? 0) - (other.enteredAt ?? 0),
  ),
});

/** The entry that Lever shows: the latest of which there is something to show. One that was denied a re-run shows the check that forbids it; an order whose answer is awaited changes nothing yet. */
export const currentEntry = ({ entries }: Pick<OpportunityRecord, 'entries'>): StageEntry | undefined => {
  const latest = entries.findLast(
    (entry) => entry.state !== 'erased' && (entry.state !== 'ordering' || entry.problem !== null),
  );
  return latest?.state === 'rerun_denied' ? entries.findLast(isOrdered) : latest;
};

/** The soonest thing that is due, for the index of due work. */
export const nextDue = ({
  nextDecision,
  nextSync,
}: Pick<OpportunityRecord, 'nextDecision' | 'nextSync'>): { dueAt: number; workType: WorkType } | null => {
  if (nextDecision !== null && (nextSync === null || nextDecision.dueAt <= nextSync.dueAt)) {
    return { dueAt: nextDecision.dueAt, workType: 'decision' };
  }
  return nextSync === null ? null : { dueAt: nextSync.dueAt, workType: 'sync' };
};

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
  times.push(...(lever.moves ?? []).filter(({ state }) => state === 'moving').map(lookAgainAt));
  if (times.length === 0) return null;
  // News in between do not put off a poll that is scheduled already.
  const isScheduled = nextSync !== null && nextSync.attempts === 0 && nextSync.dueAt > now + redeliveryMs(retryPolicy);
  return scheduledAt(Math.min(...times, ...(isScheduled ? [nextSync.dueAt] : [])));
};
