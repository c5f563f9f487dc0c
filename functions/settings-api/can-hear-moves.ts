import type { Account } from '#shared/domain/account.ts';
import { isRegistered } from '#shared/lever/register-webhooks.ts';
import type { Credentials } from '#shared/stores/credential-store.ts';
import type { Health } from '#shared/stores/health-store.ts';
import { hasWebhookSecret } from '#shared/stores/webhook-secrets.ts';
import type { SettingsApiPorts } from './ports.ts';

/**
 * Does Lever, as far as we know, tell us of moves? Where the webhooks that we set up are gone, a secret saved by hand
 * says nothing alone: the webhook that it belongs to must have been heard since.
 */
export const canHearMoves = async (
  { accountId, granter }: Account,
  { credentials, health }: { credentials: Credentials; health: Health },
  { activities }: Pick<SettingsApiPorts, 'activities'>,
): Promise<boolean> => {
  if (isRegistered(credentials)) return true;
  if (!hasWebhookSecret(credentials)) return false;
  if (granter?.grantedBy === undefined) return true;
  if (health.silentSince !== null) return false;
  const removals = await activities.list(accountId, { limit: 1, after: null, kinds: ['webhooks_removed'] });
  const since = Math.max(granter.grantedAt, removals.activities[0]?.at ?? 0);
  return Math.max(health.lastWebhookAt ?? 0, health.lastVerifiedAt ?? 0) > since;
};
