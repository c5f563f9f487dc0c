import type { Account } from './account.ts';
import { emptyLeverState, type LeverState, stillDeferred } from './lever-state.ts';
import {
  dayMs,
  type Moment,
  redeliveryMs,
  type ScheduledWork,
  scheduledAt,
  workerClockSkewMs,
} from './retry-policy.ts';
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

/** Leaving the stage ends what was wrong with the entry: nothing is ordered for it any more. */
const withoutBlocked = (record: OpportunityRecord): OpportunityRecord =>
  record.entries.some(({ state }) => state === 'blocked')
    ? { ...record, entries: record.entries.filter(({ state }) => state !== 'blocked') }
    : record;

/** Being archived ends no problem: an entry whose order came to nothing once more keeps what stood before it. */
const withProblems = (record: OpportunityRecord, { entries }: OpportunityRecord): OpportunityRecord => {
  const lost = entries.flatMap((entry) =>
    entry.state === 'ordering' && entry.problem !== null && entryAt(record, entry.enteredAt) === undefined
      ? [{ state: 'blocked' as const, enteredAt: entry.enteredAt, problem: entry.problem }]
      : [],
  );
  return lost.reduce(withEntry, record);
};

/** What stands of the entries where nothing is ordered for this reason. */
export const standingAfter = (
  reason: string | null,
  seen: OpportunityRecord,
  before: OpportunityRecord,
): OpportunityRecord => {
  if (reason === 'not_in_trigger_stage') return withoutBlocked(seen);
  return reason === 'archived' ? withProblems(seen, before) : seen;
};

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

/** On which days after its last change an ended check is still polled: most rechecks come soon. */
const daysAfterTheEnd = [1, 2, 4, 8, 16, 32, 60];

/** For so many days after its last change, what Lever refused is tried again. */
const recentDays = 60;

/**
 * When to sync by ourselves: Turn does not promise that callbacks arrive, so a silent check is polled every few hours while
 * it runs, and ever more seldom after it has ended, for a recheck reopens it. What Lever refused is tried again when its time
 * has come.
 */
export const nextPoll = (record: OpportunityRecord, moment: Moment): ScheduledWork | null => {
  const { entries, lever } = record;
  const { now, retryPolicy } = moment;
  const isRecent = (entry: StageEntry): boolean => now - changedAt(entry) < recentDays * dayMs(retryPolicy);
  const isWorthTrying = entries.length === 0 || entries.some(isRecent);
  const times = isWorthTrying ? stillDeferred(lever, now).map(({ until }) => until) : [];
  times.push(...(entries.some(isRunning) ? [pollWhileRunning(record, moment)] : pollsAfterTheEnd(entries, moment)));
  times.push(...(lever.moves ?? []).filter(({ state }) => state === 'moving').map(lookAgainAt));
  return times.length === 0 ? null : scheduledAt(Math.min(...times));
};

/** News in between do not put off a poll that is scheduled already. */
const pollWhileRunning = ({ nextSync }: OpportunityRecord, { now, retryPolicy }: Moment): number => {
  const isScheduled = nextSync !== null && nextSync.attempts === 0 && nextSync.dueAt > now + redeliveryMs(retryPolicy);
  return Math.min(now + retryPolicy.pollIntervalMs, isScheduled ? nextSync.dueAt : Number.POSITIVE_INFINITY);
};

/** All that are still to come; there are none where nothing was ordered. */
const pollsAfterTheEnd = (entries: readonly StageEntry[], { now, retryPolicy }: Moment): number[] => {
  const endedAt = Math.max(...entries.filter(isOrdered).map(changedAt));
  const polls = daysAfterTheEnd.map((days) => endedAt + days * dayMs(retryPolicy));
  // Whoever polls may go by a clock that is behind the one that found the poll due.
  return polls.filter((time) => time > now + workerClockSkewMs);
};
