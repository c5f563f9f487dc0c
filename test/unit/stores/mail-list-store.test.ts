import { describe, expect, it } from 'vitest';
import { newMailList } from '#shared/domain/mail-list.ts';
import { createFieldCipher } from '#shared/stores/field-cipher.ts';
import * as keys from '#shared/stores/keys.ts';
import { createMailLists } from '#shared/stores/mail-list-store.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

const accountId = 'acct_harborlight';
const opened = { address: 'ada@northwind.example', unsubscribe: 'a-secret-of-its-link' };

const scene = async () => {
  let keyId = '1';
  const keyOf = (id: string) => new Uint8Array(32).fill(Number(id));
  const cipher = createFieldCipher({
    current: async () => ({ keyId, key: keyOf(keyId) }),
    byId: async (id) => keyOf(id),
  });
  const table = createMemoryTable();
  const lists = createMailLists(table, cipher);
  const address = {
    id: 'address-1',
    sealed: await lists.seal(accountId, opened),
    unsubscribeHash: 'hash',
    addedAt: 1,
    confirmedAt: null,
    links: [],
  };
  await lists.update(accountId, (list) => ({ ...list, addresses: [address], nextLookAt: 5 }));
  return { lists, table, cipher, rotate: () => (keyId = '2') };
};

describe('a mail list', () => {
  it('is empty where nobody made one', async () => {
    const lists = createMailLists(createMemoryTable(), (await scene()).cipher);
    expect(await lists.load(accountId)).toEqual(newMailList);
  });

  it('keeps addresses and the secrets of their links encrypted, each for its own account', async () => {
    const { lists, table } = await scene();
    expect(JSON.stringify([...table.items.values()])).not.toMatch(/ada|northwind|a-secret/u);
    const [address] = (await lists.load(accountId)).addresses;
    expect(await lists.open(accountId, address ?? { sealed: '' })).toEqual(opened);
    await expect(lists.open('acct_other', address ?? { sealed: '' })).rejects.toThrow();
  });

  it('is encrypted anew once there is a new key, and only then', async () => {
    const { lists, table, cipher, rotate } = await scene();
    const before = await lists.load(accountId);
    await lists.reencrypt(accountId, before);
    expect(await lists.load(accountId)).toEqual(before);
    rotate();
    await lists.reencrypt(accountId, before);
    const [address] = (await lists.load(accountId)).addresses;
    expect(await cipher.isCurrent(address?.sealed ?? '')).toBe(true);
    expect(await lists.open(accountId, address ?? { sealed: '' })).toEqual(opened);
    expect((await table.get(keys.mailList(accountId)))?.version).toBe(2);
  });

  it('is due when something is to be done, and never where nobody is on it', async () => {
    const { lists, table } = await scene();
    expect((await table.get(keys.mailList(accountId)))?.due).toEqual({
      dueAt: 5,
      partition: 'MAILS',
      workType: 'mail',
    });
    await lists.lookSoon(accountId, 1);
    expect((await table.get(keys.mailList(accountId)))?.due?.dueAt).toBe(5);
    await lists.update(accountId, (list) => ({ ...list, addresses: [] }));
    expect((await table.get(keys.mailList(accountId)))?.due).toBeNull();
  });
});
