import type { Account } from './account.ts';
import type { Check, OrderAttempt } from './check.ts';
import type { Planned } from './planned.ts';

/** A note of ours. `posting`: the call may have reached Lever, nobody knows; read the notes back before posting again. */
export type NoteShown = {
  readonly key: string;
  readonly state: 'posting' | 'posted';
  readonly noteId: string | null;
  /** What to look for while it is not known whether it is there; null once it is. */
  readonly text: string | null;
};

/** What Lever shows of ours, as far as we know. */
export type LeverShown = {
  /** The tag that is certainly there and current. */
  readonly tag: string | null;
  /** Tags of ours that may be there and should not be. */
  readonly otherTags: readonly string[];
  readonly notes: readonly NoteShown[];
  /** Writes that Lever would not have, each not to be tried again before a time. */
  readonly refused: readonly { readonly write: string; readonly until: number }[];
  /** A pass that writes to Lever right now: until then nobody else does. `again`: somebody had news meanwhile, so look once more at its end. */
  readonly pass: { readonly passId: string; readonly until: number; readonly again: boolean } | null;
};

/** Everything we hold of one opportunity: ids, states and times, never a name, an e-mail or a phone. */
export type Screening = {
  readonly accountId: string;
  readonly opportunityId: string;
  /** The Lever account that it belongs to, where that is known: the customer may connect another one, and come back. */
  readonly leverAccountId: string | null;
  /** By entry, oldest first. */
  readonly checks: readonly Check[];
  readonly lever: LeverShown;
  /** When to read the opportunity and decide again. */
  readonly reconsider: Planned | null;
  /** When to look at Turn and make Lever match. */
  readonly refresh: Planned | null;
  /** Set when Lever no longer knows the opportunity: only the entries remain, so that a late delivery orders nothing. */
  readonly erasedAt: number | null;
};

/** What Lever shows of ours before we ever wrote. */
export const nothingShown: LeverShown = { tag: null, otherTags: [], notes: [], refused: [], pass: null };

export const newScreening = (accountId: string, opportunityId: string): Screening => ({
  accountId,
  opportunityId,
  leverAccountId: null,
  checks: [],
  lever: nothingShown,
  reconsider: null,
  refresh: null,
  erasedAt: null,
});

/** Does the opportunity belong to another Lever than the account is connected to now? */
export const isOfAnotherLever = ({ leverAccountId }: Screening, { granter }: Account): boolean => {
  const present = granter?.leverAccountId ?? null;
  return leverAccountId !== null && present !== null && leverAccountId !== present;
};

/** The screening with this entry's check put in or replaced. */
export const withCheck = (screening: Screening, check: Check): Screening => ({
  ...screening,
  checks: [...screening.checks.filter((each) => each.enteredAt !== check.enteredAt), check].toSorted(
    (one, other) => one.enteredAt - other.enteredAt,
  ),
});

/** The screening with this changed of the claimed check's attempt; null where that is no longer the last one, or somebody knows already what became of it. */
export const withAttempt = (
  screening: Screening,
  { enteredAt, attempt }: Check,
  change: Partial<OrderAttempt>,
): Screening | null => {
  const known = screening.checks.find((check) => check.enteredAt === enteredAt);
  if (known?.state !== 'claimed' || known.attempt === null) return null;
  if (known.attempt.attemptedAt !== attempt?.attemptedAt) return null;
  return withCheck(screening, { ...known, attempt: { ...known.attempt, ...change } });
};

/** The check that Lever shows: the latest entry of which there is something to show. One refused a re-run shows the check that forbids it; an order whose answer is out changes nothing yet. */
export const currentCheck = ({ checks }: Screening): Check | undefined => {
  const latest = checks.findLast((check) => check.state !== 'claimed' || check.problem !== null);
  return latest?.state === 'not_rerun' ? checks.findLast((check) => check.state === 'started') : latest;
};

/** The soonest thing that the sweep should see to, and which queue does it. */
export const nextDue = (screening: Screening): { dueAt: number; queue: 'stageChanges' | 'checkUpdates' } | null => {
  const { reconsider, refresh } = screening;
  if (reconsider !== null && (refresh === null || reconsider.dueAt <= refresh.dueAt)) {
    return { dueAt: reconsider.dueAt, queue: 'stageChanges' };
  }
  return refresh === null ? null : { dueAt: refresh.dueAt, queue: 'checkUpdates' };
};
