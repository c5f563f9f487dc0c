import type * as z from 'zod';
import { tellsOfMoves, webhookUrlOf } from '#shared/accounts/register-webhooks.ts';
import type { Account } from '#shared/domain/account.ts';
import type { AccountState } from '#shared/domain/account-problems.ts';
import { healthOf } from '#shared/domain/health.ts';
import { mainWebhookEvent } from '#shared/domain/ids.ts';
import { alreadyInStageOf } from '#shared/domain/in-stage.ts';
import { daysUntil, reauthorizeBy } from '#shared/domain/reauthorization.ts';
import { countWaiting } from '#shared/domain/waiting-work.ts';
import { workProblems } from '#shared/domain/work-problems.ts';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import { candidatesUrl } from '#shared/lever/lever-client.ts';
import type { Heartbeats } from '#shared/stores/heartbeats.ts';
import type { WebhookSecrets } from '#shared/stores/webhook-secret-store.ts';
import { hasWebhookSecret, previousValidUntil, webhookSecretEvents } from '#shared/stores/webhook-secrets.ts';
import type { AppPorts } from '#shared/vendors.ts';
import type { accountAnswerSchema } from './api-schemas.ts';

/** The longest waiting of them; who has seen to so many looks again. */
const mostOpenShown = 50;

/** What the account is connected to, whether it works, what waits, and what somebody should see to. */
export const showAccount = async ({ account, caller }: Request, ports: AppPorts): Promise<Answer> => {
  const { accountId } = account;
  const [{ credentials }, secrets, heartbeats, { records, isComplete }] = await Promise.all([
    ports.credentials.load(accountId),
    ports.webhookSecrets.load(accountId),
    ports.heartbeats.load(accountId),
    ports.records.listOpen(accountId),
  ]);
  const now = ports.now();
  const work = workProblems(records, now);
  const by = reauthorizeBy(account);
  const secretIsSet = hasWebhookSecret(secrets);
  const registered = tellsOfMoves(secrets);
  const { silentSince, lastWebhookAt, lastVerifiedAt, lastCheckAt, lastLeverWriteAt } = heartbeats;
  const lastSuccessAt = Math.max(lastCheckAt ?? 0, lastLeverWriteAt ?? 0) || null;
  const counted = alreadyInStageOf(account);
  const connection = account.connectionState === 'not_connected' ? null : account.connection;
  const authorizedBy = connection?.authorizedBy ?? null;
  const names = await ports.people.namesOf(
    accountId,
    caller.isSuperAdmin && authorizedBy !== null ? [authorizedBy] : [],
  );
  const state = {
    hasTurnToken: credentials.turnToken !== null,
    silentSince,
    receivesMoves: receivesMoves(account, secrets, heartbeats),
    // Before a secret is saved, Verify Connection is accepted unsigned.
    lastSignedAt: Math.max(lastWebhookAt ?? 0, secretIsSet ? (lastVerifiedAt ?? 0) : 0),
    lastRefusedAt: secretIsSet ? secrets.refusedAt : null,
    ...(await unknownDefault(account, ports)),
  };
  const json: z.infer<typeof accountAnswerSchema> = {
    accountId,
    name: account.name,
    user: { id: caller.userId, maySettle: caller.isSuperAdmin },
    connection: {
      state: account.connectionState,
      changedAt: account.connectionChangedAt,
      leverAccountId: connection?.leverAccountId ?? null,
      leverUserId: connection?.leverUserId ?? null,
      authorizedAt: connection?.authorizedAt ?? null,
      authorizedBy,
      authorizedByName: names.get(authorizedBy ?? '') ?? null,
      reauthorizeBy: by,
      daysLeft: by === null ? null : daysUntil(by, now),
      candidatesUrl: candidatesUrl(ports.config.leverApiUrl),
    },
    webhook: {
      url: webhookUrlOf(accountId, ports.config.publicUrl),
      secretIsSet,
      secretEvents: webhookSecretEvents(secrets),
      registered,
      silentSince,
      previousValidUntil: previousValidUntil(secrets, now),
      lastReceivedAt: lastWebhookAt,
      lastVerifiedAt,
    },
    alreadyInStage: counted === null ? null : { count: counted.count, isComplete: counted.isComplete },
    health: {
      ...healthOf(account, state, work, { lastCheckAt, lastSuccessAt, now }),
      // Who of the candidates it is, is for Super Admins.
      open: caller.isSuperAdmin ? work.open.slice(0, mostOpenShown) : [],
      lastCheckAt,
      lastLeverWriteAt,
      waiting: { ...countWaiting(records), isComplete },
    },
  };
  return { status: 200, json };
};

/** What the default package is called, if Turn does not know it: nobody knows a package by its id. */
const unknownDefault = async (
  { accountId, defaultPackageId, unknownPackageId }: Account,
  ports: AppPorts,
): Promise<Pick<AccountState, 'defaultPackageName'>> => {
  if (defaultPackageId === null || defaultPackageId !== unknownPackageId) return {};
  const defaultPackageName = await ports.packages.nameOf(accountId, defaultPackageId);
  return defaultPackageName === null ? {} : { defaultPackageName };
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
