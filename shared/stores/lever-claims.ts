import * as z from 'zod/mini';
import { type Account, isConnectedTo } from '#shared/domain/account.ts';
import * as keys from './keys.ts';
import { storedObject } from './stored-object.ts';
import { itemOver, type Table } from './table.ts';
import { untilSaved } from './until-saved.ts';

/** Longer than any function that connects an account may run: whoever died before it was connected holds the claim no longer. */
const connectingMs = 60_000;
/** `until`: so long it counts, whatever the account says of itself; epoch milliseconds. */
const claimSchema = storedObject({ accountId: z.string(), until: z.number() });
type Claim = z.infer<typeof claimSchema>;

/**
 * Which of our accounts a Lever account belongs to: one at most, for two would buy two checks for one move. A claim in the
 * table, one for each Lever account that was ever connected, counts for as long as its account is connected there, or is
 * just being connected.
 */
export const createLeverClaims = (
  table: Pick<Table, 'get' | 'put'>,
  { now, findAccount }: { now: () => number; findAccount: (accountId: string) => Promise<Account | null> },
) => {
  const read = async (leverAccountId: string): Promise<{ claim: Claim | null; version: number | null }> => {
    const item = await table.get(keys.leverClaim(leverAccountId));
    return { claim: item === null ? null : z.parse(claimSchema, item.content), version: item?.version ?? null };
  };
  const isOfAnother = async (claim: Claim | null, leverAccountId: string, accountId: string): Promise<boolean> => {
    if (claim === null || claim.accountId === accountId) return false;
    if (claim.until > now()) return true;
    const owner = await findAccount(claim.accountId);
    return owner !== null && isConnectedTo(owner, leverAccountId);
  };
  /** Claims it for an account that is about to be connected, within a minute; null where it belongs to another. Call what it answers once the account is connected. */
  const claimLever = (leverAccountId: string, accountId: string): Promise<(() => Promise<unknown>) | null> =>
    untilSaved('Too many others claimed the same Lever account.', async () => {
      const key = keys.leverClaim(leverAccountId);
      const { claim, version } = await read(leverAccountId);
      if (await isOfAnother(claim, leverAccountId, accountId)) return null;
      // Saved anew though it be ours: who read the old one, of an account not connected, must not take it over now.
      const taken = itemOver(version, key, { accountId, until: now() + connectingMs });
      const settled = itemOver(taken.version, key, { accountId, until: 0 });
      return (await table.put(taken, version)) ? () => table.put(settled, taken.version) : undefined;
    });
  return {
    claimLever,
    /** Does it belong to another account than this one? */
    isLeverTaken: async (leverAccountId: string, accountId: string): Promise<boolean> =>
      isOfAnother((await read(leverAccountId)).claim, leverAccountId, accountId),
    /** Claims it for an account that is connected, if nobody has; false where it belongs to another. */
    async keepLever(leverAccountId: string, accountId: string): Promise<boolean> {
      if ((await read(leverAccountId)).claim?.accountId === accountId) return true;
      const settle = await claimLever(leverAccountId, accountId);
      await settle?.();
      return settle !== null;
    },
  };
};
