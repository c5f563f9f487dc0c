import type { Account } from './account.ts';

const dayMs = 86_400_000;
/** Lever's refresh tokens die a year after the Super Admin granted the access, however often they are renewed. */
const grantLastsDays = 365;

/** Until when somebody must authorize Lever again, epoch milliseconds; null where nothing is connected, or nobody knows since when. */
export const reauthorizeBy = ({ connection, granter }: Pick<Account, 'connection' | 'granter'>): number | null =>
  connection === 'connected' && granter !== null ? granter.grantedAt + grantLastsDays * dayMs : null;

/** How many whole days are left until a time; 0 once it has come. */
export const daysUntil = (time: number, now: number): number => Math.max(0, Math.floor((time - now) / dayMs));
