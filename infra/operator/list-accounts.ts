import { healthWords } from '#functions/settings-page/browser/health-texts.ts';
import { readHealth } from '#shared/accounts/read-health.ts';
import type { Account } from '#shared/domain/account.ts';
import type { Health } from '#shared/domain/health.ts';
import { columns } from './printed.ts';
import type { Stack } from './stack.ts';

type Ports = Pick<
  Stack,
  'now' | 'accounts' | 'records' | 'credentials' | 'webhookSecrets' | 'heartbeats' | 'packages' | 'pauses' | 'restores'
> & { readonly table: Pick<Stack['table'], 'accountIds'> };

/** All accounts, one a line, with their health as their own page tells it. Of each it reads what that page reads: a thousand open records at most. */
export const listAccounts = async (ports: Ports, isJson = false): Promise<string[]> => {
  const lines: string[] = [];
  // One after the other: the table serves customers meanwhile.
  for (const id of await ports.table.accountIds()) {
    const account = await ports.accounts.find(id);
    if (account === null) continue;
    const { health } = await readHealth(account, ports);
    lines.push(isJson ? jsonOf(account, health) : lineOf(account, health));
  }
  return lines.length > 0 || isJson ? lines : ['There are no accounts yet.'];
};

const jsonOf = ({ accountId, name, enabled, connectionState }: Account, health: Health): string =>
  JSON.stringify({ accountId, name, enabled, connection: connectionState, health });

const lineOf = (account: Account, health: Health): string =>
  columns([account.accountId, account.enabled ? 'enabled' : 'disabled', wordsOf(health), account.name]);

const wordsOf = ({ state, since, problems }: Health): string => {
  const { attention, states } = healthWords;
  const title = state === 'attention' ? attention(problems.length) : states[state];
  const began = since === null || state === 'not_connected' ? '' : ` since ${new Date(since).toISOString()}`;
  return [
    `${title}${began}`,
    ...(problems.length === 0 ? [] : [problems.map(({ message }) => message).join(' ')]),
  ].join(': ');
};
