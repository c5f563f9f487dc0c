import type { Account } from '#shared/domain/account.ts';
import { isRegistered } from '#shared/lever/register-webhooks.ts';
import type { AccountStore } from '#shared/stores/account-store.ts';
import type { CredentialStore } from '#shared/stores/credential-store.ts';
import { previousValidUntil, rotateWebhookSecret } from '#shared/stores/webhook-secrets.ts';
import type { AccountsTable } from './accounts-table.ts';
import { webhookSecretShape } from './local/create-accounts.ts';

/** What a command may come to that the operator can put right; its message says how. */
export class CommandFault extends Error {
  override readonly name = 'CommandFault';
}

export type CommandPorts = {
  now: () => number;
  accounts: AccountStore;
  credentials: CredentialStore;
  table: AccountsTable;
  publicUrl: string;
  callbackPathOf: (accountId: string) => Promise<string>;
};

/** Every command answers the lines to print; none holds a secret, but for the key in Turn's callback address. */
export const accountCommands = {
  async list({ table, accounts }: CommandPorts): Promise<string[]> {
    const ids = await table.accountIds();
    const found = await Promise.all(ids.map((id) => accounts.find(id)));
    const lines = found.flatMap((account) => (account === null ? [] : [lineOf(account)]));
    return lines.length === 0 ? ['There are no accounts yet.'] : lines;
  },

  async show({ now, accounts, credentials, publicUrl, callbackPathOf }: CommandPorts, accountId: string) {
    const account = await find(accounts, accountId);
    const held = (await credentials.load(accountId)).credentials;
    const until = previousValidUntil(held, now());
    const facts: Record<string, string> = {
      account: `${accountId} (${account.name})`,
      enabled: account.enabled ? 'yes' : 'no',
      connection: connectionOf(account),
      'trigger stages': account.triggerStages
        .map(({ id, name }) => (id === null ? `${name} (not found yet)` : name))
        .join(', '),
      'default package': account.defaultPackageId ?? 'left to Turn',
      'Turn token': held.turnToken === null ? 'not set' : 'set',
      'webhook secret': held.webhookSecrets.some(({ validUntil }) => validUntil === null) ? 'set' : 'not set',
      ...(until === null ? {} : { 'previous secret until': timeOf(until) }),
      'webhooks by API': isRegistered(held) ? 'registered' : 'not registered',
      'webhook URL for Lever': `${publicUrl}/lever/${accountId}/webhook`,
      'callback URL for Turn': `${publicUrl}${await callbackPathOf(accountId)}`,
    };
    return Object.entries(facts).map(([name, value]) => `${`${name}:`.padEnd(24)}${value}`);
  },

  async rotateWebhookSecret({ now, accounts, credentials }: CommandPorts, accountId: string, secret: string) {
    if (!webhookSecretShape.test(secret)) {
      throw new CommandFault(
        'A webhook secret is the 48 characters of the signature token in Lever’s webhook settings.',
      );
    }
    await find(accounts, accountId);
    const held = await credentials.update(accountId, (before) => rotateWebhookSecret(before, secret, now()));
    const until = previousValidUntil(held, now());
    return [
      `${accountId} has the new webhook secret.${until === null ? '' : ` The one before is believed until ${timeOf(until)}.`}`,
    ];
  },

  async rotateTurnToken({ accounts, credentials }: CommandPorts, accountId: string, token: string) {
    if (token === '') throw new CommandFault('There is no token: give it on standard input.');
    await find(accounts, accountId);
    await credentials.update(accountId, (before) => ({ ...before, turnToken: token }));
    return [`${accountId} has the new Turn token.`];
  },

  async setEnabled({ now, accounts }: CommandPorts, accountId: string, enabled: boolean) {
    await find(accounts, accountId);
    await accounts.update(accountId, (account) => ({ ...account, enabled }), now());
    return [
      enabled
        ? `${accountId} is enabled: webhooks are taken again, and the sweep finds what was missed.`
        : `${accountId} is disabled: its webhooks are refused and nobody of it can sign in; nothing is deleted.`,
    ];
  },

  async delete({ accounts, table }: CommandPorts, accountId: string) {
    const account = await find(accounts, accountId);
    if (account.enabled) {
      throw new CommandFault(`Disable ${accountId} first, so that nothing of it is under way when it is deleted.`);
    }
    const count = await table.deleteAccount(accountId);
    const webhooks =
      account.connection === 'not_connected'
        ? []
        : ['Its webhooks stay in Lever: its Super Admin can remove them there.'];
    return [`${accountId} is deleted, with ${count} records. Backups of the table hold it for 35 days.`, ...webhooks];
  },
};

const find = async (accounts: AccountStore, accountId: string): Promise<Account> => {
  const account = await accounts.find(accountId);
  if (account === null) throw new CommandFault(`There is no account ${accountId}.`);
  return account;
};

const timeOf = (time: number): string => new Date(time).toISOString();

const connectionOf = ({ connection, connectionChangedAt, granter }: Account): string =>
  [
    connection.replace('_', ' '),
    ...(connectionChangedAt === null ? [] : [`since ${timeOf(connectionChangedAt)}`]),
    ...(connection !== 'not_connected' && granter?.leverAccountId
      ? [`to Lever account ${granter.leverAccountId}`]
      : []),
  ].join(' ');

const lineOf = (account: Account): string =>
  [account.accountId, account.enabled ? 'enabled' : 'disabled', account.connection, account.name].join('\t');
