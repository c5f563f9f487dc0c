import * as z from 'zod/mini';
import * as keys from './keys.ts';
import { itemOver, type Table } from './table.ts';

const restoredSchema = z.object({ restoredAt: z.number() });

/** Since when this table is in use that was restored from a backup: one item, which the operator's command leaves in it. What the table knows from before is older than the truth. */
export const createRestoreStore = (table: Pick<Table, 'get' | 'overwrite'>) => ({
  /** Epoch milliseconds; 0: it never was. */
  restoredAt: async (): Promise<number> => {
    const item = await table.get(keys.restored());
    return item === null ? 0 : z.parse(restoredSchema, item.content).restoredAt;
  },
  noteRestored: (restoredAt: number): Promise<void> => table.overwrite(itemOver(null, keys.restored(), { restoredAt })),
});
