import { describe, expect, it } from 'vitest';
import { type Credentials, createCredentialStore, noCredentials } from '#shared/stores/credential-store.ts';
import { createFieldCipher } from '#shared/stores/field-cipher.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';
import { plainCipher } from '../../fakes/plain-cipher.ts';

const cipher = createFieldCipher({
  current: async () => ({ keyId: 'k1', key: new Uint8Array(32).fill(7) }),
  byId: async () => new Uint8Array(32).fill(7),
});
const credentials: Credentials = {
  turnToken: 'turn-token-of-harborlight',
  tokens: { accessToken: 'lever-access-token', refreshToken: 'lever-refresh-token', expiresAt: 1_772_442_060_000 },
  refreshingUntil: 5,
};

describe('the credential store', () => {
  it('gives back what was saved, and keeps nothing of it in the clear', async () => {
    const table = createMemoryTable();
    const store = createCredentialStore(table, cipher);
    await store.update('acct_harborlight', () => credentials);
    expect((await store.load('acct_harborlight')).credentials).toEqual(credentials);
    const stored = JSON.stringify([...table.items.values()]);
    for (const secret of ['turn-token-of', 'lever-access', 'lever-refresh-']) expect(stored).not.toContain(secret);
  });

  it('decrypts nothing that was copied into another account', async () => {
    const table = createMemoryTable();
    const store = createCredentialStore(table, cipher);
    await store.update('acct_harborlight', () => credentials);
    const [item] = [...table.items.values()];
    if (item === undefined) throw new Error('It should be stored.');
    await table.overwrite({ ...item, pk: item.pk.replace('harborlight', 'other') });
    await expect(store.load('acct_other')).rejects.toThrow('not its own');
  });

  it('loses no change of many made at once', async () => {
    const store = createCredentialStore(createMemoryTable(), plainCipher);
    const letters = [...'abcdefgh'];
    const add = (letter: string) =>
      store.update('acct_harborlight', ({ turnToken, ...before }) => ({
        ...before,
        turnToken: `${turnToken ?? ''}${letter}`,
      }));
    await Promise.all(letters.map(add));
    const { turnToken } = (await store.load('acct_harborlight')).credentials;
    expect([...(turnToken ?? '')].toSorted()).toEqual(letters);
  });

  it('saves only over the version that was read', async () => {
    const store = createCredentialStore(createMemoryTable(), cipher);
    expect(await store.save('acct_harborlight', credentials, null)).toBe(true);
    expect(await store.save('acct_harborlight', credentials, null)).toBe(false);
    expect(await store.save('acct_harborlight', credentials, 1)).toBe(true);
    expect(await store.save('acct_harborlight', credentials, 1)).toBe(false);
  });

  it('saves what nobody has changed where nothing is stored yet, and only there', async () => {
    const store = createCredentialStore(createMemoryTable(), cipher);
    for (let times = 0; times < 2; times++) await store.update('acct_harborlight', (before) => before);
    expect(await store.load('acct_harborlight')).toEqual({ credentials: noCredentials, version: 1 });
  });
});
