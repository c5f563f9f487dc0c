import * as z from 'zod';
import { erased } from '#shared/domain/transitions.ts';
import * as keys from '#shared/stores/keys.ts';
import { createRecords } from '#shared/stores/records.ts';
import { type Item, itemOver, type Table } from '#shared/stores/table.ts';

const sharedSchema = z.object({ opportunityIds: z.array(z.string()) });

/** Does the item name this very opportunity, by its key or in a field? Never by a part of an id, nor by a word that it holds for another reason. */
export const isAbout = ({ sk, content }: Pick<Item, 'sk' | 'content'>, opportunityId: string): boolean => {
  const ownKeys = [keys.opportunity('', opportunityId).sk, keys.hint('', opportunityId).sk];
  const [, turnId = ''] = /^TURN#([^#]+)#/u.exec(sk) ?? [];
  return (
    ownKeys.includes(sk) ||
    sk.startsWith(keys.storyPrefix(opportunityId)) ||
    sk === keys.turnId('', turnId, opportunityId).sk ||
    isNamedIn(content, opportunityId)
  );
};

const isNamedIn = (content: unknown, opportunityId: string): boolean =>
  typeof content === 'object' &&
  content !== null &&
  Object.entries(content).some(([name, value]) =>
    name === 'opportunityId' || name === 'opportunityIds'
      ? [value].flat().includes(opportunityId)
      : isNamedIn(value, opportunityId),
  );

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
    /** Leaves a bare mark that orders nothing again, if there is a record, and takes away everything else; answers how many items named it, how many of them went, and how many name it still. */
    async forget(accountId: string, opportunityId: string): Promise<{ found: number; removed: number; left: number }> {
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
      return { found: found.length, removed: others.length, left: left.length };
    },
  };
};
