import { describe, expect, it } from 'vitest';
import { type Credentials, createCredentialStore } from '#shared/stores/credential-store.ts';
import { createFieldCipher } from '#shared/stores/field-cipher.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

const cipher = createFieldCipher({
  current: async () => ({ keyId: 'k1', key: new Uint8Array(32).fill(7) }),
  byId: async () => new Uint8Array(32).fill(7),
});
const credentials: Credentials = {
  turnToken: 'turn-token-of-harborlight',
  webhookSecrets: [
    { secret: 'current-webhook-secret', validUntil: null, event: 'candidateStageChange' },
    { secret: 'previous-webhook-secret', validUntil: 1_772_442_060_000, event: null },
  ],
  webhooks: [
    {
      webhookId: 'w-1',
      event: 'candidateDeleted',
      secret: 'registered-webhook-secret',
      validUntil: null,
      isListed: true,
    },
  ],
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
    for (const secret of ['turn-token-of', 'webhook-secret"', 'lever-access', 'lever-refresh-']) {
      expect(stored).not.toContain(secret);
    }
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
    const store = createCredentialStore(createMemoryTable(), cipher);
    const secrets = Array.from({ length: 8 }, (_, n) => `secret-${n}`);
    const add = (secret: string) =>
      store.update('acct_harborlight', (before) => ({
        ...before,
        webhookSecrets: [...before.webhookSecrets, { secret, validUntil: null, event: null }],
      }));
    await Promise.all(secrets.map(add));
    const { webhookSecrets } = (await store.load('acct_harborlight')).credentials;
    expect(webhookSecrets.map(({ secret }) => secret).toSorted()).toEqual(secrets);
  });

  it('saves only over the version that was read', async () => {
    const store = createCredentialStore(createMemoryTable(), cipher);
    expect(await store.save('acct_harborlight', credentials, null)).toBe(true);
    expect(await store.save('acct_harborlight', credentials, null)).toBe(false);
    expect(await store.save('acct_harborlight', credentials, 1)).toBe(true);
    expect(await store.save('acct_harborlight', credentials, 1)).toBe(false);
  });
});
