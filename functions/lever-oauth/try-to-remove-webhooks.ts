import { Failure } from '#shared/domain/failure.ts';
import { removeWebhooks } from '#shared/lever/register-webhooks.ts';
import type { LeverOauthPorts } from './ports.ts';

/** Takes our webhooks out of the Lever that the account is connected to; false where that cannot be: without a living access only a Super Admin can, in Lever itself. */
export const tryToRemoveWebhooks = async (accountId: string, ports: LeverOauthPorts): Promise<boolean> => {
  const { grant, webhooks } = (await ports.credentials.load(accountId)).credentials;
  if (grant === null) return webhooks.length === 0;
  try {
    const webhookUrl = `${ports.publicUrl}/lever/${accountId}/webhook`;
    await removeWebhooks({ lever: ports.webhooksOf(accountId, null), webhookUrl });
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    ports.report('webhooks_not_removed', { accountId, reason: error.code });
    return false;
  }
};
