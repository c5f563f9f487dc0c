import type { Account } from './account.ts';
import type { FailureCode } from './failure.ts';
import { currentEntry, entryAt, type OpportunityRecord } from './opportunity-record.ts';
import { failuresFor, type ScheduledWork } from './retry-policy.ts';
import { changedAt, isOrdered, type OrderingEntry, type ProblemCode } from './stage-entry.ts';
import type { Effect } from './transition.ts';

/** Work that has failed for so long is late for whoever waits for it. Long enough for a vendor to be restarted. */
const overdueAfterMs = 10 * 60_000;

/** What waits for a person of the account, for an operator who paused it, or for its turn in a bulk move: nobody has to be told. */
const isExpected: ReadonlySet<FailureCode> = new Set([
  'ordering_paused',
  'lever_not_connected',
  'lever_grant_lapsed',
  'lever_access_denied',
  'lever_budget_used',
]);

/** What is told of work that has just failed once more, where it has been failing for long. */
export const overdueEffects = ({ lastFailure, failingSince }: ScheduledWork, now: number): Effect[] =>
  lastFailure === undefined || isExpected.has(lastFailure) || now - (failingSince ?? now) < overdueAfterMs
    ? []
    : [{ kind: 'emit', code: 'work_overdue', reason: lastFailure, seconds: secondsOf(now - (failingSince ?? now)) }];

const secondsOf = (ms: number): number => Math.max(0, Math.round(ms / 1000));

/** What is told of an order that Turn refuses, besides the problem that the recruiter sees. The order itself is counted once, as its start would be: tried again after a while, it is refused again. */
export const refusalEffects = (code: ProblemCode, isNews: boolean): Effect[] => [
  ...(isNews ? [{ kind: 'emit', code: 'order_refused', reason: code } as const] : []),
  ...(code === 'turn_token_rejected' ? [{ kind: 'emit', code: 'turn_token_refused' } as const] : []),
];

/** Did it wait for somebody whom no service of ours can hurry? */
const waitedForPeople = (work: ScheduledWork | null): boolean =>
  work !== null &&
  (work.archivedLook !== undefined ||
    [...isExpected].some(
      (code) => code !== 'lever_budget_used' && (work.lastFailure === code || failuresFor(code, work) > 0),
    ));

/**
 * How many seconds a check took to be ordered: since the move by Lever's time of it, or since it could be ordered at all, after the
 * grace period, an earlier check or a new connection. Null: it waited for people, which says nothing of the service.
 */
export const startLag = (
  { entries, requested, nextDecision }: OpportunityRecord,
  { enteredAt, problem }: Pick<OrderingEntry, 'enteredAt' | 'problem'>,
  { graceSeconds, connectionChangedAt }: Pick<Account, 'graceSeconds' | 'connectionChangedAt'>,
  now: number,
): number | null => {
  if (problem !== null || requested?.enteredAt === enteredAt || waitedForPeople(nextDecision)) return null;
  const earlier = entries.filter((entry) => entry.enteredAt !== enteredAt).map(changedAt);
  return secondsOf(now - Math.max(enteredAt + graceSeconds * 1000, connectionChangedAt ?? 0, ...earlier));
};

/**
 * How many seconds Turn's news took to be shown in Lever: since the message that told of them was sent, or since work on them first
 * failed. Null: a tag without news, say one that a person had deleted, or it waited for people.
 */
export const statusLag = (
  before: OpportunityRecord,
  seen: OpportunityRecord,
  sentAt: number | undefined,
  now: number,
): number | null => {
  const current = currentEntry(seen);
  if (current === undefined || !isOrdered(current) || waitedForPeople(before.nextSync)) return null;
  const known = entryAt(before, current.enteredAt);
  const isNews = current.status?.name !== (known?.state === 'ordered' ? known.status?.name : undefined);
  const since = [...(isNews ? [sentAt ?? current.changedAt] : []), before.nextSync?.failingSince ?? []].flat();
  return since.length === 0 ? null : secondsOf(now - Math.min(...since));
};
