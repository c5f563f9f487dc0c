import { retireWebhooks, tryToRemoveWebhooks } from '#shared/accounts/register-webhooks.ts';
import { withConnectionState } from '#shared/domain/account.ts';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';

/** Ends the connection: takes our webhooks out of Lever and forgets the access. Doing it again does nothing more. */
export const disconnectLever = async ({ account, caller }: Request, ports: AppPorts): Promise<Answer> => {
  const { accountId } = account;
  const { tokens } = (await ports.credentials.load(accountId)).credentials;
  const { webhooks } = await ports.webhookSecrets.load(accountId);
  const lever = ports.webhooksOf(accountId, null);
  const webhooksRemoved = await tryToRemoveWebhooks(accountId, { tokens, webhooks }, lever, ports);
  // Before the access: whoever is interrupted here is connected still, and disconnects again, as long as there is an access to do it by.
  await ports.webhookSecrets.update(accountId, (held) => ({
    ...held,
    // What stays at Lever goes on sending; for a while nobody must take that for forged.
    webhooks: webhooksRemoved ? [] : retireWebhooks(held.webhooks, ports.now()),
  }));
  await ports.credentials.update(accountId, (held) => ({ ...held, tokens: null, refreshingUntil: null }));
  // Which Lever it was stays known: whoever connects another one next is asked whether that is meant.
  await ports.accounts.update(accountId, (before) => withConnectionState(before, 'not_connected', ports.now()));
  if (account.connectionState !== 'not_connected') {
    const detail = webhooksRemoved ? null : 'webhooks_left_in_lever';
    await ports.emit('account_disconnected_by_choice', { accountId, by: caller.userId, detail });
  }
  return { status: 200, json: { webhooksRemoved } };
};
