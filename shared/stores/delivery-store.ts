import * as keys from './keys.ts';
import { hasExpired, itemOver, type Table } from './table.ts';

const rememberedSeconds = 15 * 86_400;

/** Deliveries already accepted, by signature: the token alone would let digits be moved (Lever puts nothing between it and the time). */
export const createDeliveryStore = (table: Pick<Table, 'get' | 'overwrite'>, { now }: { now: () => number }) => ({
  async isKnown(accountId: string, signature: string): Promise<boolean> {
    const item = await table.get(keys.delivery(accountId, signature));
    return item !== null && !hasExpired(item, now());
  },
  /** Remembers it for 15 days; call this only once the event is safely queued. */
  async remember(accountId: string, signature: string): Promise<void> {
    const expiresAt = Math.floor(now() / 1000) + rememberedSeconds;
    await table.overwrite(itemOver(null, keys.delivery(accountId, signature), {}, { expiresAt }));
  },
});
