import type { Account } from './account.ts';
import { type AccountProblem, type AccountState, accountProblems } from './account-problems.ts';
import type { WorkProblems } from './work-problems.ts';

export const healthStates = ['not_connected', 'waiting_for_first_move', 'working', 'attention', 'down'] as const;
export type HealthState = (typeof healthStates)[number];

/**
 * Does it work? `down`: nobody gets a check, or Lever shows no news. `since`: when the worst of the problems began, epoch
 * milliseconds; null where there is none, or nobody knows. It follows from what is stored now, and so heals by itself.
 */
export type Health = {
  readonly state: HealthState;
  readonly since: number | null;
  readonly problems: AccountProblem[];
};

/** What keeps all candidates of an account waiting. */
const stoppers: ReadonlySet<AccountProblem['code']> = new Set([
  'lever_disconnected',
  'lever_access_denied',
  'lever_app_rejected',
  'turn_token_missing',
]);

/** What keeps all of them waiting if nothing has gone well since; else it concerns some of them, as everything else does. */
const suspects: ReadonlySet<AccountProblem['code']> = new Set([
  'lever_not_answering',
  'turn_token_rejected',
  'turn_not_answering',
  'work_overdue',
]);

/** The health of an account. `lastCheckAt`: when its last check was started, `lastSuccessAt`: when anything last went well; null: never. */
export const healthOf = (
  account: Account,
  state: AccountState,
  work: WorkProblems,
  { lastCheckAt, lastSuccessAt, now }: { lastCheckAt: number | null; lastSuccessAt: number | null; now: number },
): Health => {
  const problems = accountProblems(account, state, work, now);
  const worst = problems.filter(
    ({ code, since }) => stoppers.has(code) || (suspects.has(code) && (lastSuccessAt ?? 0) <= (since ?? now)),
  );
  const times = (worst.length > 0 ? worst : problems).flatMap(({ since }) => since ?? []);
  return {
    state: stateOf(account, worst.length > 0, problems.length > 0, lastCheckAt !== null),
    since: times.length === 0 ? null : Math.min(...times),
    problems,
  };
};

const stateOf = (
  { connectionState }: Account,
  isDown: boolean,
  isTroubled: boolean,
  hasChecked: boolean,
): HealthState => {
  if (connectionState === 'not_connected') return 'not_connected';
  if (isDown) return 'down';
  if (isTroubled) return 'attention';
  return hasChecked ? 'working' : 'waiting_for_first_move';
};
