import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { forgetOpportunity } from '#shared/accounts/forget-opportunity.ts';
import { createActivityLog } from '#shared/stores/activity-log.ts';
import { createHintStore } from '#shared/stores/hint-store.ts';
import * as keys from '#shared/stores/keys.ts';
import { createPressStore } from '#shared/stores/press-store.ts';
import { createRecords } from '#shared/stores/records.ts';
import { createSharers } from '#shared/stores/sharers.ts';
import type { Item, Table } from '#shared/stores/table.ts';
import { untilSaved } from '#shared/stores/until-saved.ts';

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
  // What becomes due is found by the sweep: there is no queue to tell.
  const records = createRecords(table, { now, enqueueDecision: nothing, enqueueSync: nothing, emit: nothing });
  const ports = {
    now,
    records,
    sharers: createSharers(table, { now }),
    activities: createActivityLog(table, { now, newId: randomUUID }),
    hints: createHintStore(table, { now, gatherMs: () => 0, enqueueSync: nothing }),
    presses: createPressStore(table, { now }),
  };
  const isOwn = ({ sk }: Item, opportunityId: string): boolean => sk === keys.opportunity('', opportunityId).sk;
  const leaveAMark = (accountId: string, opportunityId: string) =>
    untilSaved('Too many others changed the same record.', async () => {
      const outcome = await forgetOpportunity(await records.load(accountId, opportunityId), undefined, ports);
      return outcome === 'conflict' ? undefined : outcome;
    });
  const takeAway = async (item: Item, opportunityId: string): Promise<void> => {
    const shared = sharedSchema.safeParse(item.content).data?.opportunityIds;
    if (shared === undefined) return table.remove(item);
    const others = shared.filter((id) => id !== opportunityId);
    // Whoever was faster is seen to when it is looked through once more.
    await ports.sharers.replace({ key: item, version: item.version, opportunityIds: shared }, others);
  };
  return {
    /** Every item that names the opportunity. */
    export: itemsAbout,
    /** Forgets it as if Lever had it no longer, if there is a record, then takes away whatever names it still; answers how many items named it, how many of them went, and how many name it now, but for the mark. */
    async forget(accountId: string, opportunityId: string): Promise<{ found: number; removed: number; left: number }> {
      const found = await itemsAbout(accountId, opportunityId);
      const besidesTheMark = async (): Promise<Item[]> =>
        (await itemsAbout(accountId, opportunityId)).filter((item) => !isOwn(item, opportunityId));
      const hasRecord = found.some((item) => isOwn(item, opportunityId));
      if (hasRecord) await leaveAMark(accountId, opportunityId);
      for (const item of await besidesTheMark()) await takeAway(item, opportunityId);
      const left = await besidesTheMark();
      return { found: found.length, removed: found.length - (hasRecord ? 1 : 0), left: left.length };
    },
  };
};
