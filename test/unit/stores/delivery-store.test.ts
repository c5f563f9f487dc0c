import { describe, expect, it } from 'vitest';
import { createDeliveryStore } from '#shared/stores/delivery-store.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

const accountId = 'acct_harborlight';

describe('the delivery store', () => {
  it('remembers a delivery for 15 days, for its own account, even where the table is late to forget', async () => {
    let now = Date.parse('2026-03-02T09:00:00Z');
    const store = createDeliveryStore(createMemoryTable(), { now: () => now });
    await store.remember(accountId, 'a signature');
    expect(await store.isKnown(accountId, 'a signature')).toBe(true);
    expect(await store.isKnown('acct_other', 'a signature')).toBe(false);
    now += 15 * 86_400_000 - 1;
    expect(await store.isKnown(accountId, 'a signature')).toBe(true);
    now += 1;
    expect(await store.isKnown(accountId, 'a signature')).toBe(false);
  });
});
