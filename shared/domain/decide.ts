import type { Account } from './account.ts';
import { type Addressee, readCandidate } from './candidate.ts';
import { choosePackage, enteredTriggerAt, moverOf, type Opportunity } from './opportunity.ts';
import { entryAt, type OpportunityRecord } from './opportunity-record.ts';
import { vendorClockSkewMs, workerClockSkewMs } from './retry-policy.ts';
import { isOrdered, isRunning, type ProblemCode, type StageEntry, type Warning, wasOrdered } from './stage-entry.ts';
import { countsFrom } from './trigger-stage.ts';

export type IgnoreReason =
  | 'not_in_trigger_stage'
  | 'archived'
  | 'anonymized'
  | 'confidential'
  | 'before_start'
  | 'in_another_lever'
  | 'already_started'
  | 'check_is_running';

export type Decision =
  | { readonly kind: 'ignore'; readonly reason: IgnoreReason }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'rerun_denied'; readonly enteredAt: number }
  | { readonly kind: 'problem'; readonly enteredAt: number | null; readonly code: ProblemCode }
  | {
      readonly kind: 'start';
      readonly enteredAt: number;
      readonly packageId: string | null;
      readonly packageName?: string;
      /** Lever's id of the user who moved the candidate. */
      readonly movedBy?: string;
      readonly warnings: readonly Warning[];
      readonly candidate: Addressee;
      /** The earlier entries that it was decided by. */
      readonly earlier: readonly StageEntry[];
    };

/** Does an earlier check that still runs keep this entry from one of its own? */
export const isBlockedByRunningCheck = (decision: Decision): boolean =>
  decision.kind === 'ignore' && decision.reason === 'check_is_running';

/** Decides from what Lever has now, what the account chose, and the entries that we hold: nothing is read, written or called here. */
export const decide = (
  opportunity: Opportunity,
  account: Account,
  record: Pick<OpportunityRecord, 'entries' | 'requested'>,
  now: number,
): Decision => {
  const enteredAt = enteredTriggerAt(opportunity, account.triggerStages);
  if (enteredAt === null) return { kind: 'ignore', reason: 'not_in_trigger_stage' };

  const known = enteredAt === 'unknown' ? undefined : entryAt(record, enteredAt);
  if (known?.state === 'ordered' || known?.state === 'erased') return { kind: 'ignore', reason: 'already_started' };
  const from = countsFrom(account, opportunity.stage);
  const isBeforeStart = enteredAt !== 'unknown' && enteredAt < from - vendorClockSkewMs;
  if (known === undefined && isBeforeStart && !isRequested(record, enteredAt, from))
    return { kind: 'ignore', reason: 'before_start' };
  if (opportunity.isArchived) return { kind: 'ignore', reason: 'archived' };
  if (opportunity.isAnonymized) return { kind: 'ignore', reason: 'anonymized' };
  if (enteredAt === 'unknown') return unreadable(record);
  // Archiving, too, sets the time of the last move: beside an earlier order it alone names no other entry.
  const isSure = opportunity.stageChanges.some(({ updatedAt }) => updatedAt === enteredAt);
  if (!isSure && known === undefined && record.entries.some(wasOrdered)) return unreadable(record);
  const earlier = record.entries.filter((entry) => entry !== known);
  if (earlier.some(isRunning)) return { kind: 'ignore', reason: 'check_is_running' };

  // Without grace nothing waits, not even for a clock of Lever's that is ahead of ours.
  const graceEndsAt = enteredAt + account.graceSeconds * 1000;
  if (account.graceSeconds > 0 && graceEndsAt > now) return { kind: 'wait', until: graceEndsAt };

  const choice = choosePackage(opportunity.tags);
  if (choice.kind === 'several') return { kind: 'problem', enteredAt, code: 'several_packages' };
  const packageId = choice.kind === 'one' ? choice.packageId : account.defaultPackageId;
  if (forbidsRerun(account, earlier, packageId, now)) return { kind: 'rerun_denied', enteredAt };

  if (!opportunity.mayBeContacted) return { kind: 'problem', enteredAt, code: 'contact_not_allowed' };
  const candidate = readCandidate(opportunity);
  if (typeof candidate === 'string') return { kind: 'problem', enteredAt, code: candidate };
  const usedDefault = choice.kind === 'none';
  const warnings = choice.malformedTags.map((tag): Warning => ({ kind: 'malformed_package_tag', tag, usedDefault }));
  const named = choice.kind === 'one' && choice.packageName !== null ? { packageName: choice.packageName } : {};
  const { userId } = moverOf(opportunity, enteredAt);
  const mover = userId === undefined ? {} : { movedBy: userId };
  return { kind: 'start', enteredAt, packageId, ...named, ...mover, warnings, candidate, earlier };
};

/** Has somebody asked a check for this very entry, although it was before entries count (`from`)? What was asked before the account disconnected, or gave the stage up, is over. */
export const isRequested = (
  { requested }: Pick<OpportunityRecord, 'requested'>,
  enteredAt: number,
  from: number,
): boolean => requested?.enteredAt === enteredAt && requested.requestedAt + workerClockSkewMs >= from;

/** Lever does not show what a decision needs. A problem of a known entry stays with that entry, so that one thing is told of it. */
export const unreadable = (record: Pick<OpportunityRecord, 'entries'>): Decision & { kind: 'problem' } => {
  const latest = record.entries.at(-1);
  const enteredAt = latest?.state === 'blocked' ? latest.enteredAt : null;
  return { kind: 'problem', enteredAt, code: 'unreadable' };
};

/** Does the account's rule forbid a check with this package, after those of earlier entries? */
export const forbidsRerun = (
  account: Account,
  earlier: readonly StageEntry[],
  packageId: string | null,
  now: number,
): boolean => {
  const last = earlier.findLast(isOrdered);
  if (last === undefined || last.status?.isWithdrawn === true) return false;
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
