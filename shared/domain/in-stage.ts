import type { Account, AlreadyInStage } from './account.ts';
import { type Decision, decide, isRequested } from './decide.ts';
import { enteredTriggerAt, type Opportunity } from './opportunity.ts';
import { entryAt, type OpportunityRecord } from './opportunity-record.ts';
import { isRunning, wasOrdered } from './stage-entry.ts';
import { countsFrom } from './trigger-stage.ts';

/**
 * How somebody stands in a trigger stage: has a check, or is having one ordered; is `left_out`, because the entry was before
 * the account's start; was asked for all the same; or is seen to as everybody is.
 */
export type Standing = 'has_check' | 'left_out' | 'requested' | 'as_usual';

/** Somebody in a trigger stage. `enteredAt` null: Lever does not say when. `decision`: what would become of one who is left out, if somebody asked. */
export type InStage = {
  readonly opportunityId: string;
  readonly enteredAt: number | null;
  readonly standing: Standing;
  readonly decision: Decision | null;
};

/** How an opportunity that Lever lists stands in its stage; null where it is in no trigger stage, or nobody would check it. */
export const inStage = (
  opportunity: Opportunity,
  account: Account,
  record: OpportunityRecord,
  now: number,
): InStage | null => {
  const { opportunityId, isArchived, isAnonymized, stage } = opportunity;
  const entered = enteredTriggerAt(opportunity, account.triggerStages);
  if (entered === null || isArchived || isAnonymized) return null;
  const enteredAt = entered === 'unknown' ? null : entered;
  const standing = standingOf(record, enteredAt, countsFrom(account, stage));
  if (standing !== 'left_out' || enteredAt === null) return { opportunityId, enteredAt, standing, decision: null };
  const requested = { ...record, requested: { enteredAt, requestedAt: now } };
  const decision = decide(opportunity, account, requested, Math.max(now, enteredAt + account.graceSeconds * 1000));
  return { opportunityId, enteredAt, standing, decision };
};

const standingOf = (record: OpportunityRecord, enteredAt: number | null, from: number): Standing => {
  if (record.entries.some((entry) => isRunning(entry) || wasOrdered(entry))) return 'has_check';
  if (enteredAt === null || enteredAt >= from || entryAt(record, enteredAt) !== undefined) return 'as_usual';
  return isRequested(record, enteredAt, from) ? 'requested' : 'left_out';
};

/** What a count of those who were there already holds for: another start, or other stages, make it anew. */
export const countedForOf = ({ startsAt, triggerStages }: Account): string =>
  JSON.stringify([startsAt, triggerStages.map(({ id, since }) => [id, since])]);

/** How many stood there already, as far as that is known for the account as it is now. */
export const alreadyInStageOf = (account: Account): AlreadyInStage | null => {
  const counted = account.alreadyInStage;
  const isOfNow = account.connectionState === 'connected' && counted?.countedFor === countedForOf(account);
  return isOfNow ? counted : null;
};

const dayMs = 86_400_000;

/** Must they be counted (again)? Where some are left they may leave; where none is, only an old one who comes back from the archive could be found. */
export const isCountDue = (account: Account, now: number): boolean => {
  const counted = alreadyInStageOf(account);
  return counted === null || counted.count > 0 || now - counted.countedAt >= dayMs;
};
