import { describe, expect, it } from 'vitest';
import * as keys from '#shared/stores/keys.ts';
import { createPackageStore } from '#shared/stores/package-store.ts';
import { itemOver } from '#shared/stores/table.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

const driver = { id: 'P0000000002', name: 'Driver' };

describe('the list of packages', () => {
  it('is kept for each account', async () => {
    const store = createPackageStore(createMemoryTable());
    await store.update('acct_a', (list) => ({ ...list, entered: [driver] }));
    expect(await store.nameOf('acct_a', 'P0000000002')).toBe('Driver');
    expect(await store.nameOf('acct_b', 'P0000000002')).toBeNull();
  });

  it('loses no change to one that comes at the same time', async () => {
    const store = createPackageStore(createMemoryTable());
    await Promise.all([
      store.update('acct_a', (list) => ({ ...list, entered: [driver] })),
      store.update('acct_a', (list) => ({ ...list, turn: { readAt: 1, packages: [] } })),
    ]);
    expect(await store.load('acct_a')).toEqual({
      entered: [driver],
      turn: { readAt: 1, packages: [] },
      leverTags: null,
    });
  });

  it.each([null, 'P1', { entered: 7, turn: {}, leverTags: [] }])('is empty where %j was stored', async (content) => {
    const table = createMemoryTable();
    await table.overwrite(itemOver(null, keys.packages('acct_a'), content));
    expect(await createPackageStore(table).load('acct_a')).toEqual({ entered: [], turn: null, leverTags: null });
  });
});
