import { describe, expect, it } from 'vitest';
import { maintainAccount } from '#functions/account-maintenance/maintain-account.ts';
import { newAccount, withConnectionState } from '#shared/domain/account.ts';
import { isRegistered, validWebhookSecrets } from '#shared/stores/webhook-secrets.ts';
import { createWorld } from '../../../fakes/world.ts';

const dayMs = 86_400_000;

/** An account that was connected on the settings page so many days ago. */
const scene = async (daysAgo: number) => {
  const world = await createWorld();
  const { accountId, accounts, now } = world;
  await world.authorize(now() - daysAgo * dayMs);
  const maintain = async (): Promise<void> => {
    await accounts.update(accountId, (account) => account, now());
    await maintainAccount(accountId, world.ports);
  };
  const kinds = async () => {
    const { activities } = await world.ports.activities.list(accountId, { limit: 50, after: null });
    return activities.map(({ kind, detail }) => (detail === null ? kind : `${kind} ${detail}`));
  };
  const codes = () => world.log.map(({ code }) => code);
  return { world, maintain, kinds, codes };
};

describe('the maintenance of an account', () => {
  it('warns of the end of the access once, in the log of the account and by a metric', async () => {
    const { maintain, kinds, codes } = await scene(335);
    for (let times = 0; times < 3; times++) await maintain();
    expect((await kinds()).filter((kind) => kind.startsWith('reauthorization_due'))).toEqual([
      'reauthorization_due days_left 30',
    ]);
    expect(codes().filter((code) => code === 'reauthorization_due')).toHaveLength(1);
  });

  it('warns of nothing in the first eleven months', async () => {
    const { maintain, codes } = await scene(333);
    await maintain();
    expect(codes()).not.toContain('reauthorization_due');
  });

  it('registers the webhooks that an interrupted connection left out, and only once', async () => {
    const { world, maintain, kinds } = await scene(0);
    for (let times = 0; times < 3; times++) await maintain();
    const { webhooks } = world.recruiter.organization;
    expect(webhooks.filter(({ madeByApi }) => madeByApi)).toHaveLength(3);
    expect(isRegistered(await world.webhookSecrets.load(world.accountId))).toBe(true);
    expect(await kinds()).toEqual(['webhooks_registered']);
  });

  it('puts back within the hour what somebody took out in Lever, once, and says so', async () => {
    const { world, maintain, kinds } = await scene(0);
    const { organization } = world.recruiter;
    const ours = () => organization.webhooks.filter(({ madeByApi }) => madeByApi);
    const takeOut = (): void => {
      organization.webhooks = organization.webhooks.filter(({ event }) => event === 'candidateDeleted');
    };
    await maintain();
    takeOut();
    await world.wait(3_600);
    expect(ours()).toHaveLength(3);
    expect(isRegistered(await world.webhookSecrets.load(world.accountId))).toBe(true);
    expect(await kinds()).toEqual(['webhooks_registered', 'webhooks_removed', 'webhooks_registered']);
    takeOut();
    await world.wait(2 * 3_600);
    expect(ours()).toHaveLength(1);
    expect(isRegistered(await world.webhookSecrets.load(world.accountId))).toBe(false);
    expect((await kinds()).slice(0, 2)).toEqual(['webhooks_removed', 'webhooks_registered']);
  });

  it('puts back what is taken out for the first time since the authorization, whatever went before', async () => {
    const { world, maintain } = await scene(0);
    const { accountId, accounts, passTime, now, recruiter } = world;
    for (let times = 0; times < 2; times++) {
      await maintain();
      recruiter.organization.webhooks = [];
      await maintain();
    }
    await accounts.update(accountId, ({ connection, ...account }) => {
      if (connection === null) return { ...account, connection };
      const { webhookRemovals, ...again } = connection;
      expect(webhookRemovals).toBe(2);
      return { ...account, connection: { ...again, authorizedAt: now() } };
    });
    await maintain();
    recruiter.organization.webhooks = [];
    passTime(1);
    await maintain();
    expect(recruiter.organization.webhooks).toHaveLength(3);
  });

  it('keeps what a list has lacked for a while, however often, and takes out the doubles', async () => {
    const { world, maintain } = await scene(0);
    const { organization } = world.recruiter;
    await maintain();
    const there = organization.webhooks;
    for (let times = 0; times < 3; times++) {
      organization.webhooks = [];
      await maintain();
      organization.webhooks = [...there, ...organization.webhooks];
      await maintain();
      expect(organization.webhooks).toEqual(there);
      expect(isRegistered(await world.webhookSecrets.load(world.accountId))).toBe(true);
    }
    const [first] = there.filter(({ madeByApi }) => madeByApi);
    await world.ports.webhooksOf(world.accountId, null).register(first?.event ?? '', first?.url ?? '', []);
    await maintain();
    expect(organization.webhooks).toEqual(there);
  });

  it('doubles nothing hour after hour, and believes all that may send, where Lever lists only what the access token at hand registered', async () => {
    const { world, maintain } = await scene(0);
    const { organization } = world.recruiter;
    const registered = [];
    for (let hours = 0; hours < 400; hours += 8) {
      await maintain();
      registered.push(...organization.webhooks.filter(({ madeByApi }) => madeByApi));
      organization.webhooks = [];
      world.passTime(8 * 3_600);
    }
    expect(registered).toHaveLength(6);
    const secrets = await world.webhookSecrets.load(world.accountId);
    expect(validWebhookSecrets(secrets, world.now())).toEqual(
      expect.arrayContaining(registered.map(({ signatureToken }) => signatureToken)),
    );
  });

  it('registers a second time, and no third, where Lever never lists what it has', async () => {
    const { world } = await scene(0);
    const webhooksOf: typeof world.ports.webhooksOf = (...of) => ({
      ...world.ports.webhooksOf(...of),
      list: async () => [],
    });
    for (let times = 0; times < 5; times++) {
      await world.accounts.update(world.accountId, (account) => account, world.now());
      await maintainAccount(world.accountId, { ...world.ports, webhooksOf });
    }
    expect(world.recruiter.organization.webhooks.filter(({ madeByApi }) => madeByApi)).toHaveLength(6);
    // Nobody has removed any.
    expect((await world.accounts.find(world.accountId))?.connection?.webhooksRemovedAt).toBeUndefined();
  });

  it('says that webhooks were removed where Lever does not take new ones, and tries again', async () => {
    const { world, maintain, kinds } = await scene(0);
    await maintain();
    world.recruiter.organization.webhooks = [];
    world.lever.failNext({ path: '/webhooks', method: 'POST', times: 1, failure: 503 });
    await maintain();
    expect(isRegistered(await world.webhookSecrets.load(world.accountId))).toBe(false);
    expect(await kinds()).toEqual(['webhooks_removed', 'webhooks_registered']);
    await maintain();
    expect(isRegistered(await world.webhookSecrets.load(world.accountId))).toBe(true);
  });

  it('gives a connection that was made before it the webhook for archiving, which nobody has removed', async () => {
    const { world, maintain, kinds } = await scene(0);
    const { organization } = world.recruiter;
    await maintain();
    const isOther = ({ event }: { event: string }): boolean => event !== 'candidateArchiveChange';
    organization.webhooks = organization.webhooks.filter(isOther);
    await world.webhookSecrets.update(world.accountId, (held) => ({
      ...held,
      webhooks: held.webhooks.filter(isOther),
    }));
    await world.wait(2 * 3_600);
    expect(organization.webhooks.filter(({ madeByApi }) => madeByApi)).toHaveLength(3);
    expect(isRegistered(await world.webhookSecrets.load(world.accountId))).toBe(true);
    expect(await kinds()).toEqual(['webhooks_registered', 'webhooks_registered']);
    expect((await world.accounts.find(world.accountId))?.connection?.webhookRemovals).toBeUndefined();
  });

  it('takes out what Lever lists twice', async () => {
    const { world, maintain, kinds } = await scene(0);
    await maintain();
    const [first] = world.recruiter.organization.webhooks.filter(({ madeByApi }) => madeByApi);
    await world.ports.webhooksOf(world.accountId, null).register(first?.event ?? '', first?.url ?? '', []);
    await maintain();
    expect(world.recruiter.organization.webhooks.filter(({ madeByApi }) => madeByApi)).toHaveLength(3);
    expect(world.recruiter.organization.webhooks).toContain(first);
    expect(await kinds()).toEqual(['webhooks_registered']);
  });

  it('goes on where Lever takes no webhooks, and tries again the next time', async () => {
    const { world, maintain, codes } = await scene(0);
    world.lever.failNext({ path: '/webhooks', method: 'POST', times: 1, failure: 403 });
    await maintain();
    expect(codes()).toContain('webhooks_not_registered');
    expect(codes()).not.toContain('maintenance_failed');
    await maintain();
    expect(world.recruiter.organization.webhooks.filter(({ madeByApi }) => madeByApi)).toHaveLength(3);
  });

  it('registers none for an account that is disconnected while it is maintained', async () => {
    const { world } = await scene(0);
    const { accountId, accounts, now } = world;
    const load = async (id: string) => {
      await accounts.update(id, (account) => withConnectionState(account, 'not_connected', now()));
      return world.webhookSecrets.load(id);
    };
    await maintainAccount(accountId, { ...world.ports, webhookSecrets: { ...world.webhookSecrets, load } });
    expect(world.recruiter.organization.webhooks.filter(({ madeByApi }) => madeByApi)).toEqual([]);
  });

  it.each([
    ['that nobody knows anything of', null],
    ['from a list', { leverAccountId: 'org', leverUserId: 'admin', authorizedAt: 0, warnedAtDays: null }],
  ])('registers none for an account with tokens %s: its webhooks were set up by hand', async (_, connection) => {
    const world = await createWorld({ settings: { connection } });
    await maintainAccount(world.accountId, world.ports);
    expect(world.recruiter.organization.webhooks.filter(({ madeByApi }) => madeByApi)).toEqual([]);
  });

  it('encrypts the secrets anew where that is due, of accounts that are not connected too', async () => {
    const world = await createWorld();
    await world.accounts.update(world.accountId, (account) => ({ ...account, connectionState: 'disconnected' }));
    const reencrypted: string[] = [];
    const credentials = { ...world.credentials, reencrypt: async (id: string) => void reencrypted.push(id) };
    const ofWebhooks = async (id: string) => void reencrypted.push(`${id} webhooks`);
    await maintainAccount(world.accountId, {
      ...world.ports,
      credentials,
      webhookSecrets: { ...world.webhookSecrets, reencrypt: ofWebhooks },
    });
    expect(reencrypted).toEqual([world.accountId, `${world.accountId} webhooks`]);
  });

  it.each([
    ['on the settings page', () => scene(0).then(({ world }) => world)],
    ['by its operator', () => createWorld()],
  ])('claims its Lever where it was connected %s before there were claims', async (_, connected) => {
    const world = await connected();
    expect(await world.accounts.isLeverTaken('org', 'acct_other')).toBe(false);
    await maintainAccount(world.accountId, world.ports);
    expect(await world.accounts.isLeverTaken('org', 'acct_other')).toBe(true);
    expect(world.log.map(({ code }) => code)).not.toContain('lever_shared');
  });

  it('tells the operator of a Lever that another account is connected to as well, and goes on', async () => {
    const { world, maintain, codes } = await scene(0);
    await world.accounts.create({ ...newAccount('acct_other', 'Other'), connectionState: 'connected' });
    await world.accounts.keepLever('org', 'acct_other');
    await maintain();
    expect(codes()).toContain('lever_shared');
    expect((await world.accounts.find(world.accountId))?.connectionState).toBe('connected');
  });
});
