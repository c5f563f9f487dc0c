import { describe, expect, it } from 'vitest';
import { probeConnection } from '#functions/settings-api/probe-connection.ts';
import { createRateLimiter } from '#shared/stores/rate-limiter.ts';
import { createWorld } from '../../../fakes/world.ts';

const scene = async () => {
  const world = await createWorld();
  await world.wait(60);
  world.passTime(120);
  const before = world.lever.requests.length;
  return {
    world,
    look: async () => {
      const account = await world.accounts.find(world.accountId);
      if (account === null) throw new Error('The account is gone.');
      return (await probeConnection(account, world.ports)).connectionState;
    },
    calls: () => world.lever.requests.length - before,
  };
};

describe('whoever looks at the account', () => {
  it('sees at once that Lever has revoked the access', async () => {
    const { world, look } = await scene();
    world.lever.tokens.revoke('org');
    expect(await look()).toBe('disconnected');
    expect(world.log.filter(({ code }) => code === 'account_disconnected')).toHaveLength(1);
    expect(await look()).toBe('disconnected');
  });

  it('has webhooks that somebody took out in Lever put back within a minute', async () => {
    const { world, look } = await scene();
    await world.authorize(world.now(), world.now());
    await world.sweep();
    const { organization } = world.recruiter;
    organization.webhooks = organization.webhooks.filter(({ event }) => event === 'candidateDeleted');
    world.passTime(120);
    await look();
    await world.wait(60);
    expect(organization.webhooks.filter(({ madeByApi }) => madeByApi)).toHaveLength(3);
  });

  it('costs one call to Lever in a minute, however many look', async () => {
    const { world, look, calls } = await scene();
    for (let second = 0; second < 55; second += 5) {
      expect(await look()).toBe('connected');
      world.passTime(5);
    }
    expect(calls()).toBe(1);
    world.passTime(10);
    await look();
    expect(calls()).toBe(2);
  });

  it('costs none where others are calling Lever for it right now', async () => {
    const { world, look, calls } = await scene();
    const limiter = createRateLimiter(world.table, { now: world.now, sleep: async () => {} });
    await limiter.acquire(world.accountId, 'busy', 1);
    world.passTime(50);
    await look();
    expect(calls()).toBe(0);
  });

  it('costs none for an account that is switched off', async () => {
    const { world, look, calls } = await scene();
    await world.accounts.update(world.accountId, (account) => ({ ...account, enabled: false }));
    await look();
    expect(calls()).toBe(0);
  });

  it.each([503, 403, 429, 'timeout', 'drop'] as const)(
    'sees it connected still where Lever answers %s',
    async (failure) => {
      const { world, look } = await scene();
      world.lever.failNext({ path: '', times: 1, failure });
      expect(await look()).toBe('connected');
    },
  );
});
