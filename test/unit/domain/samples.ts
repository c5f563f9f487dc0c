import { type Account, newAccount } from '#shared/domain/account.ts';
import { type Check, newCheck } from '#shared/domain/check.ts';
import type { Opportunity } from '#shared/domain/opportunity.ts';

/** Monday morning at Harborlight, an invented customer: 2026-03-02, 09:00 UTC. */
export const monday = Date.parse('2026-03-02T09:00:00Z');
export const days = 86_400_000;

export const referenceStage = { id: '5b0c2f64-1111-4222-8333-444455556666', name: 'Reference Check' };

/** An account as the help article promises it, with what a test wants otherwise. */
export const sampleAccount = (otherwise: Partial<Account> = {}): Account => ({
  ...newAccount('acct_harborlight', 'Harborlight'),
  connection: 'connected',
  ...otherwise,
});

/** A candidate who entered the trigger stage a minute after nine. */
export const sampleOpportunity = (otherwise: Partial<Opportunity> = {}): Opportunity => ({
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

/** A check that Turn has and that goes on. */
export const startedCheck = (otherwise: Partial<Check> = {}): Check => ({
  ...newCheck(monday + 60_000, 'started', monday + 60_000),
  workerId: '0c4b9d3e-aaaa-4bbb-8ccc-ddddeeeeffff',
  turnId: 'C0000004711',
  dashboardUrl: 'https://partners.turn.example/workers/0c4b9d3e',
  progress: { status: 'processing', hasEnded: false, isWithdrawn: false, hasReport: false },
  ...otherwise,
});

/** Progress that has come to an end, for good or for a recheck. */
export const endedProgress = { status: 'clear', hasEnded: true, isWithdrawn: false, hasReport: true };
