import type * as z from 'zod/mini';
import { readHealth } from '#shared/accounts/read-health.ts';
import { tellsOfMoves, webhookUrlOf } from '#shared/accounts/register-webhooks.ts';
import { alreadyInStageOf } from '#shared/domain/in-stage.ts';
import { daysUntil, reauthorizeBy } from '#shared/domain/reauthorization.ts';
import { countWaiting } from '#shared/domain/waiting-work.ts';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import { candidatesUrl } from '#shared/lever/lever-client.ts';
import { hasWebhookSecret, previousValidUntil, webhookSecretEvents } from '#shared/stores/webhook-secrets.ts';
import type { AppPorts } from '#shared/vendors.ts';
import type { accountAnswerSchema } from './api-schemas.ts';
import { probeConnection } from './probe-connection.ts';

/** The longest waiting of them; who has seen to so many looks again. */
const mostOpenShown = 50;

/** What the account is connected to, whether it works, what waits, and what somebody should see to. */
export const showAccount = async (request: Request, ports: AppPorts): Promise<Answer> => {
  const { caller } = request;
  const account = await probeConnection(request.account, ports);
  const { accountId } = account;
  const { now, health, pause, work, records, isComplete, secrets, heartbeats } = await readHealth(account, ports);
  const by = reauthorizeBy(account);
  const { silentSince, lastWebhookAt, lastVerifiedAt, lastCheckAt, lastLeverWriteAt } = heartbeats;
  const counted = alreadyInStageOf(account);
  const connection = account.connectionState === 'not_connected' ? null : account.connection;
  const authorizedBy = connection?.authorizedBy ?? null;
  const names = await ports.people.namesOf(
    accountId,
    caller.isSuperAdmin && authorizedBy !== null ? [authorizedBy] : [],
  );
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
      secretIsSet: hasWebhookSecret(secrets),
      secretEvents: webhookSecretEvents(secrets),
      registered: tellsOfMoves(secrets),
      silentSince,
      previousValidUntil: previousValidUntil(secrets, now),
      lastReceivedAt: lastWebhookAt,
      lastVerifiedAt,
    },
    pause,
    defaultHourlyCap: ports.config.defaultHourlyCap,
    alreadyInStage: counted === null ? null : { count: counted.count, isComplete: counted.isComplete },
    health: {
      ...health,
      // Who of the candidates it is, is for Super Admins.
      open: caller.isSuperAdmin ? work.open.slice(0, mostOpenShown) : [],
      lastCheckAt,
      lastLeverWriteAt,
      waiting: { ...countWaiting(records), isComplete },
    },
  };
  return { status: 200, json };
};
