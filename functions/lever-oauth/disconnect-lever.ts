import { withConnection } from '#shared/domain/account.ts';
import { admit } from '#shared/edge/admit.ts';
import type { Answer, Incoming } from '#shared/edge/http-handler.ts';
import { retireWebhooks } from '#shared/lever/register-webhooks.ts';
import type { LeverOauthPorts } from './ports.ts';
import { tryToRemoveWebhooks } from './try-to-remove-webhooks.ts';

/** Ends the connection: takes our webhooks out of Lever and forgets the access. Doing it again does nothing more. */
export const disconnectLever = async (incoming: Incoming, ports: LeverOauthPorts): Promise<Answer> => {
  const admitted = await admit(incoming, 'super_admin', ports);
  if ('refusal' in admitted) return admitted.refusal;
  const { account, caller } = admitted;
  const { accountId } = account;
  const { credentials } = await ports.credentials.load(accountId);
  const webhooksRemoved = await tryToRemoveWebhooks(accountId, credentials, ports.webhooksOf(accountId, null), ports);
  await ports.credentials.update(accountId, (held) => ({
    ...held,
    grant: null,
    refreshingUntil: null,
    // What stays at Lever goes on sending; for a while nobody must take that for forged.
    webhooks: webhooksRemoved ? [] : retireWebhooks(held.webhooks, ports.now()),
  }));
  // Which Lever it was stays known: whoever connects another one next is asked whether that is meant.
  await ports.accounts.update(accountId, (before) => withConnection(before, 'not_connected', ports.now()));
  if (account.connection !== 'not_connected') {
    const detail = webhooksRemoved ? null : 'webhooks_left_in_lever';
    const disconnected = { kind: 'lever_disconnected', opportunityId: null, by: caller.userId, detail } as const;
    await ports.activities.record(accountId, disconnected);
  }
  return { status: 200, json: { webhooksRemoved } };
};
