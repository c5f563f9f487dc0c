import { describe, expect, it } from 'vitest';
import { registerWebhooks, removeWebhooks, retireWebhooks } from '#shared/accounts/register-webhooks.ts';
import { Failure } from '#shared/domain/failure.ts';
import type { LeverWebhooks } from '#shared/lever/lever-webhooks.ts';
import { createWebhookSecretStore } from '#shared/stores/webhook-secret-store.ts';
import { isRegistered, validWebhookSecrets } from '#shared/stores/webhook-secrets.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';
import { plainCipher } from '../../fakes/plain-cipher.ts';
import { seededRandom } from '../../fakes/seeded-random.ts';

const accountId = 'acct_harborlight';
const webhookUrl = `https://turn.example/lever/${accountId}/webhook`;
const [moved, deleted, archived] = ['candidateStageChange', 'candidateDeleted', 'candidateArchiveChange'] as const;

/** Lever's webhooks with a crash wherever `crashAt` counts to, before or after the effect, where every step may take a while. */
const scene = (takeAWhile: () => Promise<void> = async () => {}) => {
  let time = 1_772_442_060_000;
  let crashAt = Number.POSITIVE_INFINITY;
  let steps = 0;
  const step = async (): Promise<void> => {
    await takeAWhile();
    steps += 1;
    if (steps === crashAt) throw new Failure('lever_unavailable', 'Lost.');
  };
  let made = 0;
  const atLever: { webhookId: string; url: string }[] = [];
  const lever: LeverWebhooks = {
    list: async () => {
      await step();
      return [...atLever];
    },
    register: async (_, url) => {
      await step();
      made += 1;
      const number = made;
      atLever.push({ webhookId: `w-${number}`, url });
      await step();
      return { webhookId: `w-${number}`, secret: `token-${number}` };
    },
    remove: async (webhookId) => {
      await step();
      const at = atLever.findIndex((each) => each.webhookId === webhookId);
      if (at !== -1) atLever.splice(at, 1);
      await step();
    },
  };
  const store = createWebhookSecretStore(createMemoryTable(), plainCipher);
  const webhookSecrets = {
    load: async (id: string) => {
      await takeAWhile();
      return store.load(id);
    },
    update: async (...args: Parameters<typeof store.update>) => {
      await step();
      const updated = await store.update(...args);
      await step();
      return updated;
    },
  };
  const register = () => registerWebhooks(accountId, { lever, webhookSecrets, webhookUrl });
  return {
    atLever,
    lever,
    register,
    retire: () => store.update(accountId, (before) => ({ ...before, webhooks: retireWebhooks(before.webhooks, time) })),
    held: () => store.load(accountId),
    crashAfter: (count: number): void => {
      crashAt = steps + count;
    },
    passTime: (ms: number): void => {
      time += ms;
    },
    now: () => time,
  };
};

describe('registerWebhooks', () => {
  it('registers all events, each at an address of its own, and holds their tokens', async () => {
    const { atLever, register, held } = scene();
    expect(await register()).toBe(true);
    expect(atLever).toEqual([
      { webhookId: 'w-1', url: `${webhookUrl}?event=${moved}` },
      { webhookId: 'w-2', url: `${webhookUrl}?event=${deleted}` },
      { webhookId: 'w-3', url: `${webhookUrl}?event=${archived}` },
    ]);
    expect((await held()).webhooks).toEqual([
      { webhookId: 'w-1', event: moved, secret: 'token-1', validUntil: null, isListed: true },
      { webhookId: 'w-2', event: deleted, secret: 'token-2', validUntil: null, isListed: true },
      { webhookId: 'w-3', event: archived, secret: 'token-3', validUntil: null, isListed: true },
    ]);
    expect(isRegistered(await held())).toBe(true);
  });

  it('doubles nothing when it is done again', async () => {
    const { atLever, register, held } = scene();
    await register();
    const before = await held();
    expect(await register()).toBe(false);
    expect(atLever).toHaveLength(3);
    expect(await held()).toEqual(before);
  });

  it('makes anew what Lever has but whose token nobody kept', async () => {
    const { atLever, register, held } = scene();
    atLever.push({ webhookId: 'lost', url: `${webhookUrl}?event=${moved}` });
    await register();
    expect(atLever.map(({ webhookId }) => webhookId)).toEqual(['w-1', 'w-2', 'w-3']);
    expect((await held()).webhooks).toHaveLength(3);
  });

  it('leaves what is not this account’s', async () => {
    const { atLever, register, lever, held } = scene();
    const foreign = [
      { webhookId: 'f-1', url: 'https://other.example/hook' },
      { webhookId: 'f-2', url: `https://turn.example/lever/${accountId}2/webhook?event=${moved}` },
      { webhookId: 'f-3', url: `${webhookUrl}s` },
    ];
    atLever.push(...foreign);
    await register();
    await removeWebhooks((await held()).webhooks, { lever, webhookUrl });
    expect(atLever).toEqual(foreign);
  });

  it('is undone by taking out all of them, whether Lever lists them or not', async () => {
    const { atLever, register, lever, held } = scene();
    await register();
    const list = async () => (await lever.list()).slice(1);
    await removeWebhooks((await held()).webhooks, { lever: { ...lever, list }, webhookUrl });
    expect(atLever).toEqual([]);
  });

  it('goes on accepting a webhook that Lever lists no more: it may still send, or the list be wrong', async () => {
    const { atLever, register, held, passTime, now } = scene();
    await register();
    atLever.splice(0, 1);
    expect(await register()).toBe(true);
    passTime(365 * 86_400_000);
    expect(validWebhookSecrets(await held(), now()).toSorted()).toEqual(['token-1', 'token-2', 'token-3', 'token-4']);
    expect(isRegistered(await held())).toBe(true);
  });

  it('of those that Lever lists no more keeps the twenty newest', async () => {
    const { atLever, register, held, now } = scene();
    for (let times = 0; times < 15; times++) {
      atLever.splice(0);
      await register();
    }
    const secrets = validWebhookSecrets(await held(), now());
    expect(secrets).toEqual(Array.from({ length: 23 }, (_, at) => `token-${at + 23}`));
  });

  it('keeps what Lever lists again, and takes out what was put in its place', async () => {
    const { atLever, lever, register, held } = scene();
    await register();
    const first = atLever.splice(0);
    await register();
    atLever.unshift(...first);
    expect(await register()).toBe(false);
    expect(await lever.list()).toEqual(first);
    expect((await held()).webhooks).toMatchObject([
      ...['w-1', 'w-2', 'w-3'].map((webhookId) => ({ webhookId, validUntil: null, isListed: true })),
      ...['w-4', 'w-5', 'w-6'].map((webhookId) => ({ webhookId, isListed: false })),
    ]);
  });

  it('registers others in the place of those that were retired, which end in two weeks though Lever still lists them', async () => {
    const { atLever, register, held, retire, now } = scene();
    await register();
    await retire();
    expect(isRegistered(await held())).toBe(false);
    expect(await register()).toBe(true);
    expect(atLever.map(({ webhookId }) => webhookId)).toEqual(['w-4', 'w-5', 'w-6']);
    expect(validWebhookSecrets(await held(), now() + 14 * 86_400_000 - 1)).toHaveLength(6);
    expect(validWebhookSecrets(await held(), now() + 14 * 86_400_000)).toEqual(['token-4', 'token-5', 'token-6']);
    expect(await register()).toBe(false);
    expect(isRegistered(await held())).toBe(true);
  });

  it('ends right after an interruption at any step, and another at any step of the repair', async () => {
    let interruptions = 0;
    for (let first = 1; first <= 12; first++) {
      for (let second = 1; second <= 12; second++) {
        const { atLever, register, held, crashAfter, now } = scene();
        for (const at of [first, second]) {
          crashAfter(at);
          await register().catch((error: unknown) => {
            if (!(error instanceof Failure)) throw error;
            interruptions += 1;
          });
        }
        crashAfter(Number.POSITIVE_INFINITY);
        await register();
        const { webhooks } = await held();
        expect(atLever.map(({ url }) => url).toSorted()).toEqual(
          [moved, deleted, archived].map((event) => `${webhookUrl}?event=${event}`).toSorted(),
        );
        const living = webhooks.filter(({ isListed }) => isListed).map(({ webhookId }) => webhookId);
        expect(living.toSorted()).toEqual(atLever.map(({ webhookId }) => webhookId).toSorted());
        expect(validWebhookSecrets(await held(), now()).length).toBeGreaterThanOrEqual(3);
      }
    }
    expect(interruptions).toBeGreaterThan(100);
  });

  it('done twice at once, in whatever order, leaves each event received once', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const { atLever, register, held } = scene(async () => {
        for (let turns = Math.floor(random() * 8); turns > 0; turns--) await Promise.resolve();
      });
      await Promise.all([register(), register()]);
      expect(isRegistered(await held())).toBe(true);
      expect(atLever).toHaveLength(3);
      const living = (await held()).webhooks.filter(({ isListed }) => isListed);
      expect(living.map(({ webhookId }) => webhookId).toSorted()).toEqual(
        atLever.map(({ webhookId }) => webhookId).toSorted(),
      );
    }
  });
});
