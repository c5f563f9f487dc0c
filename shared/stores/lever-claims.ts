import * as z from 'zod';
import { type Account, isConnectedTo } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

/** Which of our accounts a Lever account belongs to: one at most, for two would buy two checks for one move. A claim counts for as long as its account is connected there, or is just being connected. */
export type LeverClaims = {
  /** Does it belong to another account than this one? */
  isLeverTaken(leverAccountId: string, accountId: string): Promise<boolean>;
  /** Claims it for an account that is about to be connected, within a minute; null where it belongs to another. Call what it answers once the account is connected. */
  claimLever(leverAccountId: string, accountId: string): Promise<(() => Promise<unknown>) | null>;
  /** Claims it for an account that is connected, if nobody has; false where it belongs to another. */
  keepLever(leverAccountId: string, accountId: string): Promise<boolean>;
};

/** Longer than any function that connects an account may run: whoever died before it was connected holds the claim no longer. */
const connectingMs = 60_000;
/** `until`: so long it counts, whatever the account says of itself; epoch milliseconds. */
const claimSchema = z.object({ accountId: z.string(), until: z.number() });
type Claim = z.infer<typeof claimSchema>;

/** Claims in the table, one item for each Lever account that was ever connected. */
export const createLeverClaims = (
  table: Pick<Table, 'get' | 'put'>,
  options: { now: () => number; findAccount: (accountId: string) => Promise<Account | null> },
): LeverClaims => {
  const read = async (leverAccountId: string): Promise<{ claim: Claim | null; version: number }> => {
    const item = await table.get(keys.leverClaim(leverAccountId));
    return item === null
      ? { claim: null, version: 0 }
      : { claim: claimSchema.parse(item.content), version: item.version };
  };
  const save = (leverAccountId: string, content: Claim, replaces: number): Promise<boolean> =>
    table.put(
      { ...keys.leverClaim(leverAccountId), version: replaces + 1, content, expiresAt: null, due: null },
      replaces === 0 ? null : replaces,
    );
  const isOfAnother = async (claim: Claim | null, leverAccountId: string, accountId: string): Promise<boolean> => {
    if (claim === null || claim.accountId === accountId) return false;
    if (claim.until > options.now()) return true;
    const owner = await options.findAccount(claim.accountId);
    return owner !== null && isConnectedTo(owner, leverAccountId);
  };
  const claimLever: LeverClaims['claimLever'] = async (leverAccountId, accountId) => {
    for (let tries = 0; tries < 20; tries++) {
      const { claim, version } = await read(leverAccountId);
      if (await isOfAnother(claim, leverAccountId, accountId)) return null;
      // Saved anew though it be ours: who read the old one, of an account not connected, must not take it over now.
      if (await save(leverAccountId, { accountId, until: options.now() + connectingMs }, version))
        return () => save(leverAccountId, { accountId, until: 0 }, version + 1);
    }
    throw new Failure('write_conflict', 'Too many others claimed the same Lever account.');
  };
  return {
    claimLever,
    async isLeverTaken(leverAccountId, accountId) {
      return isOfAnother((await read(leverAccountId)).claim, leverAccountId, accountId);
    },
    async keepLever(leverAccountId, accountId) {
      if ((await read(leverAccountId)).claim?.accountId === accountId) return true;
      const settle = await claimLever(leverAccountId, accountId);
      await settle?.();
      return settle !== null;
    },
  };
};
