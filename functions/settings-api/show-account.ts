import type * as z from 'zod';
import { accountProblems } from '#shared/domain/account-problems.ts';
import { daysUntil, reauthorizeBy } from '#shared/domain/reauthorization.ts';
import type { Screening } from '#shared/domain/screening.ts';
import { isPackageUnknown } from '#shared/domain/started-package.ts';
import { countWaiting } from '#shared/domain/waiting-work.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import { isRegistered, webhookUrlOf } from '#shared/lever/register-webhooks.ts';
import { hasWebhookSecret, previousValidUntil } from '#shared/stores/webhook-secrets.ts';
import type { accountAnswerSchema } from './api-schemas.ts';
import { canHearMoves } from './can-hear-moves.ts';
import type { Request, SettingsApiPorts } from './ports.ts';

/** A thousand records: what a person waits for without noticing. */
const pagesCounted = 10;
const startsSeen = 50;

/** What the account is connected to, whether it works, what waits, and what somebody should see to. */
export const showAccount = async ({ account, caller }: Request, ports: SettingsApiPorts): Promise<Answer> => {
  const { accountId } = account;
  const [{ credentials }, health, waiting, isDefaultPackageUnknown] = await Promise.all([
    ports.credentials.load(accountId),
    ports.health.load(accountId),
    readWaiting(accountId, ports),
    wasDefaultUnknown(account, ports),
  ]);
  const now = ports.now();
  const by = reauthorizeBy(account);
  const secretIsSet = hasWebhookSecret(credentials);
  const registered = isRegistered(credentials);
  const { silentSince, lastWebhookAt, lastVerifiedAt } = health;
  const granter = account.connection === 'not_connected' ? null : account.granter;
  const state = {
    ...{ hasTurnToken: credentials.turnToken !== null, silentSince, isDefaultPackageUnknown },
    canHearMoves: await canHearMoves(account, { credentials, health }, ports),
    // Before a secret is saved, Verify Connection is accepted unsigned.
    lastSignedAt: Math.max(lastWebhookAt ?? 0, secretIsSet ? (lastVerifiedAt ?? 0) : 0),
    lastRefusedAt: secretIsSet || registered ? health.lastRefusedAt : null,
  };
  const json: z.infer<typeof accountAnswerSchema> = {
    ...{ accountId, name: account.name },
    user: { id: caller.userId, maySettle: caller.isSuperAdmin },
    connection: {
      state: account.connection,
      changedAt: account.connectionChangedAt,
      leverAccountId: granter?.leverAccountId ?? null,
      leverUserId: granter?.leverUserId ?? null,
      authorizedAt: granter?.grantedAt ?? null,
      authorizedBy: granter?.grantedBy ?? null,
      reauthorizeBy: by,
      daysLeft: by === null ? null : daysUntil(by, now),
      candidatesUrl: ports.candidatesUrl,
    },
    webhook: {
      url: webhookUrlOf(accountId, ports.publicUrl),
      ...{ secretIsSet, registered, silentSince },
      previousValidUntil: previousValidUntil(credentials, now),
      lastReceivedAt: lastWebhookAt,
      lastVerifiedAt,
    },
    health: { lastCheckAt: health.lastCheckAt, lastLeverWriteAt: health.lastLeverWriteAt, waiting },
    problems: accountProblems(account, state, now),
  };
  return { status: 200, json };
};

const wasDefaultUnknown = async (
  { accountId, defaultPackageId }: Request['account'],
  { activities }: Pick<SettingsApiPorts, 'activities'>,
): Promise<boolean> => {
  if (defaultPackageId === null) return false;
  const starts = await activities.list(accountId, { limit: startsSeen, after: null, kinds: ['check_started'] });
  return isPackageUnknown(defaultPackageId, starts.activities);
};

const readWaiting = async (accountId: string, { screenings }: Pick<SettingsApiPorts, 'screenings'>) => {
  const found: Screening[] = [];
  let after: string | null = null;
  for (let page = 0; page < pagesCounted; page++) {
    const read: Awaited<ReturnType<typeof screenings.list>> = await screenings.list(accountId, after);
    found.push(...read.screenings);
    after = read.next;
    if (after === null) break;
  }
  return { ...countWaiting(found), isComplete: after === null };
};
