import type { Account } from './account.ts';
import { type Candidate, readCandidate } from './candidate.ts';
import { type Check, isLive, type ProblemCode, type Warning } from './check.ts';
import { enteredTriggerAt, type Opportunity } from './opportunity.ts';
import { choosePackage } from './package-tag.ts';
import type { Screening } from './screening.ts';
import { countsFrom } from './trigger-stage.ts';
import { clocksDifferMs } from './waiting.ts';

export type IgnoreReason =
  | 'not_in_trigger_stage'
  | 'archived'
  | 'anonymized'
  | 'confidential'
  | 'before_start'
  | 'in_another_lever'
  | 'already_started'
  | 'check_is_live';

export type Decision =
  | { readonly kind: 'ignore'; readonly reason: IgnoreReason }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'not_rerun'; readonly enteredAt: number }
  | { readonly kind: 'problem'; readonly enteredAt: number; readonly code: ProblemCode }
  | {
      readonly kind: 'start';
      readonly enteredAt: number;
      readonly packageId: string | null;
      readonly warnings: readonly Warning[];
      readonly candidate: Candidate;
      /** The checks of earlier entries that it was decided by. */
      readonly earlier: readonly Check[];
    };

/** Does an earlier check that still runs keep this entry from one of its own? */
export const isHeldUp = (decision: Decision): boolean =>
  decision.kind === 'ignore' && decision.reason === 'check_is_live';

/** Decides from what Lever has now, what the account chose, and the checks that exist: nothing is read, written or called here. */
export const decide = (
  opportunity: Opportunity,
  account: Account,
  screening: Pick<Screening, 'checks'>,
  now: number,
): Decision => {
  if (opportunity.isArchived) return { kind: 'ignore', reason: 'archived' };
  if (opportunity.isAnonymized) return { kind: 'ignore', reason: 'anonymized' };
  const enteredAt = enteredTriggerAt(opportunity, account.triggerStages);
  if (enteredAt === null) return { kind: 'ignore', reason: 'not_in_trigger_stage' };

  const ofThisEntry = screening.checks.find((check) => check.enteredAt === enteredAt);
  if (ofThisEntry?.state === 'started') return { kind: 'ignore', reason: 'already_started' };
  const isBeforeStart = enteredAt < countsFrom(account, opportunity.stage) - clocksDifferMs;
  if (ofThisEntry === undefined && isBeforeStart) return { kind: 'ignore', reason: 'before_start' };
  const earlier = screening.checks.filter((check) => check.enteredAt !== enteredAt);
  if (earlier.some(isLive)) return { kind: 'ignore', reason: 'check_is_live' };

  // Without grace nothing waits, not even for a clock of Lever's that is ahead of ours.
  const graceEndsAt = enteredAt + account.graceSeconds * 1000;
  if (account.graceSeconds > 0 && graceEndsAt > now) return { kind: 'wait', until: graceEndsAt };

  const choice = choosePackage(opportunity.tags);
  if (choice.kind === 'several') return { kind: 'problem', enteredAt, code: 'several_packages' };
  const packageId = choice.kind === 'one' ? choice.packageId : account.defaultPackageId;
  if (forbidsRerun(account, earlier, packageId, now)) return { kind: 'not_rerun', enteredAt };

  if (!opportunity.mayBeContacted) return { kind: 'problem', enteredAt, code: 'contact_not_allowed' };
  const candidate = readCandidate(opportunity);
  if (typeof candidate === 'string') return { kind: 'problem', enteredAt, code: candidate };
  const usedDefault = choice.kind === 'none';
  const warnings = choice.nearMisses.map((tag): Warning => ({ kind: 'near_miss_tag', tag, usedDefault }));
  return { kind: 'start', enteredAt, packageId, warnings, candidate, earlier };
};

/** Does the account's rule forbid a check with this package, after those of earlier entries? */
export const forbidsRerun = (
  account: Account,
  earlier: readonly Check[],
  packageId: string | null,
  now: number,
): boolean => {
  const last = earlier.findLast((check) => check.state === 'started');
  if (last === undefined || last.progress?.isWithdrawn === true) return false;
  const wasReplaced = last.warnings.some((each) => each.kind === 'unknown_package' && each.packageId === packageId);
  if (last.packageId !== packageId && !wasReplaced) return false;
  switch (account.rerun.kind) {
    case 'always':
      return false;
    case 'never':
      return true;
    case 'after_days':
      return now - last.changedAt < account.rerun.days * 86_400_000;
  }
};
