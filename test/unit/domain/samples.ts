import { type Account, newAccount } from '#shared/domain/account.ts';
import type { Opportunity } from '#shared/domain/opportunity.ts';
import type { RetryPolicy } from '#shared/domain/retry-policy.ts';
import type {
  BlockedEntry,
  CheckStatus,
  OrderedEntry,
  OrderingEntry,
  ProblemCode,
  RerunDeniedEntry,
} from '#shared/domain/stage-entry.ts';

/** Monday morning at Harborlight, an invented customer: 2026-03-02, 09:00 UTC. */
export const monday = Date.parse('2026-03-02T09:00:00Z');
export const days = 86_400_000;

export const referenceStage = { id: '5b0c2f64-1111-4222-8333-444455556666', name: 'Reference Check' };

/** An account as the help article promises it, with what a test wants otherwise. */
export const sampleAccount = (otherwise: Partial<Account> = {}): Account => ({
  ...newAccount('acct_harborlight', 'Harborlight'),
  connectionState: 'connected',
  ...otherwise,
});

/** A candidate who entered the trigger stage a minute after nine. */
export const sampleOpportunity = (otherwise: Partial<Opportunity> = {}): Opportunity => ({
  contactId: 'contact-1',
  confidentiality: 'non-confidential',
  opportunityId: '9d2f7c1a-0000-4000-8000-00000000abcd',
  name: 'Ottilie Wren',
  emails: ['ottilie.wren@mail.example'],
  phones: [],
  tags: [],
  stage: referenceStage,
  stageChanges: [
    { toStageId: 'applicant-new', updatedAt: monday },
    { toStageId: referenceStage.id, updatedAt: monday + 60_000 },
  ],
  lastAdvancedAt: monday + 60_000,
  isArchived: false,
  isAnonymized: false,
  mayBeContacted: true,
  ...otherwise,
});

/** An entry whose check Turn has, and that goes on. */
export const orderedEntry = (otherwise: Partial<OrderedEntry> = {}): OrderedEntry => ({
  state: 'ordered',
  enteredAt: monday + 60_000,
  packageId: null,
  warnings: [],
  workerId: '0c4b9d3e-aaaa-4bbb-8ccc-ddddeeeeffff',
  turnId: 'C0000004711',
  dashboardUrl: 'https://partners.turn.example/workers/0c4b9d3e',
  status: { name: 'processing', isComplete: false, isWithdrawn: false, hasReport: false },
  changedAt: monday + 60_000,
  ...otherwise,
});

/** An entry whose order has gone to Turn, without an answer yet. */
export const orderingEntry = (otherwise: Partial<OrderingEntry> = {}): OrderingEntry => ({
  state: 'ordering',
  enteredAt: monday + 60_000,
  packageId: null,
  warnings: [],
  attempt: { attemptedAt: monday + 60_000, inFlightUntil: monday + 85_000, revisit: false, countedAt: monday + 60_000 },
  problem: null,
  changedAt: monday + 60_000,
  ...otherwise,
});

/** An entry for which nothing was ordered, because of a problem. */
export const blockedEntry = (code: ProblemCode = 'no_email', otherwise: Partial<BlockedEntry> = {}): BlockedEntry => ({
  state: 'blocked',
  enteredAt: monday + 60_000,
  problem: { code, detail: null, since: monday + 60_000 },
  ...otherwise,
});

/** An entry that the account's rule keeps from having a check of its own. */
export const rerunDeniedEntry = (enteredAt = monday + 60_000): RerunDeniedEntry => ({
  state: 'rerun_denied',
  enteredAt,
  changedAt: enteredAt,
});

/** The status of a check that Turn is done with, for good or until a recheck. */
export const completeStatus: CheckStatus = { name: 'clear', isComplete: true, isWithdrawn: false, hasReport: true };

/** How long things wait in the tests of the domain. */
export const retryPolicy: RetryPolicy = {
  orderVisibilityMs: 120_000,
  retryFirstMs: 60_000,
  retryLongestMs: 21_600_000,
  pollIntervalMs: 21_600_000,
};
