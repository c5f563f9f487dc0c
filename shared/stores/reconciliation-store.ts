import * as z from 'zod/mini';
import type { Reconciliation } from '#shared/domain/reconciliation.ts';
import * as keys from './keys.ts';
import { storedObject } from './stored-object.ts';
import { itemOver, type Table } from './table.ts';

const after = z.nullable(z.string());
const pages = z.exactOptional(z.number());
const reconciliationSchema: z.ZodMiniType<Reconciliation> = storedObject({
  notBefore: z.number(),
  connectedAt: z.number(),
  readUntil: z.number(),
  round: storedObject({
    startedAt: z.number(),
    since: z.number(),
    isPartial: z._default(z.boolean(), false),
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
    return item === null ? null : z.parse(reconciliationSchema, item.content);
  },
  /** Saved over whatever is there: two workers at once do some of it twice, which does no harm. */
  save: (accountId: string, reconciliation: Reconciliation): Promise<void> =>
    table.overwrite(itemOver(null, keys.reconciliation(accountId), reconciliation)),
});
