import * as z from 'zod/mini';
import { Failure } from '#shared/domain/failure.ts';
import * as keys from './keys.ts';
import { storedObject } from './stored-object.ts';
import { itemOver, type Table } from './table.ts';

/**
 * How far apart the requests of one account are. Lever allows 10 a second with bursts of 20; those who were sent away
 * come back to the second, up to ten at once, so a little less is asked for, and fewer at once, than Lever would take.
 */
export const requestIntervalMs = 103;
/** Two workers whose clocks differ may each take as many at once, and as many more as they have the patience for. */
const burst = 5;
/** So long a worker waits for its turn; for longer ones the work goes back to its queue, for a waiting function costs money and keeps others out. */
const patienceMs = 500;
/** Used later than this, a reservation would add to the requests of others. */
const latenessMs = 30_000;

const reservationSchema = storedObject({ at: z.number(), count: z.number() });

/** When the account's next request is free, epoch milliseconds: the longer ago, the longer nobody has called Lever for it; 0: never yet. */
export const nextRequestAt = async (table: Pick<Table, 'get'>, accountId: string): Promise<number> =>
  z.parse(z.number(), (await table.get(keys.rate(accountId)))?.content ?? 0);

/** Each account's budget of requests to Lever, shared by all workers through the table: one counter an account, which says when its next request is free, and an item for each reservation. */
export const createRateLimiter = (
  table: Pick<Table, 'get' | 'put' | 'advance'>,
  options: { now: () => number; sleep: (ms: number) => Promise<void> },
) => {
  /** Uses the reservation if its time has come; throws until it has. False: there is none, or its time has passed. */
  const useReservation = async (accountId: string, reservationId: string, count: number): Promise<boolean> => {
    const item = await table.get(keys.reservation(accountId, reservationId));
    if (item === null) return false;
    const reserved = z.parse(reservationSchema, item.content);
    const waitMs = reserved.at - options.now();
    if (reserved.count < count || waitMs < -latenessMs) return false;
    if (waitMs > patienceMs) throw budgetUsed(waitMs);
    // A conditional write: two deliveries of the same message have one reservation between them.
    const used = itemOver(item.version, item, { at: reserved.at, count: reserved.count - count }, item);
    if (!(await table.put(used, item.version))) return false;
    if (waitMs > 0) await options.sleep(waitMs);
    return true;
  };
  /** Takes the next free requests, and answers when the last of them is free: what is asked for together may be used together. */
  const take = async (accountId: string, count: number): Promise<number> => {
    const freeAt = await table.advance(keys.rate(accountId), {
      by: count * requestIntervalMs,
      atLeast: options.now() - burst * requestIntervalMs,
    });
    return freeAt + (count - 1) * requestIntervalMs;
  };
  return {
    /**
     * Takes so many requests. Where they are not free soon they are reserved under this id, and `lever_budget_used` says when to
     * come back for them. `again`: requests made already that whoever comes back must make once more, before these: reserved too.
     */
    async acquire(accountId: string, reservationId: string, count: number, again = 0): Promise<void> {
      if (await useReservation(accountId, reservationId, count)) return;
      const now = options.now();
      const waitMs = (await take(accountId, count)) - now;
      if (waitMs <= patienceMs) {
        if (waitMs > 0) await options.sleep(waitMs);
        return;
      }
      const at = again === 0 ? now + waitMs : await take(accountId, again);
      const key = keys.reservation(accountId, reservationId);
      const version = (await table.get(key))?.version ?? null;
      const expiresAt = Math.ceil((at + latenessMs) / 1000);
      await table.put(itemOver(version, key, { at, count: count + again }, { expiresAt }), version);
      throw budgetUsed(at - now);
    },
  };
};

const budgetUsed = (waitMs: number): Failure =>
  new Failure('lever_budget_used', 'The request budget for Lever is used up until then.', waitMs);
