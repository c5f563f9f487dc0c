import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Credentials,
  createCredentialStore,
  hasWebhookSecret,
  noCredentials,
  previousValidUntil,
  revokePrevious,
  rotateWebhookSecret,
  validWebhookSecrets,
} from '#shared/stores/credential-store.ts';
import { createFieldCipher } from '#shared/stores/field-cipher.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

const cipher = createFieldCipher({
  current: async () => ({ keyId: 'k1', key: new Uint8Array(32).fill(7) }),
  byId: async () => new Uint8Array(32).fill(7),
});
const credentials: Credentials = {
  turnToken: 'turn-token-of-harborlight',
  webhookSecrets: [
    { secret: 'current-webhook-secret', validUntil: null },
    { secret: 'previous-webhook-secret', validUntil: 1_772_442_060_000 },
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
        webhookSecrets: [...before.webhookSecrets, { secret, validUntil: null }],
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

const day = 86_400_000;
const start = 1_772_442_060_000;
const afterRotations = (...secrets: string[]): Credentials =>
  secrets.reduce<Credentials>(
    (before, secret, n) => rotateWebhookSecret(before, secret, start + n * day),
    noCredentials,
  );

describe('webhook secrets', () => {
  it('are none at first', () => {
    expect(hasWebhookSecret(noCredentials)).toBe(false);
    expect(validWebhookSecrets(noCredentials, start)).toEqual([]);
    expect(previousValidUntil(noCredentials, start)).toBeNull();
  });

  it('stay valid for 14 days after another took their place, and not a moment longer', () => {
    const credentials = afterRotations('one', 'two');
    const until = start + day + 14 * day;
    expect(previousValidUntil(credentials, start + day)).toBe(until);
    expect(validWebhookSecrets(credentials, until - 1)).toEqual(['two', 'one']);
    expect(validWebhookSecrets(credentials, until)).toEqual(['two']);
    expect(previousValidUntil(credentials, until)).toBeNull();
  });

  it('keep each its own end, however often they are changed', () => {
    const credentials = afterRotations('one', 'two', 'three');
    expect(validWebhookSecrets(credentials, start + 15 * day - 1)).toEqual(['three', 'two', 'one']);
    expect(validWebhookSecrets(credentials, start + 15 * day)).toEqual(['three', 'two']);
    expect(validWebhookSecrets(credentials, start + 16 * day)).toEqual(['three']);
  });

  it('are the newest five at most, however fast they are changed', () => {
    const given = Array.from({ length: 200 }, (_, n) => `secret-${n}`);
    const credentials = given.reduce((before, secret) => rotateWebhookSecret(before, secret, start), noCredentials);
    expect(credentials.webhookSecrets.map(({ secret }) => secret)).toEqual(given.slice(-5).toReversed());
  });

  it('are not changed by being given again: a repeated request drops nothing', () => {
    const credentials = afterRotations('one', 'two');
    expect(rotateWebhookSecret(credentials, 'two', start + 9 * day)).toBe(credentials);
  });

  it('can go back to the one before', () => {
    const credentials = afterRotations('one', 'two', 'one');
    expect(credentials.webhookSecrets.map(({ secret }) => secret)).toEqual(['one', 'two']);
    expect(credentials.webhookSecrets[0]?.validUntil).toBeNull();
  });

  it('are only the current one once the others are revoked', () => {
    const credentials = revokePrevious(afterRotations('one', 'two', 'three'));
    expect(validWebhookSecrets(credentials, start)).toEqual(['three']);
    expect(previousValidUntil(credentials, start)).toBeNull();
  });

  it('leave those of registered webhooks alone, which are believed beside them', () => {
    const webhook = {
      webhookId: 'w-1',
      event: 'candidateDeleted',
      secret: 'registered',
      validUntil: null,
      isListed: true,
    };
    const before = { ...afterRotations('one'), webhooks: [webhook] };
    const after = revokePrevious(rotateWebhookSecret(before, 'two', start));
    expect(after.webhooks).toEqual([webhook]);
    expect(validWebhookSecrets(after, start)).toEqual(['two', 'registered']);
    expect(hasWebhookSecret({ ...noCredentials, webhooks: [webhook] })).toBe(false);
  });

  it('are never without exactly one current, nor hold one twice, nor believe what has run out', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat({ max: 20 * day })), { minLength: 1 });
    fc.assert(
      fc.property(steps, (rotations) => {
        let [credentials, now] = [noCredentials, start];
        for (const [secret, wait] of rotations) {
          now += wait;
          const validBefore = validWebhookSecrets(credentials, now);
          credentials = rotateWebhookSecret(credentials, secret, now);
          const secrets = credentials.webhookSecrets.map((each) => each.secret);
          expect(credentials.webhookSecrets.filter(({ validUntil }) => validUntil === null)).toHaveLength(1);
          expect(secrets[0]).toBe(secret);
          expect(new Set(secrets).size).toBe(secrets.length);
          expect(validWebhookSecrets(credentials, now)).toEqual(expect.arrayContaining(validBefore));
        }
      }),
    );
  });
});
