import { describe, expect, it } from 'vitest';
import { createFieldCipher } from '#shared/stores/field-cipher.ts';
import {
  createWebhookSecretFinder,
  createWebhookSecretStore,
  noWebhookSecrets,
  type WebhookSecrets,
} from '#shared/stores/webhook-secret-store.ts';
import { rotateWebhookSecret } from '#shared/stores/webhook-secrets.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

const accountId = 'acct_harborlight';
const start = 1_772_442_060_000;
const cipher = createFieldCipher({
  current: async () => ({ keyId: 'k1', key: new Uint8Array(32).fill(7) }),
  byId: async () => new Uint8Array(32).fill(7),
});
const webhook = { webhookId: 'w-1', event: 'candidateDeleted', validUntil: null, isListed: true };
const secrets: WebhookSecrets = {
  webhookSecrets: [
    { secret: 'current-webhook-secret', validUntil: null, event: 'candidateStageChange' },
    { secret: 'previous-webhook-secret', validUntil: start, event: null },
  ],
  webhooks: [{ ...webhook, secret: 'registered-webhook-secret' }],
  refusedAt: null,
};

const scene = async (held: WebhookSecrets | null = secrets) => {
  let time = start;
  const table = createMemoryTable();
  let writes = 0;
  const counting = {
    ...table,
    put: async (...args: Parameters<typeof table.put>) => {
      writes += 1;
      return table.put(...args);
    },
  };
  const store = {
    ...createWebhookSecretStore(counting, cipher),
    find: createWebhookSecretFinder(counting, cipher, { now: () => time }),
  };
  if (held !== null) await store.update(accountId, () => held);
  return {
    table,
    store,
    passTime: (ms: number): void => {
      time += ms;
    },
    writesOf: async (work: () => Promise<unknown>): Promise<number> => {
      writes = 0;
      await work();
      return writes;
    },
  };
};

describe('the webhook secret store', () => {
  it('gives back what was saved, in a partition of its own, and keeps nothing of it in the clear', async () => {
    const { table, store } = await scene();
    expect(await store.load(accountId)).toEqual(secrets);
    const [item] = [...table.items.values()];
    expect([item?.pk, item?.sk]).toEqual([`WEBHOOK#${accountId}`, 'SECRETS']);
    expect(JSON.stringify(item)).not.toContain('webhook-secret"');
  });

  it('decrypts nothing that was copied into another account', async () => {
    const { table, store } = await scene();
    const [item] = [...table.items.values()];
    if (item === undefined) throw new Error('It should be stored.');
    await table.overwrite({ ...item, pk: item.pk.replace('harborlight', 'other') });
    await expect(store.find('acct_other')).rejects.toThrow('not its own');
  });

  it('tells an account without secrets from no account', async () => {
    const { store } = await scene(noWebhookSecrets);
    expect((await store.find(accountId))?.secrets).toEqual(noWebhookSecrets);
    expect(await store.find('acct_nobody')).toBeNull();
    expect(await store.load('acct_nobody')).toEqual(noWebhookSecrets);
  });

  it('answers what is known already while the same is stored, and nothing else', async () => {
    const { table, store } = await scene();
    const known = await store.find(accountId);
    expect(await store.find(accountId, known)).toBe(known);
    await store.update(accountId, (held) => rotateWebhookSecret(held, 'new-webhook-secret', start));
    const renewed = await store.find(accountId, known);
    expect(renewed?.secrets.webhookSecrets[0]?.secret).toBe('new-webhook-secret');
    // Deleted and made anew, and saved as often: another account in all but its id.
    const [another] = [...(await scene({ ...secrets, webhooks: [] })).table.items.values()];
    if (another === undefined) throw new Error('It should be stored.');
    await table.overwrite(another);
    expect(another.version).toBe(known?.found.item.version);
    expect((await store.find(accountId, known))?.secrets.webhooks).toEqual([]);
  });

  it('notes a refusal once an hour, however many there are, and loses no secret by it', async () => {
    const { store, passTime, writesOf } = await scene();
    const flood = async (): Promise<void> => {
      for (let times = 0; times < 100; times++) await (await store.find(accountId))?.noteRefusal();
    };
    expect(await writesOf(flood)).toBe(1);
    expect(await store.load(accountId)).toEqual({ ...secrets, refusedAt: start });
    passTime(3_599_999);
    expect(await writesOf(flood)).toBe(0);
    passTime(1);
    expect(await writesOf(flood)).toBe(1);
  });

  it('notes no refusal where Lever itself told us every secret', async () => {
    const { store, writesOf } = await scene({ ...secrets, webhookSecrets: [] });
    expect(await writesOf(async () => (await store.find(accountId))?.noteRefusal())).toBe(0);
  });

  it('undoes by a late refusal nothing that was changed meanwhile', async () => {
    const { store } = await scene();
    const found = await store.find(accountId);
    const change = (held: WebhookSecrets) => rotateWebhookSecret(held, 'new-webhook-secret', start);
    const { after } = await store.update(accountId, change);
    await found?.noteRefusal();
    expect(await store.load(accountId)).toEqual(after);
  });

  it('forgets the refusal once another secret is saved', async () => {
    const { store } = await scene({ ...secrets, refusedAt: start - 1 });
    await store.update(accountId, (held) => rotateWebhookSecret(held, 'new-webhook-secret', start));
    expect((await store.load(accountId)).refusedAt).toBeNull();
  });
});
