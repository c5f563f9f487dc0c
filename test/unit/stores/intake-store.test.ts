import { describe, expect, it } from 'vitest';
import { newAccount } from '#shared/domain/account.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createIntakeCopier, createIntakeFinder } from '#shared/stores/intake-store.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

const accountId = 'acct_harborlight';
const now = (): number => 1_772_442_060_000;

const scene = async () => {
  const table = createMemoryTable();
  const accounts = createAccountStore(table, { now });
  await accounts.create(newAccount(accountId, 'Harborlight'));
  return { table, accounts, intakes: { find: createIntakeFinder(table), copy: createIntakeCopier(table) } };
};

describe('the intake store', () => {
  it('follows the account from its creation on, and tells no more of it than webhooks take', async () => {
    const { accounts, intakes } = await scene();
    const triggerStages = [{ id: null, name: 'Reference Check' }];
    expect(await intakes.find(accountId)).toEqual({ accountId, enabled: true, triggerStages, stages: null });
    await accounts.update(accountId, (account) => ({ ...account, enabled: false }));
    expect(await intakes.find(accountId)).toMatchObject({ enabled: false });
    expect(await intakes.find('acct_nobody')).toBeNull();
  });

  it('keeps the newest of the changes that are made at once', async () => {
    const { accounts, intakes } = await scene();
    const add = (name: string) =>
      accounts.update(accountId, (account) => ({
        ...account,
        triggerStages: [...account.triggerStages, { id: null, name }],
      }));
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map(add));
    expect((await intakes.find(accountId))?.triggerStages).toEqual((await accounts.find(accountId))?.triggerStages);
  });

  it('is not overwritten by a copy that comes late', async () => {
    const { accounts, intakes } = await scene();
    const before = newAccount(accountId, 'Harborlight');
    await accounts.update(accountId, (account) => ({ ...account, enabled: false }));
    await intakes.copy(before, 1);
    expect(await intakes.find(accountId)).toMatchObject({ enabled: false });
  });

  it('is made good by the next change where it was left behind', async () => {
    const { table, accounts, intakes } = await scene();
    const { put } = table;
    table.put = async (item, replaces) => {
      if (item.sk === 'INTAKE') throw new Error('a crash');
      return put(item, replaces);
    };
    await expect(accounts.update(accountId, (account) => ({ ...account, enabled: false }))).rejects.toThrow('a crash');
    table.put = put;
    expect(await intakes.find(accountId)).toMatchObject({ enabled: true });
    await accounts.update(accountId, (account) => ({ ...account }));
    expect(await intakes.find(accountId)).toMatchObject({ enabled: false });
  });

  it('is of the account that is there now, whatever a deleted one of the same id has left', async () => {
    const { table, accounts, intakes } = await scene();
    for (const enabled of [true, false]) await accounts.update(accountId, (account) => ({ ...account, enabled }));
    // Whoever saved it while it was being deleted has copied it once more.
    await table.remove({ pk: `ACCOUNT#${accountId}`, sk: 'ACCOUNT' });
    expect(await accounts.create(newAccount(accountId, 'Harborlight'))).toBe(true);
    expect(await intakes.find(accountId)).toMatchObject({ enabled: true });
    await accounts.update(accountId, (account) => ({ ...account, enabled: false }));
    expect(await intakes.find(accountId)).toMatchObject({ enabled: false });
    expect(await accounts.create(newAccount(accountId, 'Harborlight'))).toBe(false);
  });
});
