import type { TriggerStage } from './account.ts';
import type { Phone } from './candidate.ts';
import { isTriggerStage } from './trigger-stage.ts';

export type StageChange = { readonly toStageId: string; readonly updatedAt: number };

/** An opportunity as Lever has it now. Times in epoch milliseconds. */
export type Opportunity = {
  readonly opportunityId: string;
  readonly name: string;
  readonly emails: readonly string[];
  readonly phones: readonly Phone[];
  readonly tags: readonly string[];
  /** `name` is null where Lever did not tell it. */
  readonly stage: { readonly id: string; readonly name: string | null };
  readonly stageChanges: readonly StageChange[];
  readonly lastAdvancedAt: number | null;
  readonly isArchived: boolean;
  readonly isAnonymized: boolean;
  /** False where the candidate's consent to be contacted is missing. */
  readonly mayBeContacted: boolean;
};

/**
 * When the opportunity entered the trigger stage it is in, by Lever's own record: this names the entry, so that every
 * delivery of the same move leads to the same check. Null: it is in no trigger stage.
 */
export const enteredTriggerAt = (opportunity: Opportunity, triggers: readonly TriggerStage[]): number | null => {
  const { stage, stageChanges } = opportunity;
  if (!isTriggerStage(triggers, stage)) return null;
  const changes = stageChanges.filter((change) => change.toStageId === stage.id);
  if (changes.length > 0) return Math.max(...changes.map((change) => change.updatedAt));
  // Lever has recorded every stage change since 2012, but never promised to; its time of the last move is the same number where both were seen.
  return opportunity.lastAdvancedAt ?? 0;
};
