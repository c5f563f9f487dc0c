import type { Account } from '#shared/domain/account.ts';
import type { AccountState } from '#shared/domain/account-problems.ts';
import { healthOf } from '#shared/domain/health.ts';
import { mainWebhookEvent } from '#shared/domain/ids.ts';
import { pauseOf } from '#shared/domain/pause.ts';
import { workProblems } from '#shared/domain/work-problems.ts';
import type { Ports } from '#shared/ports.ts';
import type { Heartbeats } from '#shared/stores/heartbeats.ts';
import type { WebhookSecrets } from '#shared/stores/webhook-secret-store.ts';
import { hasWebhookSecret, webhookSecretEvents } from '#shared/stores/webhook-secrets.ts';
import { tellsOfMoves } from './register-webhooks.ts';

/** The account's health by what is stored now, with what it was told from. */
export const readHealth = async (
  account: Account,
  ports: Pick<
    Ports,
    'now' | 'credentials' | 'webhookSecrets' | 'heartbeats' | 'records' | 'packages' | 'pauses' | 'restores'
  >,
) => {
  const { accountId } = account;
  const [{ credentials }, secrets, heartbeats, { records, isComplete }, allPausedSince] = await Promise.all([
    ports.credentials.load(accountId),
    ports.webhookSecrets.load(accountId),
    ports.heartbeats.load(accountId),
    ports.records.listOpen(accountId),
    ports.pauses.allPausedSince(),
  ]);
  const now = ports.now();
  const work = workProblems(records, now);
  const secretIsSet = hasWebhookSecret(secrets);
  const { silentSince, lastWebhookAt, lastVerifiedAt, lastCheckAt, lastLeverWriteAt } = heartbeats;
  const lastSuccessAt = Math.max(lastCheckAt ?? 0, lastLeverWriteAt ?? 0) || null;
  const pause = pauseOf(account, allPausedSince);
  const state = {
    pause,
    hasTurnToken: credentials.turnToken !== null,
    silentSince,
    restoredAt: account.connectionState === 'disconnected' ? await ports.restores.restoredAt() : 0,
    receivesMoves: receivesMoves(account, secrets, heartbeats),
    // Before a secret is saved, Verify Connection is accepted unsigned.
    lastSignedAt: Math.max(lastWebhookAt ?? 0, secretIsSet ? (lastVerifiedAt ?? 0) : 0),
    lastRefusedAt: secretIsSet ? secrets.refusedAt : null,
    ...(await unknownDefault(account, ports)),
  };
  const health = healthOf(account, state, work, { lastCheckAt, lastSuccessAt, now });
  return { now, health, pause, work, records, isComplete, secrets, heartbeats };
};

/**
 * Does Lever, as far as we know, tell us of moves? Where the webhooks that we registered are gone, a secret saved by hand
 * says nothing alone: something must have come from the webhook that it belongs to since.
 */
const receivesMoves = ({ connection }: Account, secrets: WebhookSecrets, heartbeats: Heartbeats): boolean => {
  if (tellsOfMoves(secrets)) return true;
  if (!webhookSecretEvents(secrets).includes(mainWebhookEvent)) return false;
  if (connection?.authorizedBy === undefined) return true;
  if (heartbeats.silentSince !== null) return false;
  const goneSince = Math.max(connection.authorizedAt, connection.webhooksRemovedAt ?? 0);
  return Math.max(heartbeats.lastWebhookAt ?? 0, heartbeats.lastVerifiedAt ?? 0) > goneSince;
};

/** What the default package is called, if Turn does not know it: nobody knows a package by its id. */
const unknownDefault = async (
  { accountId, defaultPackageId, unknownPackageId }: Account,
  { packages }: Pick<Ports, 'packages'>,
): Promise<Pick<AccountState, 'defaultPackageName'>> => {
  if (defaultPackageId === null || defaultPackageId !== unknownPackageId) return {};
  const defaultPackageName = await packages.nameOf(accountId, defaultPackageId);
  return defaultPackageName === null ? {} : { defaultPackageName };
};
