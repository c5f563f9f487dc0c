import * as z from 'zod';
import { Failure } from '#shared/domain/failure.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

/** Lever allows 10 requests a second with bursts of 20 for one account; some room is left for clocks that differ. */
const intervalMs = 100;
const burst = 15;
/** A slot this near is waited for; one farther away would keep a function waiting that others could use. */
const longestWaitMs = 10_000;

/** Takes slots of one account's request budget, shared by all workers through the table. Throws `lever_rate_limited` with the time to come back. */
export const createRateSlots = (
  table: Table,
  options: { now: () => number; sleep: (ms: number) => Promise<void> },
): ((accountId: string) => Promise<void>) => {
  const slotSchema = z.object({ freeAt: z.number() });
  return async (accountId) => {
    for (let tries = 0; tries < 50; tries++) {
      const now = options.now();
      const item = await table.get(keys.rate(accountId));
      const freeAt = Math.max(item === null ? 0 : slotSchema.parse(item.content).freeAt, now - burst * intervalMs);
      const waitMs = freeAt - now;
      if (waitMs > longestWaitMs)
        throw new Failure('lever_rate_limited', 'The request budget for Lever is used up.', waitMs);
      const taken = await table.put(
        {
          ...keys.rate(accountId),
          version: (item?.version ?? 0) + 1,
          content: { freeAt: freeAt + intervalMs },
          expiresAt: null,
          due: null,
        },
        item?.version ?? null,
      );
      if (!taken) continue;
      if (waitMs > 0) await options.sleep(waitMs);
      return;
    }
    throw new Failure('lever_rate_limited', 'Too many workers ask for a slot at once.', longestWaitMs);
  };
};
