import { Failure } from '#shared/domain/failure.ts';
import type { LeverWebhooks } from '#shared/lever/lever-webhooks.ts';
import { removeWebhooks, webhookUrlOf } from '#shared/lever/register-webhooks.ts';
import type { Credentials } from '#shared/stores/credential-store.ts';
import type { LeverOauthPorts } from './ports.ts';

/** Takes our webhooks out of the Lever that these credentials are for; false where that cannot be: without a living access only a Super Admin can, in Lever itself. */
export const tryToRemoveWebhooks = async (
  accountId: string,
  { grant, webhooks }: Pick<Credentials, 'grant' | 'webhooks'>,
  lever: LeverWebhooks,
  ports: Pick<LeverOauthPorts, 'publicUrl' | 'report'>,
): Promise<boolean> => {
  if (grant === null) return webhooks.length === 0;
  try {
    await removeWebhooks(webhooks, { lever, webhookUrl: webhookUrlOf(accountId, ports.publicUrl) });
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    ports.report('webhooks_not_removed', { accountId, reason: error.code });
    return false;
  }
};
