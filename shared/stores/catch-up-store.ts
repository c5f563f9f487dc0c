import * as z from 'zod';
import type { CatchUp } from '#shared/domain/catch-up.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

/** Where each account's catching up stands. */
export type CatchUpStore = {
  load(accountId: string): Promise<CatchUp | null>;
  /** Saved over whatever is there: two sweeps at once do some of it twice, which does no harm. */
  save(accountId: string, catchUp: CatchUp): Promise<void>;
};

const after = z.string().nullable();
const catchUpSchema: z.ZodType<CatchUp> = z.object({
  notBefore: z.number(),
  connectedAt: z.number(),
  readUntil: z.number(),
  round: z.object({
    startedAt: z.number(),
    since: z.number(),
    isPartial: z.boolean().default(false),
    steps: z.array(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('held'), after }),
        z.object({ kind: z.literal('entries'), stageId: z.string(), after }),
        z.object({ kind: z.literal('deletions'), after }),
      ]),
    ),
  }),
});

/** Catching up in the table. */
export const createCatchUpStore = (table: Pick<Table, 'get' | 'overwrite'>): CatchUpStore => ({
  async load(accountId) {
    const item = await table.get(keys.catchUp(accountId));
    return item === null ? null : catchUpSchema.parse(item.content);
  },
  save: (accountId, catchUp) =>
    table.overwrite({ ...keys.catchUp(accountId), version: 1, content: catchUp, expiresAt: null, due: null }),
});
