import { scattered } from './ids.ts';

/**
 * When an account is maintained next, once it has been now: at a moment of the period that is its own, so that accounts that
 * were due all at once (many were created, or the table was restored) do not stay so. At most one period later.
 */
export const nextMaintenanceAt = (accountId: string, now: number, periodMs: number): number => {
  const sinceItsMoment = (now - Math.floor(scattered(accountId) * periodMs)) % periodMs;
  const waitMs = periodMs - sinceItsMoment;
  // Our clocks differ: its moment may seem to lie just ahead to whoever was called because it had come.
  return now + (waitMs < periodMs / 60 ? periodMs : waitMs);
};
