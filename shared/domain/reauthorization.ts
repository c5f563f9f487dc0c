import type { Account } from './account.ts';

const dayMs = 86_400_000;
/** Lever's refresh tokens die a year after the Super Admin granted the access, however often they are renewed. */
const grantLastsDays = 365;

/** Until when somebody must authorize Lever again, epoch milliseconds; null where nothing is connected, or nobody knows since when. */
export const reauthorizeBy = ({
  connectionState,
  connection,
}: Pick<Account, 'connectionState' | 'connection'>): number | null =>
  connectionState === 'connected' && connection !== null ? connection.authorizedAt + grantLastsDays * dayMs : null;

/** How many days are left until a time, the one that has begun included; 0 once it has come. */
export const daysUntil = (time: number, now: number): number => Math.max(0, Math.ceil((time - now) / dayMs));

/** So many days before the access ends, somebody is told. */
const warningDays = [1, 7, 30] as const;

/** The step that so many days left have reached; undefined: none yet. */
export const warningStep = (daysLeft: number): (typeof warningDays)[number] | undefined =>
  warningDays.find((days) => daysLeft <= days);

/** The warning that has come due and was not given yet, by the days that are left; null: none. */
export const warningDue = (account: Pick<Account, 'connectionState' | 'connection'>, now: number): number | null => {
  const until = reauthorizeBy(account);
  if (until === null) return null;
  const due = warningStep(daysUntil(until, now));
  const warnedAtDays = account.connection?.warnedAtDays ?? Number.POSITIVE_INFINITY;
  return due !== undefined && due < warnedAtDays ? due : null;
};

/** The account with the warning that has come due given; itself where none has. */
export const withWarningDue = (account: Account, now: number): Account => {
  const warnedAtDays = warningDue(account, now);
  if (account.connection === null || warnedAtDays === null) return account;
  return { ...account, connection: { ...account.connection, warnedAtDays } };
};
