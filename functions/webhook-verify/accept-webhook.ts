import type { Account } from '#shared/domain/account.ts';
import { isAccountId } from '#shared/domain/ids.ts';
import { isKnownNotToTrigger } from '#shared/domain/trigger-stage.ts';
import type { Answer, Posted, Refusal } from '#shared/edge/http-handler.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import {
  isSignedBy,
  isTestDelivery,
  readDelivery,
  readSubject,
  type SignedDelivery,
  type StageMove,
} from '#shared/lever/delivery.ts';
import type { Ports } from '#shared/ports.ts';
import { hasWebhookSecret, validWebhookSecrets } from '#shared/stores/webhook-secrets.ts';

const largestBodyBytes = 65_536;
/** The sweep reads every account's stages each hour; a list older than two such readings may hide a rename. */
const stagesFreshForMs = 2 * 3_600_000;
const dayMs = 86_400_000;
const accepted: Answer = { status: 200 };

/** Believes a delivery only if it is signed by the account's secret, and of a signed one only that something moved: neither event nor data are covered by the signature. */
export const acceptWebhook = async (incoming: Posted, ports: Ports): Promise<Answer> => {
  const accountId = incoming.path['account'] ?? '';
  const refuse = async (answer: Refusal): Promise<Answer> => {
    const { code: reason } = answer;
    if (answer.status === 401) await ports.emit('webhook_signature_refused', { accountId, reason });
    else await ports.emit('webhook_refused', { reason });
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
  const account = isAccountId(accountId) ? await ports.accounts.find(accountId) : null;
  if (account === null || !account.enabled) {
    return refuse({ status: 404, code: 'unknown_account', message: 'There is no such account. Copy the URL again.' });
  }
  const { credentials } = await ports.credentials.load(accountId);
  const secrets = validWebhookSecrets(credentials, ports.now());
  const isTest = shape.kind === 'unsigned_test' || isTestDelivery(shape.delivery);
  const isSigned = shape.kind === 'signed' && isSignedBy(secrets, shape.delivery);
  if (isTest && (isSigned || !hasWebhookSecret(credentials))) {
    await ports.emit('webhook_tested', { accountId });
    if (isSigned) await noteVerified(accountId, shape.delivery, ports);
    else await noteUnsignedTest(accountId, ports);
    return accepted;
  }
  if (!isSigned) {
    // The secret may be the wrong one, or somebody has set up a webhook by hand and saved none. Whoever sends without end, this is written once a minute.
    if (shape.kind === 'signed' && secrets.length > 0) await ports.heartbeats.touch(accountId, 'lastRefusedAt');
    return refuse({
      status: 401,
      code: 'bad_signature',
      message: "The signature was not made with this account's webhook secret.",
    });
  }
  return acceptSigned(account, shape.delivery, ports);
};

/** Whoever presses *Verify Connection* wants to see that it arrived, each time; a repeated delivery is no further press. */
const noteVerified = async (accountId: string, { signature }: SignedDelivery, ports: Ports): Promise<void> => {
  if (await ports.deliveries.isKnown(accountId, signature)) return;
  await ports.heartbeats.touch(accountId, 'lastVerifiedAt', 0);
  await ports.emit('webhook_verified', { accountId });
  await ports.deliveries.remember(accountId, signature);
};

/** Anybody can send one: it is noted once a minute, and takes one line a day of the activity log. */
const noteUnsignedTest = async (accountId: string, { heartbeats, emit }: Ports): Promise<void> => {
  await heartbeats.touch(accountId, 'lastVerifiedAt');
  if (await heartbeats.touch(accountId, 'lastUnsignedLineAt', dayMs)) {
    await emit('webhook_verified', { accountId, detail: 'before_secret' });
  }
};

/** Neither the stage that was left, for a problem ends with it, nor the one that was entered is a trigger, as far as can be told without asking Lever. */
const startsAndEndsNothing = (account: Account, { fromStageId, toStageId }: StageMove, now: number): boolean => {
  const isNoTrigger = (stageId: string): boolean => isKnownNotToTrigger(account, stageId, now, stagesFreshForMs);
  if (typeof toStageId !== 'string' || !isNoTrigger(toStageId)) return false;
  return fromStageId === null || (fromStageId !== undefined && isNoTrigger(fromStageId));
};

const acceptSigned = async (account: Account, delivery: SignedDelivery, ports: Ports): Promise<Answer> => {
  const { accountId } = account;
  const subject = readSubject(delivery);
  if (subject === null) return accepted;
  if (subject === 'unreadable') {
    await ports.emit('webhook_refused', { accountId, reason: 'no_opportunity' });
    return { status: 400, code: 'no_opportunity', message: 'The event names no opportunity.' };
  }
  const { opportunityId, move } = subject;
  const noteDelivery = async (): Promise<void> => {
    const { deliveries, heartbeats } = ports;
    await Promise.all([
      deliveries.remember(accountId, delivery.signature),
      heartbeats.touch(accountId, 'lastWebhookAt'),
    ]);
  };
  if (await ports.deliveries.isKnown(accountId, delivery.signature)) {
    await ports.emit('webhook_repeated', { accountId, opportunityId });
    return accepted;
  }
  if (move !== null && startsAndEndsNothing(account, move, ports.now())) {
    await ports.emit('stage_change_ignored', { accountId, opportunityId, reason: 'not_a_trigger_stage' });
    await noteDelivery();
    return accepted;
  }
  await ports.enqueueDecision({ accountId, opportunityId });
  await noteDelivery();
  await ports.emit('stage_change_accepted', { accountId, opportunityId });
  return accepted;
};
