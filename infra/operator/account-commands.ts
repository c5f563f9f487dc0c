import { isRegistered } from '#shared/accounts/register-webhooks.ts';
import type { Account } from '#shared/domain/account.ts';
import {
  isOpportunityId,
  isWebhookSecret,
  mainWebhookEvent,
  webhookEvents,
  webhookSecretRule,
} from '#shared/domain/ids.ts';
import { pauseOf } from '#shared/domain/pause.ts';
import { turnTokenRenewed } from '#shared/domain/turn-token-renewed.ts';
import type { AccountStore } from '#shared/stores/account-store.ts';
import { previousValidUntil, rotateWebhookSecret, webhookSecretEvents } from '#shared/stores/webhook-secrets.ts';
import { CommandFault, type Stack } from './stack.ts';

export type CommandPorts = Omit<Stack, 'secrets' | 'keyRingSecretIds'>;

/** Every command answers the lines to print; none holds a secret, but for the key in Turn's callback address. */
export const accountCommands = {
  async list({ table, accounts }: CommandPorts): Promise<string[]> {
    const ids = await table.accountIds();
    const found = await Promise.all(ids.map((id) => accounts.find(id)));
    const lines = found.flatMap((account) => (account === null ? [] : [lineOf(account)]));
    return lines.length === 0 ? ['There are no accounts yet.'] : lines;
  },

  async show(
    { now, accounts, credentials, webhookSecrets, pauses, publicUrl, callbackPathOf }: CommandPorts,
    accountId: string,
  ) {
    const account = await find(accounts, accountId);
    const { turnToken } = (await credentials.load(accountId)).credentials;
    const stored = await webhookSecrets.load(accountId);
    const until = previousValidUntil(stored, now());
    const facts: Record<string, string> = {
      account: `${accountId} (${account.name})`,
      enabled: account.enabled ? 'yes' : 'no',
      connection: connectionOf(account),
      ...(await pauseFact(account, pauses)),
      'trigger stages': account.triggerStages
        .map(({ id, name }) => (id === null ? `${name} (not found yet)` : name))
        .join(', '),
      'default package': account.defaultPackageId ?? 'left to Turn',
      'Turn token': turnToken === null ? 'not set' : 'set',
      'webhook secret': secretsOf(webhookSecretEvents(stored)),
      ...(until === null ? {} : { 'previous secret until': timeOf(until) }),
      'webhooks by API': isRegistered(stored) ? 'registered' : 'not registered',
      'webhook URL for Lever': `${publicUrl}/lever/${accountId}/webhook`,
      'callback URL for Turn': `${publicUrl}${await callbackPathOf(accountId)}`,
    };
    return Object.entries(facts).map(([name, value]) => `${`${name}:`.padEnd(24)}${value}`);
  },

  async rotateWebhookSecret(
    { now, accounts, webhookSecrets }: CommandPorts,
    accountId: string,
    secret: string,
    given: string = mainWebhookEvent,
  ) {
    const event = webhookEvents.find((each) => each === given);
    if (event === undefined) throw new CommandFault(`The event must be one of ${webhookEvents.join(', ')}.`);
    if (!isWebhookSecret(secret)) throw new CommandFault(webhookSecretRule);
    await find(accounts, accountId);
    const { after } = await webhookSecrets.update(accountId, (before) =>
      rotateWebhookSecret(before, secret, now(), event),
    );
    const until = previousValidUntil(after, now());
    return [
      `${accountId} has the new webhook secret for ${event}.${until === null ? '' : ` The previous one is accepted until ${timeOf(until)}.`}`,
    ];
  },

  async rotateTurnToken(
    { now, accounts, credentials, records }: CommandPorts,
    accountId: string,
    token: string,
  ): Promise<string[]> {
    if (token === '') throw new CommandFault('No token was given: pass it on standard input.');
    await find(accounts, accountId);
    await credentials.update(accountId, (before) => ({ ...before, turnToken: token }));
    let waiting = 0;
    for (let next: string | null | undefined; next !== null; ) {
      const page: Awaited<ReturnType<typeof records.list>> = await records.list(accountId, next ?? null);
      for (const record of page.records) {
        if (turnTokenRenewed(record, now()).record === record) continue;
        const { before, after } = await records.apply(record, (current) => turnTokenRenewed(current, now()));
        if (after !== before) waiting += 1;
      }
      next = page.next;
    }
    const started = waiting === 0 ? '' : ` What waited for it (${waiting}) starts within minutes.`;
    return [`${accountId} has the new Turn token.${started}`];
  },

  async setEnabled({ now, accounts }: CommandPorts, accountId: string, enabled: boolean) {
    await find(accounts, accountId);
    await accounts.update(accountId, (account) => ({ ...account, enabled }), now());
    return [
      enabled
        ? `${accountId} is enabled: its webhooks are accepted again, and the sweep finds what was missed.`
        : `${accountId} is disabled: its webhooks are refused and its people cannot sign in; nothing is deleted.`,
    ];
  },

  async export({ accounts, opportunities }: CommandPorts, accountId: string, opportunityId: string) {
    await find(accounts, accountId);
    const found = await opportunities.export(accountId, readOpportunityId(opportunityId));
    return found.map(({ sk, content }) => JSON.stringify({ item: sk, content }));
  },

  async forget({ accounts, opportunities }: CommandPorts, accountId: string, opportunityId: string) {
    await find(accounts, accountId);
    const { removed, left } = await opportunities.forget(accountId, readOpportunityId(opportunityId));
    if (left > 0) throw new CommandFault(`${left} items were written meanwhile: run the command once more.`);
    return [
      `${opportunityId} is forgotten: ${removed} items are gone, and none is left but a mark that orders nothing again. Backups of the table hold them for 35 days.`,
    ];
  },

  async delete({ accounts, table }: CommandPorts, accountId: string) {
    const account = await find(accounts, accountId);
    if (account.enabled) {
      throw new CommandFault(`Disable ${accountId} first, so that no work is under way when it is deleted.`);
    }
    const count = await table.deleteAccount(accountId);
    const webhooks =
      account.connectionState === 'not_connected'
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

const readOpportunityId = (given: string): string => {
  if (!isOpportunityId(given))
    throw new CommandFault('Give the id of an opportunity, as in the address of its page in Lever.');
  return given;
};

/** Who has nothing ordered for it, and since when. */
const pauseFact = async (account: Account, pauses: CommandPorts['pauses']): Promise<Record<string, string>> => {
  const pause = pauseOf(account, await pauses.allPausedSince());
  return pause === null
    ? {}
    : { paused: `since ${timeOf(pause.since)} by ${pause.by === 'turn' ? 'Turn' : 'its Super Admin'}` };
};

const secretsOf = (events: readonly string[]): string =>
  events.length === 0 ? 'not set' : `set for ${events.join(', ')}`;

const timeOf = (time: number): string => new Date(time).toISOString();

const connectionOf = ({ connectionState, connectionChangedAt, connection }: Account): string =>
  [
    connectionState.replace('_', ' '),
    ...(connectionChangedAt === null ? [] : [`since ${timeOf(connectionChangedAt)}`]),
    ...(connectionState !== 'not_connected' && connection?.leverAccountId
      ? [`to Lever account ${connection.leverAccountId}`]
      : []),
  ].join(' ');

const lineOf = (account: Account): string =>
  [account.accountId, account.enabled ? 'enabled' : 'disabled', account.connectionState, account.name].join('\t');
