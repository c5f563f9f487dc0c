import * as z from 'zod';
import { erased } from '#shared/domain/transitions.ts';
import { keys } from '#shared/stores/keys.ts';
import { createRecords } from '#shared/stores/records.ts';
import { type Item, itemOver, type Table } from '#shared/stores/table.ts';

const sharedSchema = z.object({ opportunityIds: z.array(z.string()) });
const nothing = async (): Promise<void> => {};

/** What the table holds of one candidate's opportunity, for an operator to hand out or to take away. `itemsAbout` looks through all of the account. */
export const createOpportunityData = (
  table: Table,
  itemsAbout: (accountId: string, opportunityId: string) => Promise<Item[]>,
  now: () => number,
) => {
  const records = createRecords(table, { now, enqueueDecision: nothing, enqueueSync: nothing, emit: nothing });
  const isOwn = ({ sk }: Item, opportunityId: string): boolean => sk === keys.opportunity('', opportunityId).sk;
  const takeAway = async (item: Item, opportunityId: string): Promise<void> => {
    const others = sharedSchema.safeParse(item.content).data?.opportunityIds.filter((id) => id !== opportunityId) ?? [];
    if (others.length === 0) return table.remove(item);
    // Whoever was faster is seen to when it is looked through once more.
    await table.put(
      itemOver(item.version, item, { opportunityIds: others }, { expiresAt: item.expiresAt }),
      item.version,
    );
  };
  return {
    /** Every item that names the opportunity. */
    export: itemsAbout,
    /** Leaves a bare mark that orders nothing again, if there is a record, and takes away everything else; answers how many items went, and how many still name it. */
    async forget(accountId: string, opportunityId: string): Promise<{ removed: number; left: number }> {
      const found = await itemsAbout(accountId, opportunityId);
      if (found.some((item) => isOwn(item, opportunityId))) {
        await records.apply({ accountId, opportunityId }, (record) => {
          const { record: mark } = erased(record, undefined, now());
          return { record: { ...mark, nextDecision: null, nextSync: null }, effects: [] };
        });
      }
      const others = found.filter((item) => !isOwn(item, opportunityId));
      for (const item of others) await takeAway(item, opportunityId);
      const left = (await itemsAbout(accountId, opportunityId)).filter((item) => !isOwn(item, opportunityId));
      return { removed: others.length, left: left.length };
    },
  };
};
