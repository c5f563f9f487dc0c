import * as z from 'zod/mini';
import * as keys from './keys.ts';
import { storedObject } from './stored-object.ts';
import { itemOver, type Table } from './table.ts';
import { untilSaved } from './until-saved.ts';

const pauseSchema = storedObject({ since: z.nullable(z.number()) });

/** Whether Turn's operator has paused all accounts: one item, read before each order. */
export const createPauseStore = (table: Pick<Table, 'get' | 'put'>, { now }: { now: () => number }) => {
  const load = async () => {
    const item = await table.get(keys.pause());
    return { version: item?.version ?? null, since: item === null ? null : z.parse(pauseSchema, item.content).since };
  };
  return {
    /** Since when all are paused, epoch milliseconds; null: they are not. */
    allPausedSince: async (): Promise<number | null> => (await load()).since,
    async pauseAll(isPaused: boolean): Promise<void> {
      await untilSaved('Too many others paused or resumed at once.', async () => {
        const { version, since } = await load();
        const after = { since: isPaused ? (since ?? now()) : null };
        return (await table.put(itemOver(version, keys.pause(), after), version)) || undefined;
      });
    },
  };
};
