import {
  type Account,
  defaultSettings,
  type LeverConnection,
  newAccount,
  withConnectionState,
} from '#shared/domain/account.ts';
import { withNewCallbackKey } from '#shared/domain/callback-keys.ts';
import { webhookEvents } from '#shared/domain/ids.ts';
import { readTokenOwner } from '#shared/lever/access-tokens.ts';
import { noCredentials } from '#shared/stores/credential-store.ts';
import { noWebhookSecrets, type WebhookSecret } from '#shared/stores/webhook-secret-store.ts';
import type { AccountSeed } from './accounts-file.ts';
import { CommandFault, type Stack } from './stack.ts';

/** Creates accounts. One that exists stays as it is, but for its credentials where `renewCredentials` says so. Throws a `CommandFault` where a Lever belongs to another account. */
export const createAccounts = async (
  seeds: readonly AccountSeed[],
  {
    accounts,
    credentials,
    webhookSecrets,
    callbackPathOf,
    now,
  }: Pick<Stack, 'accounts' | 'credentials' | 'webhookSecrets' | 'callbackPathOf' | 'now'>,
  { renewCredentials = false } = {},
): Promise<{ accountId: string; turnCallbackPath: string }[]> => {
  for (const seed of seeds) {
    const { accountId } = seed;
    // The secrets come first: an account that can be found is complete.
    const exists = (await accounts.find(accountId)) !== null;
    if (exists && !renewCredentials) continue;
    const connection: LeverConnection | null = seed.lever
      ? { ...readTokenOwner(seed.lever.accessToken), authorizedAt: now(), warnedAtDays: null }
      : null;
    const connect = (account: Account): Account => ({
      ...withConnectionState(account, seed.lever ? 'connected' : 'not_connected', now()),
      connection,
    });
    const leverAccountId = connection?.leverAccountId ?? null;
    const settleClaim = leverAccountId === null ? null : await accounts.claimLever(leverAccountId, accountId);
    if (leverAccountId !== null && settleClaim === null) {
      throw new CommandFault(`${accountId} cannot be connected: its Lever account is connected to another account.`);
    }
    await credentials.update(accountId, () => ({
      ...noCredentials,
      turnToken: seed.turnApiToken,
      tokens: seed.lever ? { ...seed.lever, expiresAt: Date.parse(seed.lever.expiresAt) } : null,
    }));
    await webhookSecrets.update(accountId, () => ({ ...noWebhookSecrets, webhookSecrets: webhookSecretsOf(seed) }));
    const created: Account = {
      // A key that no account of this id has ever had: what was deleted stays dead.
      ...withNewCallbackKey(newAccount(accountId, seed.name), now()),
      defaultPackageId: seed.defaultPackageId ?? null,
      triggerStages: seed.triggerStages?.map((name) => ({ id: null, name })) ?? defaultSettings.triggerStages,
    };
    await (exists ? accounts.update(accountId, connect) : accounts.create(connect(created)));
    await settleClaim?.();
  }
  return Promise.all(
    seeds.map(async ({ accountId }) => {
      const account = await accounts.find(accountId);
      if (account === null) throw new CommandFault(`${accountId} was deleted meanwhile.`);
      return { accountId, turnCallbackPath: await callbackPathOf(account) };
    }),
  );
};

/** Of each account that exists, a sentence with what the file says otherwise; secrets are not compared. */
export const differencesOf = async (
  seeds: readonly AccountSeed[],
  { accounts }: Pick<Stack, 'accounts'>,
): Promise<string[]> => {
  const found = await Promise.all(seeds.map(async (seed) => ({ seed, account: await accounts.find(seed.accountId) })));
  return found.flatMap(({ seed, account }) => {
    if (account === null) return [];
    const stages = account.triggerStages.map(({ name }) => name).join(', ');
    const pairs = [
      ['name', account.name, seed.name],
      ['defaultPackageId', account.defaultPackageId ?? 'none', seed.defaultPackageId],
      ['triggerStages', stages, seed.triggerStages?.join(', ')],
    ] as const;
    const told = pairs.flatMap(([what, has, wanted]) =>
      wanted == null || wanted === has ? [] : [`${what} is ${has} there, ${wanted} in the file`],
    );
    return [
      `  ${seed.accountId} exists already; ${told.length === 0 ? 'nothing but its secrets can differ' : told.join('; ')}.`,
    ];
  });
};

const webhookSecretsOf = ({ webhookSecret, webhookSecrets }: AccountSeed): WebhookSecret[] => {
  const byEvent = webhookEvents.map((event) => ({ event, secret: webhookSecrets?.[event] }));
  return [{ event: null, secret: webhookSecret }, ...byEvent].flatMap(({ event, secret }) =>
    typeof secret === 'string' ? [{ secret, validUntil: null, event }] : [],
  );
};
