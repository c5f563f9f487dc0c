import { tellsOfMoves } from '#shared/accounts/register-webhooks.ts';
import type { Account } from '#shared/domain/account.ts';
import { type Credentials, hasWebhookSecret } from '#shared/stores/credential-store.ts';
import type { Heartbeats } from '#shared/stores/heartbeats.ts';

/**
 * Does Lever, as far as we know, tell us of moves? Where the webhooks that we registered are gone, a secret saved by hand
 * says nothing alone: something must have come from the webhook that it belongs to since.
 */
export const receivesMoves = ({ connection }: Account, credentials: Credentials, heartbeats: Heartbeats): boolean => {
  if (tellsOfMoves(credentials)) return true;
  if (!hasWebhookSecret(credentials)) return false;
  if (connection?.authorizedBy === undefined) return true;
  if (heartbeats.silentSince !== null) return false;
  const goneSince = Math.max(connection.authorizedAt, connection.webhooksRemovedAt ?? 0);
  return Math.max(heartbeats.lastWebhookAt ?? 0, heartbeats.lastVerifiedAt ?? 0) > goneSince;
};
