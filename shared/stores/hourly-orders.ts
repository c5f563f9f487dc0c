import * as z from 'zod/mini';
import { Failure } from '#shared/domain/failure.ts';
import * as keys from './keys.ts';
import { storedObject } from './stored-object.ts';
import { itemOver, type Table } from './table.ts';

const hourMs = 3_600_000;
/** Those above the cap come back one after the other, not all at once, or reading them would use up the requests that Lever allows. */
const spreadMs = 1_000;
const countSchema = storedObject({ hour: z.number(), ordered: z.number(), deferred: z.number() });

/**
 * The count of each account's orders in the table. Counts one more in this hour of the clock (UTC), unless it was counted in
 * it already, at `countedAt`. Null: it is within the cap; else the time, in epoch milliseconds, to come back at. A crash after it
 * has counted leaves the count too high, never too low.
 */
export const createHourlyOrders =
  (table: Pick<Table, 'get' | 'put'>, options: { now: () => number }) =>
  async (accountId: string, cap: number, countedAt: number | null): Promise<number | null> => {
    for (let tries = 0; tries < 50; tries++) {
      const now = options.now();
      const thisHour = Math.floor(now / hourMs);
      if (countedAt !== null && Math.floor(countedAt / hourMs) === thisHour) return null;
      const item = await table.get(keys.hourlyOrders(accountId));
      const stored = item === null ? null : z.parse(countSchema, item.content);
      // Whose clock is behind counts in the hour that others have begun, or the old one would begin anew.
      const hour = Math.max(thisHour, stored?.hour ?? 0);
      const before = stored?.hour === hour ? stored : { hour, ordered: 0, deferred: 0 };
      const isWithin = before.ordered < cap;
      const after = isWithin
        ? { ...before, ordered: before.ordered + 1 }
        : { ...before, deferred: before.deferred + 1 };
      const version = item?.version ?? null;
      const expiresAt = Math.floor(now / 1000) + 86_400;
      const isSaved = await table.put(itemOver(version, keys.hourlyOrders(accountId), after, { expiresAt }), version);
      if (!isSaved) continue;
      return isWithin ? null : (hour + 1) * hourMs + Math.min(before.deferred * spreadMs, hourMs - spreadMs);
    }
    throw new Failure('write_conflict', 'Too many orders of one account are counted at once.');
  };

/** Could one more be ordered in this hour? Counts nothing. */
export const hasRoomThisHour = async (
  table: Pick<Table, 'get'>,
  accountId: string,
  cap: number,
  now: number,
): Promise<boolean> => {
  const item = await table.get(keys.hourlyOrders(accountId));
  const stored = item === null ? null : z.parse(countSchema, item.content);
  const ordered = stored === null || stored.hour < Math.floor(now / hourMs) ? 0 : stored.ordered;
  return ordered < cap;
};

/** Gives back the place in its hour of an order that was counted at `countedAt` and not placed after all. Where others keep counting, the count stays too high. */
export const createOrderReturn =
  (table: Pick<Table, 'get' | 'put'>) =>
  async (accountId: string, countedAt: number): Promise<void> => {
    for (let tries = 0; tries < 50; tries++) {
      const item = await table.get(keys.hourlyOrders(accountId));
      const stored = item === null ? null : z.parse(countSchema, item.content);
      if (item === null || stored?.hour !== Math.floor(countedAt / hourMs) || stored.ordered === 0) return;
      const after = itemOver(item.version, item, { ...stored, ordered: stored.ordered - 1 }, item);
      if (await table.put(after, item.version)) return;
    }
  };
