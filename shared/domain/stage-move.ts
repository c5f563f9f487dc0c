import { writeLeaseMs } from './retry-policy.ts';

/** The outcomes of a check after which an account may have its candidates moved, by our words for the statuses. */
export const moveOutcomes = ['clear', 'consider'] as const;
export type MoveOutcome = (typeof moveOutcomes)[number];

/**
 * `moving`: Lever was perhaps asked, and nobody knows what became of it. `moved`: by us. `stayed`: there was nothing to move, for the
 * candidate no longer stood in a trigger stage. `refused`: it could not be done, and the recruiter is told.
 */
export const moveStates = ['moving', 'moved', 'stayed', 'refused'] as const;

/** A move to another stage after a check: once for each entry and outcome, whatever becomes of it. */
export type StageMove = {
  /** Names entry and outcome for ever. */
  readonly key: string;
  readonly state: (typeof moveStates)[number];
  /** Null: Lever has no such stage. */
  readonly stageId: string | null;
  readonly stageName: string;
  /** By which entry the candidate stood in the trigger stage then, by Lever's time of it; null: not known. */
  readonly from: number | null;
  readonly startedAt: number;
};

export const moveKey = (outcome: MoveOutcome, referenceId: string): string => `${outcome}/${referenceId}`;

/** The moves with this one put in or replaced. */
export const withMove = (moves: readonly StageMove[] = [], move: StageMove): StageMove[] => [
  ...moves.filter(({ key }) => key !== move.key),
  move,
];

/** By then a call of which no answer came has surely ended, and Lever shows what became of it. */
export const lookAgainAt = ({ startedAt }: StageMove): number => startedAt + writeLeaseMs;
