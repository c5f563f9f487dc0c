import { removeWebhooks, webhookUrlOf } from '#shared/accounts/register-webhooks.ts';
import { Failure } from '#shared/domain/failure.ts';
import type { LeverWebhooks } from '#shared/lever/lever-webhooks.ts';
import type { Credentials } from '#shared/stores/credential-store.ts';
import type { AppPorts } from '#shared/vendors.ts';

/** Takes our webhooks out of the Lever that these credentials are for; false where that cannot be: without a living access only a Super Admin can, in Lever itself. */
export const tryToRemoveWebhooks = async (
  accountId: string,
  { tokens, webhooks }: Pick<Credentials, 'tokens' | 'webhooks'>,
  lever: LeverWebhooks,
  ports: AppPorts,
): Promise<boolean> => {
  if (tokens === null) return webhooks.length === 0;
  try {
    await removeWebhooks(webhooks, { lever, webhookUrl: webhookUrlOf(accountId, ports.config.publicUrl) });
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await ports.emit('webhooks_not_removed', { accountId, reason: error.code });
    return false;
  }
};
