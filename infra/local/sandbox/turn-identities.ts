import type { TurnCheck } from './turn-records.ts';

// Turn documents the three names, not which end each comes to.
const ENDS: Record<string, string[]> = {
  'Samwise Gamgee': ['consent', 'processing', 'approved'],
  'Darth Vader': ['consent', 'processing', 'review', 'pending'],
  'Walter White': ['consent', 'processing', 'review__identity', 'pending', 'rejected'],
};

/** The state a test identity's check comes to next; undefined at its end, and for everyone else. */
export const nextState = (
  check: Pick<TurnCheck, 'firstName' | 'lastName' | 'state' | 'recheckDate'>,
): string | undefined => {
  const path = ENDS[`${check.firstName} ${check.lastName}`];
  if (!path) return undefined;
  if (check.state === 'emailed' || check.state === 'initiated') return path[0];
  const at = path.indexOf(check.state);
  return at < 0 ? undefined : path[at + 1];
};
