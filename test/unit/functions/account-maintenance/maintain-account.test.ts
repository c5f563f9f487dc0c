import { describe, expect, it } from 'vitest';
import { maintainAccount } from '#functions/account-maintenance/maintain-account.ts';
import { sweep } from '#functions/sweep/sweep.ts';
import { createWorld } from '../../../fakes/world.ts';

/** An account that has been maintained for the first time. */
const scene = async () => {
  const world = await createWorld();
  await world.sweep();
  return { world };
};

describe('the maintenance of an account', () => {
  it('is done once, however many messages ask for it', async () => {
    const { world } = await scene();
    world.passTime(3_600);
    await sweep(world.ports);
    const calls = world.lever.requests.length;
    await maintainAccount(world.accountId, world.ports);
    const once = world.lever.requests.length;
    expect(once).toBeGreaterThan(calls);
    await maintainAccount(world.accountId, world.ports);
    await maintainAccount('acct_that_was_removed', world.ports);
    expect(world.lever.requests).toHaveLength(once);
  });

  it('does not put off what somebody wants at once while it is under way', async () => {
    const { world } = await scene();
    const { accountId, accounts, now, ports } = world;
    world.passTime(3_600);
    const wanted = now() + 7;
    const load: typeof ports.reconciliations.load = async (id) => {
      await accounts.update(id, (account) => account, wanted);
      return ports.reconciliations.load(id);
    };
    await maintainAccount(accountId, { ...ports, reconciliations: { ...ports.reconciliations, load } });
    expect((await accounts.findPlanned(accountId))?.maintenanceAt).toBe(wanted);
  });

  it("reads an account's stages each hour, and learns which one is the trigger", async () => {
    const { world } = await scene();
    const reads = new Set<number>();
    const noteRead = async () => reads.add((await world.accounts.find(world.accountId))?.stages?.readAt ?? 0);
    await noteRead();
    const account = await world.accounts.find(world.accountId);
    expect(account?.triggerStages).toEqual([
      { id: world.recruiter.stageId('Reference check'), name: 'Reference Check' },
    ]);
    await world.wait(3_600);
    await noteRead();
    expect(reads.size).toBe(2);
    await world.wait(3_600);
    await noteRead();
    expect(reads.size).toBe(3);
  });

  it('disconnects an account whose access has ended, and calls Lever no more for it', async () => {
    const { world } = await scene();
    world.lever.tokens.revoke('org');
    await world.wait(3_600);
    expect(await world.accounts.find(world.accountId)).toMatchObject({ connectionState: 'disconnected' });
    expect(world.log.filter(({ code }) => code === 'account_disconnected')).toHaveLength(1);
    const calls = world.lever.requests.length;
    await world.wait(3 * 3_600);
    expect(world.lever.requests).toHaveLength(calls);
  });

  it('finds a revocation when the access token is renewed where Lever lets the old one live on', async () => {
    const { world } = await scene();
    world.lever.tokens.revoke('org', { accessTokensToo: false });
    await world.wait(3_400);
    expect(await world.accounts.find(world.accountId)).toMatchObject({ connectionState: 'connected' });
    await world.wait(3_600);
    expect(await world.accounts.find(world.accountId)).toMatchObject({ connectionState: 'disconnected' });
  });

  it('calls Lever’s API four times an hour for an account that is idle, once more a day, and not at all for one that is switched off', async () => {
    const { world } = await scene();
    await world.accounts.update(world.accountId, (account) => ({
      ...account,
      connection: {
        leverAccountId: 'org',
        leverUserId: 'admin',
        authorizedBy: 'user-1',
        warnedAtDays: null,
        authorizedAt: world.now(),
      },
    }));
    await world.wait(2 * 3_600);
    const calls = (): number => world.lever.requests.filter(({ path }) => !path.startsWith('/oauth')).length;
    const before = calls();
    await world.wait(24 * 3_600);
    expect(calls() - before).toBe(24 * 4 + 1);
    await world.accounts.update(world.accountId, (account) => ({ ...account, enabled: false }));
    await world.wait(24 * 3_600);
    expect(calls() - before).toBe(24 * 4 + 1);
  });

  it('leaves an account connected where Lever is down or forbids the call', async () => {
    const { world } = await scene();
    for (const failure of [503, 403, 429, 'timeout', 'drop'] as const) {
      world.lever.failNext({ path: '/stages', times: 1, failure });
      await world.wait(3_600);
    }
    expect(await world.accounts.find(world.accountId)).toMatchObject({ connectionState: 'connected' });
  });

  it('tries an account again some minutes later where Lever was down', async () => {
    const { world } = await scene();
    await world.wait(3_480);
    await world.accounts.update(world.accountId, (account) => account, world.now());
    const { readAt } = (await world.accounts.find(world.accountId))?.stages ?? {};
    const isDown = { path: '/stages', times: 4, failure: 503 } as const;
    world.lever.failNext(isDown);
    await world.wait(120);
    world.lever.clearFaults();
    expect(world.log.map(({ code }) => code)).toContain('maintenance_failed');
    expect(await world.accounts.find(world.accountId)).toMatchObject({
      connectionState: 'connected',
      stages: { readAt },
    });
    await world.wait(420);
    expect((await world.accounts.find(world.accountId))?.stages?.readAt).not.toBe(readAt);
  });
});
