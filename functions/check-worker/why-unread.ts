import { isDeniedAll, markDenied } from '#shared/accounts/mark-denied.ts';
import type { Account } from '#shared/domain/account.ts';
import { unreadable } from '#shared/domain/decide.ts';
import { Failure } from '#shared/domain/failure.ts';
import { lacksItsMove, type Opportunity } from '#shared/domain/opportunity.ts';
import { entryAt, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { hasFailed } from '#shared/domain/retry-policy.ts';
import { isOrdered, problemOf, wasOrdered } from '#shared/domain/stage-entry.ts';
import type { NoOrder } from '#shared/domain/transitions.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import type { AppPorts } from '#shared/vendors.ts';

const triesBeforeGone = 3;
/** About an hour of tries that double their distance. */
export const triesBeforeUnreadable = 6;
/** Some minutes: longer than Lever's replicas are apart. */
const triesBeforeLastMoveCounts = 3;

/** Who has a check already was seen before: whether there is a new entry cannot be known. Of whom Lever had no more, nothing is kept for that. */
const hidden = ({ entries, erasedAt }: OpportunityRecord): NoOrder =>
  erasedAt !== null || entries.some(wasOrdered)
    ? { kind: 'ignore', reason: 'confidential' }
    : { kind: 'problem', enteredAt: null, code: 'confidential' };

/** What is decided of an opportunity that was not read. */
export const withoutReading = (why: Unread, record: OpportunityRecord): NoOrder => {
  switch (why) {
    case 'gone':
      return { kind: 'ignore', reason: 'in_another_lever' };
    case 'hidden':
      return hidden(record);
    case 'unreadable':
      return unreadable(record);
  }
};

type Unread = 'hidden' | 'gone' | 'unreadable';

/**
 * Why there is nothing to decide from: Lever does not let us see the opportunity, has said often enough that it knows
 * none, or has long shown none that can be read. One "not found", or many at once, may come of a webhook that was faster
 * than Lever's own replicas, and one refusal after it says no more. Throws what is to be tried again.
 */
export const whyUnread = (error: unknown, record: OpportunityRecord, now: number): Unread => {
  const { nextDecision, erasedAt, entries } = record;
  const wasNotFound = nextDecision?.lastFailure === 'lever_not_found';
  const code = error instanceof Failure ? error.code : null;
  if (code === 'lever_forbidden' && !wasNotFound) return 'hidden';
  const isGone = erasedAt !== null || hasFailed('lever_not_found', triesBeforeGone, nextDecision, now);
  if (code === 'lever_not_found' && isGone) return 'gone';
  const isTold = entries.some((entry) => problemOf(entry)?.code === 'unreadable');
  const isUnreadable = isTold || hasFailed('lever_unexpected_answer', triesBeforeUnreadable, nextDecision, now);
  // Who has a check may have no other entry: of them no problem can be told, and we go on trying.
  if (code === 'lever_unexpected_answer' && isUnreadable && !entries.some(isOrdered)) return 'unreadable';
  throw error;
};

/** Throws where the list of moves lacks the one that we are to decide about: that may be half of an old state, so it is read again some minutes long. */
export const awaitItsEntry = (
  opportunity: Opportunity,
  account: Account,
  record: OpportunityRecord,
  now: number,
): void => {
  if (opportunity.isArchived || !lacksItsMove(opportunity, account.triggerStages)) return;
  const { lastAdvancedAt } = opportunity;
  if (lastAdvancedAt !== null && entryAt(record, lastAdvancedAt) !== undefined) return;
  if (hasFailed('lever_half_read', triesBeforeLastMoveCounts, record.nextDecision, now)) return;
  throw new Failure('lever_half_read', 'Lever showed a stage without the move into it.');
};

/** Is it this one candidate that Lever hides, or does it forbid us everything? Of the latter no candidate is to be told. */
export const assertLetIn = async (account: Account, lever: Lever, ports: AppPorts): Promise<void> => {
  if (!(await isDeniedAll(lever))) return;
  await markDenied(account, true, ports);
  throw new Failure('lever_access_denied', 'Lever forbids everything to our access.');
};
