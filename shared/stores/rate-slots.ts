import * as z from 'zod';
import { Failure } from '#shared/domain/failure.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

/**
 * How far apart the slots of one account are. Lever allows 10 requests a second with bursts of 20; those who were sent away
 * come back to the second, up to ten at once, so a little less is asked for, and fewer at once, than Lever would take.
 */
export const slotIntervalMs = 110;
const burst = 8;
/** Slots this near are waited for; for farther ones the work is given back to its queue, for a waiting function costs money and keeps others out. */
const patienceMs = 500;
/** Used later than this, a reservation would add to the slots of others. */
const latenessMs = 30_000;

const reservationSchema = z.object({ at: z.number(), count: z.number() });

/**
 * Takes slots of one account's request budget, shared by all workers through the table. Where they are not free soon they
 * are reserved for the holder, and `lever_slot_reserved` says when to come back for them.
 */
export type TakeSlots = (accountId: string, holder: string, count: number) => Promise<void>;

/** When the account's next slot is free, epoch milliseconds: the longer ago, the longer nobody has called Lever for it; 0: never yet. */
export const nextSlotAt = async (table: Pick<Table, 'get'>, accountId: string): Promise<number> =>
  z.number().parse((await table.get(keys.rate(accountId)))?.content ?? 0);

/** Rate slots in the table: one counter an account, which says when its next slot is free, and a record for each holder that waits. */
export const createRateSlots = (
  table: Pick<Table, 'get' | 'put' | 'advance'>,
  options: { now: () => number; sleep: (ms: number) => Promise<void> },
): TakeSlots => {
  /** Uses the holder's own slots if they have come; throws until they have. False: it has none, or let them pass. */
  const redeem = async (accountId: string, holder: string, count: number): Promise<boolean> => {
    const item = await table.get(keys.slot(accountId, holder));
    if (item === null) return false;
    const reserved = reservationSchema.parse(item.content);
    const waitMs = reserved.at - options.now();
    if (reserved.count < count || waitMs < -latenessMs) return false;
    if (waitMs > patienceMs) throw comeBack(waitMs);
    // A conditional write: two deliveries of the same message have one reservation between them.
    if (!(await table.put({ ...item, version: item.version + 1, content: { at: 0, count: 0 } }, item.version)))
      return false;
    if (waitMs > 0) await options.sleep(waitMs);
    return true;
  };

  return async (accountId, holder, count) => {
    if (await redeem(accountId, holder, count)) return;
    const now = options.now();
    const freeAt = await table.advance(keys.rate(accountId), {
      by: count * slotIntervalMs,
      atLeast: now - burst * slotIntervalMs,
    });
    // What is asked for together may be used together, so the last of it must be free.
    const at = freeAt + (count - 1) * slotIntervalMs;
    const waitMs = at - now;
    if (waitMs > patienceMs) {
      const key = keys.slot(accountId, holder);
      const version = (await table.get(key))?.version ?? null;
      const expiresAt = Math.ceil((at + latenessMs) / 1000);
      await table.put({ ...key, version: (version ?? 0) + 1, content: { at, count }, expiresAt, due: null }, version);
      throw comeBack(waitMs);
    }
    if (waitMs > 0) await options.sleep(waitMs);
  };
};

const comeBack = (waitMs: number): Failure =>
  new Failure('lever_slot_reserved', 'The request budget for Lever is used up until then.', waitMs);
