import type { Account } from './account.ts';

/** Nothing is ordered since then, epoch milliseconds: a Super Admin of the account, or Turn's operator, said so. */
export type Pause = { readonly since: number; readonly by: 'account' | 'turn' };

/** The pause that holds now, if any does: Turn's own before the account's, which only ends with Turn's. `allPausedSince`: since when Turn has paused all accounts; null: it has not. */
export const pauseOf = (account: Account, allPausedSince: number | null): Pause | null => {
  const { paused, pausedByTurnSince } = account;
  const byTurn = [allPausedSince, pausedByTurnSince].filter((since) => typeof since === 'number');
  if (byTurn.length > 0) return { since: Math.min(...byTurn), by: 'turn' };
  return paused === undefined ? null : { since: paused.since, by: 'account' };
};

/** The account as a Super Admin (`by`) paused it, or (null) resumed it. Turn's own pause stays what it is. */
export const withPause = ({ paused, ...account }: Account, by: string | null, now: number): Account =>
  by === null ? account : { ...account, paused: paused ?? { since: now, by } };

/** The account as Turn's operator paused it, or resumed it. A Super Admin's pause stays what it is. */
export const withTurnsPause = ({ pausedByTurnSince, ...account }: Account, isPaused: boolean, now: number): Account =>
  isPaused ? { ...account, pausedByTurnSince: pausedByTurnSince ?? now } : account;
