import { harmless } from './harmless.ts';
import type { MoveOutcome } from './stage-move.ts';

/** The note that tells of the move after a check, or that it could not be done. `turnId` null: Turn has not told one that can be shown. */
export const moveNote = (
  state: 'moved' | 'refused',
  outcome: MoveOutcome,
  stageName: string,
  turnId: string | null,
): string => {
  const because =
    outcome === 'clear' ? 'the Turn background check is clear' : 'the Turn background check has results to consider';
  const stage = `“${harmless(stageName)}”`;
  return [
    state === 'moved'
      ? `Moved to ${stage}: ${because}.`
      : `Not moved to ${stage}, although ${because} and your Turn integration is set to do so: Lever refused the move. Please move the candidate yourself.`,
    ...(turnId === null ? [] : [`Turn ID: ${harmless(turnId)}`]),
  ].join('\n');
};
