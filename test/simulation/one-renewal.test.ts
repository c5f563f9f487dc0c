import { describe, expect, it } from 'vitest';
import { SANDBOX_LEVER_APP } from '#infra/local/sandbox/lever-model.ts';
import { Failure } from '#shared/domain/failure.ts';
import { createAccessTokens } from '#shared/lever/access-tokens.ts';
import { createLeverLogin } from '#shared/lever/lever-login.ts';
import { createCredentialStore } from '#shared/stores/credential-store.ts';
import { createMemoryTable } from '../fakes/memory-table.ts';
import { seededRandom } from '../fakes/seeded-random.ts';
import { createCustomer, createModels, createQuickCipher } from './machine/customers.ts';
import { type Environment, type Fate, startEnvironment } from './machine/environment.ts';
import { createFaults } from './machine/faults.ts';
import { createScheduler } from './machine/scheduler.ts';
import { tableFor } from './machine/table.ts';
import { leverHost, sendFor } from './machine/vendors.ts';

const workers = 1_000;
const leaseMs = 47_000;

/** So many environments that all want an access token of one account at once, and Lever knows the stored one no more. */
const renewAtOnce = async (fateAt: (environment: Environment, point: string) => Fate | null) => {
  const random = seededRandom(1);
  const scheduler = createScheduler(Date.parse('2026-03-02T09:00:00Z'), random);
  const { now } = scheduler;
  const models = createModels(now, random, 0);
  const [memory, cipher] = [createMemoryTable(), createQuickCipher()];
  const { recruiter } = await createCustomer({
    number: 1,
    people: 0,
    models,
    table: memory,
    cipher,
    now,
    random,
    settings: {},
    isVaried: false,
    isShared: false,
  });
  const { tokens } = (await createCredentialStore(memory, cipher).load('acct_1')).credentials;
  models.lever.tokens.expireAccessTokens(recruiter.organization.id);
  const faults = createFaults({ rates: new Map(), leftOut: new Set(), random, say: () => {} });
  const renewals: number[] = [];
  const given = new Set<string>();
  let served = 0;
  for (let n = 0; n < workers; n++) {
    const environment = startEnvironment({
      name: `worker#${n}`,
      scheduler,
      skewMs: 0,
      fateAt,
      latencyMs: () => 1 + Math.floor(random() ** 3 * 60),
      isInstant: () => false,
      say: () => {},
      onDeath: () => {},
    });
    const onAnswered = (): void => void renewals.push(now());
    const vendors = { ...models, isDown: () => false, denials: new Map(), now, vendorNow: now, orderTakesMs: 0 };
    const send = sendFor(vendors, environment, faults, { onSent: () => {}, onAnswered }, random);
    const login = createLeverLogin({
      app: SANDBOX_LEVER_APP,
      authUrl: `https://${leverHost}`,
      apiUrl: `https://${leverHost}`,
      redirectUri: 'https://api.example/lever/oauth/callback',
      send,
      now: environment.now,
    });
    const table = tableFor(memory, environment, faults, { onTouch: () => {}, onWrite: () => {} });
    const accessToken = createAccessTokens({
      store: createCredentialStore(table, cipher),
      refresh: login.refresh,
      now: environment.now,
      sleep: environment.sleep,
    });
    scheduler.after(Math.floor(random() * 50), () => {
      const ask = async (): Promise<void> => {
        const token = await accessToken('acct_1', tokens?.accessToken ?? null).catch((error: unknown) => {
          if (error instanceof Failure && error.code === 'lease_conflict') return null;
          throw error;
        });
        // The table brings the work back.
        if (token === null) return scheduler.after(60_000, () => void ask());
        served += 1;
        given.add(token);
      };
      void ask();
    });
  }
  const startsAt = now();
  await scheduler.runUntil(startsAt + 120_000);
  const isLiving = [...given].every((token) => models.lever.tokens.bearer(`Bearer ${token}`) !== undefined);
  return { renewedAfterMs: renewals.map((at) => at - startsAt), served, tokens: given.size, isLiving };
};

describe('a thousand workers that meet an expired access at once', () => {
  it('renew it exactly once', async () => {
    const { renewedAfterMs, ...outcome } = await renewAtOnce(() => null);
    process.stdout.write(`${workers} workers, ${renewedAfterMs.length} renewal after ${renewedAfterMs.join()} ms\n`);
    expect(renewedAfterMs).toHaveLength(1);
    expect(outcome).toEqual({ served: workers, tokens: 1, isLiving: true });
  });

  it('renew it once all the same where the first of them dies over it, once its lease has ended', async () => {
    let hasDied = false;
    const { renewedAfterMs, ...outcome } = await renewAtOnce((_, point) => {
      if (hasDied || !point.includes('/oauth/token')) return null;
      hasDied = true;
      return { kind: 'crash', when: 'before' };
    });
    process.stdout.write(`the first one dies: ${renewedAfterMs.length} renewal after ${renewedAfterMs.join()} ms\n`);
    expect(renewedAfterMs).toHaveLength(1);
    expect(renewedAfterMs[0]).toBeLessThan(leaseMs + 60_000);
    expect(renewedAfterMs[0]).toBeGreaterThan(leaseMs);
    expect(outcome).toEqual({ served: workers - 1, tokens: 1, isLiving: true });
  });
});
