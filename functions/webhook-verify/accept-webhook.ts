import type { Account } from '#shared/domain/account.ts';
import type { SendNudge } from '#shared/domain/nudge.ts';
import { isKnownNotToTrigger } from '#shared/domain/trigger-stage.ts';
import type { Answer, Posted, Refusal } from '#shared/edge/http-handler.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { isTestDelivery, readDelivery, readSubject, type SignedDelivery } from '#shared/lever/delivery.ts';
import { isSignedBy } from '#shared/lever/signature.ts';
import type { Report } from '#shared/observability/log-codes.ts';
import type { AccountStore } from '#shared/stores/account-store.ts';
import type { ActivityStore } from '#shared/stores/activity-store.ts';
import type { CredentialStore } from '#shared/stores/credential-store.ts';
import type { DeliveryStore } from '#shared/stores/delivery-store.ts';
import type { HealthStore } from '#shared/stores/health-store.ts';
import { hasWebhookSecret, validWebhookSecrets } from '#shared/stores/webhook-secrets.ts';

const largestBodyBytes = 65_536;
/** The sweep reads every account's stages each hour; a list older than two such readings may hide a rename. */
const stagesFreshForMs = 2 * 3_600_000;
const dayMs = 86_400_000;
const accepted: Answer = { status: 200 };
const verified = { kind: 'webhook_verified', opportunityId: null, by: null, detail: null } as const;

export type AcceptWebhookPorts = {
  now: () => number;
  accounts: Pick<AccountStore, 'find'>;
  credentials: Pick<CredentialStore, 'load'>;
  deliveries: DeliveryStore;
  health: Pick<HealthStore, 'note'>;
  activities: Pick<ActivityStore, 'record'>;
  nudgeStageChange: SendNudge;
  report: Report;
};

/** Believes a delivery only if it is signed by the account's secret, and of a signed one only that something moved: neither event nor data are covered by the signature. */
export const acceptWebhook = async (incoming: Posted, ports: AcceptWebhookPorts): Promise<Answer> => {
  const accountId = incoming.path['account'] ?? '';
  const refuse = (answer: Refusal): Answer => {
    ports.report(answer.status === 401 ? 'webhook_signature_refused' : 'webhook_refused', {
      reason: answer.code,
      ...(answer.status === 401 ? { accountId } : {}),
    });
    return answer;
  };
  if (incoming.bodyBytes > largestBodyBytes) {
    return refuse({ status: 413, code: 'too_large', message: 'A webhook from Lever is never larger than 64 KiB.' });
  }
  const body = parseJson(incoming.body);
  if (body === undefined) return refuse({ status: 400, code: 'not_json', message: 'The body is not JSON.' });
  const shape = readDelivery(body);
  if (shape === null) {
    return refuse({ status: 400, code: 'not_a_delivery', message: "The body has not the shape of Lever's webhooks." });
  }
  const account = /^[\w-]{1,64}$/u.test(accountId) ? await ports.accounts.find(accountId) : null;
  if (account === null || !account.enabled) {
    return refuse({ status: 404, code: 'unknown_account', message: 'There is no such account. Copy the URL again.' });
  }
  const { credentials } = await ports.credentials.load(accountId);
  const secrets = validWebhookSecrets(credentials, ports.now());
  const isTest = shape.kind === 'unsigned_test' || isTestDelivery(shape.delivery);
  const isSigned = shape.kind === 'signed' && isSignedBy(secrets, shape.delivery);
  if (isTest && (isSigned || !hasWebhookSecret(credentials))) {
    ports.report('webhook_tested', { accountId });
    if (isSigned) await noteVerified(accountId, shape.delivery, ports);
    else await noteUnsignedTest(accountId, ports);
    return accepted;
  }
  if (!isSigned) {
    // The secret may be the wrong one, or somebody has set up a webhook by hand and saved none. Whoever sends without end, this is written once a minute.
    if (shape.kind === 'signed' && secrets.length > 0) await ports.health.note(accountId, 'lastRefusedAt');
    return refuse({
      status: 401,
      code: 'bad_signature',
      message: "The signature was not made with this account's webhook secret.",
    });
  }
  return acceptSigned(account, shape.delivery, ports);
};

/** Whoever presses *Verify Connection* wants to see that it arrived, each time; a repeated delivery is no further press. */
const noteVerified = async (
  accountId: string,
  { signature }: SignedDelivery,
  { deliveries, health, activities }: AcceptWebhookPorts,
): Promise<void> => {
  if (await deliveries.isKnown(accountId, signature)) return;
  await health.note(accountId, 'lastVerifiedAt', 0);
  await activities.record(accountId, verified);
  await deliveries.remember(accountId, signature);
};

/** Anybody can send one: it is noted once a minute, and takes one line a day of the activity log. */
const noteUnsignedTest = async (accountId: string, { health, activities }: AcceptWebhookPorts): Promise<void> => {
  await health.note(accountId, 'lastVerifiedAt');
  if (await health.note(accountId, 'lastUnsignedLineAt', dayMs))
    await activities.record(accountId, { ...verified, detail: 'before_secret' });
};

const acceptSigned = async (account: Account, delivery: SignedDelivery, ports: AcceptWebhookPorts): Promise<Answer> => {
  const { accountId } = account;
  const subject = readSubject(delivery);
  if (subject === null) return accepted;
  if (subject === 'unreadable') {
    ports.report('webhook_refused', { accountId, reason: 'no_opportunity' });
    return { status: 400, code: 'no_opportunity', message: 'The event names no opportunity.' };
  }
  const { opportunityId, toStageId } = subject;
  const noteDelivery = async (): Promise<void> => {
    const { deliveries, health } = ports;
    await Promise.all([deliveries.remember(accountId, delivery.signature), health.note(accountId, 'lastWebhookAt')]);
  };
  if (await ports.deliveries.isKnown(accountId, delivery.signature)) {
    ports.report('webhook_repeated', { accountId, opportunityId });
    return accepted;
  }
  if (toStageId !== null && isKnownNotToTrigger(account, toStageId, ports.now(), stagesFreshForMs)) {
    ports.report('stage_change_ignored', { accountId, opportunityId, reason: 'not_a_trigger_stage' });
    await noteDelivery();
    return accepted;
  }
  await ports.nudgeStageChange({ accountId, opportunityId });
  await noteDelivery();
  ports.report('stage_change_accepted', { accountId, opportunityId });
  return accepted;
};
