import type { Account } from '#shared/domain/account.ts';
import { previousKeyUntil, withNewCallbackKey } from '#shared/domain/callback-keys.ts';
import { isWebhookSecret, mainWebhookEvent, webhookEvents, webhookSecretRule } from '#shared/domain/ids.ts';
import { pauseOf } from '#shared/domain/pause.ts';
import { turnTokenRenewed } from '#shared/domain/turn-token-renewed.ts';
import {
  isRegistered,
  previousValidUntil,
  rotateWebhookSecret,
  webhookSecretEvents,
} from '#shared/stores/webhook-secrets.ts';
import { findAccount, readOpportunityId } from './find-account.ts';
import { CommandFault, type Stack } from './stack.ts';

export type CommandPorts = Omit<
  Stack,
  | 'secrets'
  | 'keyRingSecretIds'
  | 'tableName'
  | 'sqs'
  | 'queueUrls'
  | 'audit'
  | 'dynamodb'
  | 'heartbeats'
  | 'packages'
  | 'restores'
>;

/** Every command answers the lines to print; none holds a secret, but for the key in Turn's callback address. */
export const accountCommands = {
  async show(
    { now, accounts, credentials, webhookSecrets, pauses, publicUrl, callbackPathOf }: CommandPorts,
    accountId: string,
  ) {
    const account = await findAccount(accounts, accountId);
    const { turnToken } = (await credentials.load(accountId)).credentials;
    const stored = await webhookSecrets.load(accountId);
    const until = previousValidUntil(stored, now());
    const keyUntil = previousKeyUntil(account, now());
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
      'callback URL for Turn': `${publicUrl}${await callbackPathOf(account)}`,
      ...(keyUntil === null ? {} : { 'previous URL until': timeOf(keyUntil) }),
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
    await findAccount(accounts, accountId);
    const { after } = await webhookSecrets.update(accountId, (before) =>
      rotateWebhookSecret(before, secret, now(), event),
    );
    const until = previousValidUntil(after, now());
    return [
      `${accountId} has the new webhook secret for ${event}.${until === null ? '' : ` The previous one is accepted until ${timeOf(until)}.`}`,
    ];
  },

  async rotateTurnToken(
    { now, accounts, credentials, records, pauses }: CommandPorts,
    accountId: string,
    token: string,
  ): Promise<string[]> {
    if (token === '') throw new CommandFault('No token was given: pass it on standard input.');
    const account = await findAccount(accounts, accountId);
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
    const isPaused = pauseOf(account, await pauses.allPausedSince()) !== null;
    const when = isPaused ? 'once new checks are no longer paused' : 'within minutes';
    const started = waiting === 0 ? '' : ` What waited for it (${waiting}) starts ${when}.`;
    return [`${accountId} has the new Turn token.${started}`];
  },

  async rotateCallbackKey(
    { now, accounts, publicUrl, callbackPathOf }: CommandPorts,
    accountId: string,
    atOnce: boolean,
  ): Promise<string[]> {
    await findAccount(accounts, accountId);
    const update = await accounts.update(accountId, (account) => withNewCallbackKey(account, now(), atOnce));
    if (update === null) throw new CommandFault(`${accountId} was deleted meanwhile.`);
    const until = previousKeyUntil(update.after, now());
    const previous = until === null ? 'is refused from now on' : `is accepted until ${timeOf(until)}`;
    return [
      `${accountId} has a new callback key. Set this as Screening Webhook URL at Turn: ${publicUrl}${await callbackPathOf(update.after)}`,
      `The previous address ${previous}. Checks that were ordered with it are then polled every six hours while they run.`,
    ];
  },

  async rename({ now, accounts }: CommandPorts, accountId: string, name: string) {
    if (name.trim() === '') throw new CommandFault('The name must not be empty.');
    await findAccount(accounts, accountId);
    await accounts.update(accountId, (account) => ({ ...account, name: name.trim() }), now());
    return [`${accountId} is called ${name.trim()} from now on.`];
  },

  async setEnabled({ now, accounts }: CommandPorts, accountId: string, enabled: boolean) {
    await findAccount(accounts, accountId);
    await accounts.update(accountId, (account) => ({ ...account, enabled }), now());
    return [
      enabled
        ? `${accountId} is enabled: its webhooks are accepted again, and its maintenance finds what was missed.`
        : `${accountId} is disabled: its webhooks are refused and its people cannot sign in; nothing is deleted.`,
    ];
  },

  async export({ accounts, opportunities }: CommandPorts, accountId: string, opportunityId: string) {
    await findAccount(accounts, accountId);
    const found = await opportunities.export(accountId, readOpportunityId(opportunityId));
    if (found.length === 0) throw nothingAbout(opportunityId);
    return found.map(({ sk, content }) => JSON.stringify({ item: sk, content }));
  },

  async forget(
    { accounts, opportunities }: Pick<CommandPorts, 'accounts' | 'opportunities'>,
    accountId: string,
    opportunityId: string,
  ) {
    await findAccount(accounts, accountId);
    const { found, removed, left } = await opportunities.forget(accountId, readOpportunityId(opportunityId));
    if (found === 0) throw nothingAbout(opportunityId);
    if (left > 0) throw new CommandFault(`${left} items were written meanwhile: run the command once more.`);
    return [
      `${opportunityId} is forgotten: ${removed} items are gone, and none is left but a mark that orders nothing again. Backups of the table hold them for 35 days.`,
    ];
  },

  async delete({ accounts, table }: CommandPorts, accountId: string) {
    const account = await findAccount(accounts, accountId);
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

const nothingAbout = (given: string): CommandFault =>
  new CommandFault(`Nothing names ${given}. Is the id whole, and as Lever writes it?`);

/** Every pause that holds, each ended by a command or a press of its own. */
const pauseFact = async (account: Account, pauses: CommandPorts['pauses']): Promise<Record<string, string>> => {
  const { paused, pausedByTurnSince } = account;
  const each = [
    ['Turn, with all accounts', await pauses.allPausedSince()],
    ['Turn, by itself', pausedByTurnSince],
    ['its Super Admin', paused?.since],
  ] as const;
  const told = each.flatMap(([by, since]) => (typeof since === 'number' ? [`since ${timeOf(since)} by ${by}`] : []));
  return told.length === 0 ? {} : { paused: told.join('; ') };
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
