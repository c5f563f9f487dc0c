import * as z from 'zod';
import type { Reconciliation } from '#shared/domain/reconciliation.ts';
import { keys } from './keys.ts';
import { storedObject } from './stored-object.ts';
import { itemOver, type Table } from './table.ts';

const after = z.string().nullable();
const pages = z.number().exactOptional();
const reconciliationSchema: z.ZodType<Reconciliation> = storedObject({
  notBefore: z.number(),
  connectedAt: z.number(),
  readUntil: z.number(),
  round: storedObject({
    startedAt: z.number(),
    since: z.number(),
    isPartial: z.boolean().default(false),
    steps: z.array(
      z.discriminatedUnion('kind', [
        storedObject({ kind: z.literal('awaiting_reconnect'), after }),
        storedObject({ kind: z.literal('entries'), stageId: z.string(), after, pages }),
        storedObject({ kind: z.literal('deletions'), after, pages }),
      ]),
    ),
  }),
});

/** How far each account's reconciliation has come, in the table. */
export const createReconciliationStore = (table: Pick<Table, 'get' | 'overwrite'>) => ({
  async load(accountId: string): Promise<Reconciliation | null> {
    const item = await table.get(keys.reconciliation(accountId));
    return item === null ? null : reconciliationSchema.parse(item.content);
  },
  /** Saved over whatever is there: two workers at once do some of it twice, which does no harm. */
  save: (accountId: string, reconciliation: Reconciliation): Promise<void> =>
    table.overwrite(itemOver(null, keys.reconciliation(accountId), reconciliation)),
});
