import { keys } from './keys.ts';
import { hasExpired, type Table } from './table.ts';

/** Deliveries already accepted, by signature: the token alone would let digits be moved (Lever puts nothing between it and the time). */
export type DeliveryStore = {
  isKnown(accountId: string, signature: string): Promise<boolean>;
  /** Remembers it for 15 days; call this only once the event is safely queued. */
  remember(accountId: string, signature: string): Promise<void>;
};

const rememberedSeconds = 15 * 86_400;

/** Deliveries in the table. */
export const createDeliveryStore = (table: Table, options: { now: () => number }): DeliveryStore => ({
  async isKnown(accountId, signature) {
    const item = await table.get(keys.delivery(accountId, signature));
    return item !== null && !hasExpired(item, options.now());
  },
  async remember(accountId, signature) {
    const expiresAt = Math.floor(options.now() / 1000) + rememberedSeconds;
    await table.overwrite({ ...keys.delivery(accountId, signature), version: 1, content: {}, expiresAt, due: null });
  },
});
