import * as z from 'zod/mini';
import { type ActionOutcome, actionOutcomes, type CheckAction, checkActions } from '#shared/domain/check-action.ts';
import * as keys from './keys.ts';
import { storedObject } from './stored-object.ts';
import { itemOver, itemsOf, type Table } from './table.ts';

/** A button that somebody pressed: what is asked about which check, and what became of it (null: not known, or not yet). */
export type Press = {
  readonly action: CheckAction;
  readonly opportunityId: string;
  readonly turnId: string;
  readonly outcome: ActionOutcome | null;
};

/** Whom a press is about, whatever another version lets people ask. */
const subjectSchema = storedObject({ opportunityId: z.string() });
const pressSchema: z.ZodMiniType<Press> = storedObject({
  action: z.enum(checkActions),
  opportunityId: z.string(),
  turnId: z.string(),
  outcome: z.nullable(z.enum(actionOutcomes)),
});

/** Longer than anybody keeps a page open. */
const rememberedSeconds = 30 * 86_400;

/** Presses of buttons that must have their effect once at most, by the id that the page gave each. */
export const createPressStore = (table: Table, { now }: { now: () => number }) => {
  const itemOf = (accountId: string, pressId: string, press: Press, replaces: number | null) =>
    itemOver(replaces, keys.press(accountId, pressId), press, {
      expiresAt: Math.floor(now() / 1000) + rememberedSeconds,
    });
  return {
    /** Takes the press for whoever is first; answers null then, and otherwise the press as it is known. */
    async reserve(accountId: string, pressId: string, press: Press): Promise<Press | null> {
      if (await table.put(itemOf(accountId, pressId, press, null), null)) return null;
      const item = await table.get(keys.press(accountId, pressId));
      return item === null ? press : z.parse(pressSchema, item.content);
    },
    /** Keeps what became of it, for whoever presses once more. */
    async settle(accountId: string, pressId: string, press: Press): Promise<void> {
      await table.overwrite(itemOf(accountId, pressId, press, 1));
    },
    /** Removes every press about an opportunity, by looking through those of a month. */
    async forget(accountId: string, opportunityId: string): Promise<void> {
      for await (const { pk, sk, content } of itemsOf(table, keys.accountPartition(accountId), keys.pressPrefix)) {
        if (z.parse(subjectSchema, content).opportunityId === opportunityId) await table.remove({ pk, sk });
      }
    },
  };
};

export type PressStore = ReturnType<typeof createPressStore>;
