import type { Key, Table } from './table.ts';

/** The period and the count in it are one number, which one write moves on. Far above any limit. */
const perPeriod = 1_000_000;
/** A busy process counts so many ahead: its writes stay few, and what it counts in vain stays small. */
const mostAhead = 64;
const mostSeen = 1000;

/** What a process may still let through of an account in this period, and how many it counts next; 0: the period is full. */
type Share = { readonly period: number; readonly left: number; readonly next: number };

/**
 * A limit for each account, by periods of the clock (UTC) of `periodMs`. Counts one; false where the period is full. The count lies
 * in the table, for all processes together: one write at most, and none where it is known to be full.
 */
export const createClockLimit = (
  table: Pick<Table, 'advance'>,
  options: { now: () => number; key: (accountId: string) => Key; limit: number; periodMs: number },
) => {
  const { now, key, limit, periodMs } = options;
  const shares = new Map<string, Share>();
  const reserve = async (accountId: string, period: number, count: number): Promise<number> => {
    const move = { by: count, atLeast: period * perPeriod };
    // Whose clock is behind counts in the period that others have begun.
    const taken = (await table.advance(key(accountId), move)) % perPeriod;
    return Math.min(count, Math.max(0, limit - taken));
  };
  return async (accountId: string): Promise<boolean> => {
    const period = Math.floor(now() / periodMs);
    const held = shares.get(accountId);
    const share = held?.period === period ? held : { period, left: 0, next: 1 };
    if (share.left === 0 && share.next === 0) return false;
    if (shares.size >= mostSeen) shares.clear();
    if (share.left > 0) {
      shares.set(accountId, { ...share, left: share.left - 1 });
      return true;
    }
    const reserved = await reserve(accountId, period, share.next);
    const next = reserved < share.next ? 0 : Math.min(share.next * 2, mostAhead);
    shares.set(accountId, { period, left: Math.max(0, reserved - 1), next });
    return reserved > 0;
  };
};
