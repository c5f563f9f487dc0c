import { isAccountId } from '#shared/domain/ids.ts';
import { isKnownNotToTrigger } from '#shared/domain/trigger-stage.ts';
import type { Posted, Receipt, Refusal } from '#shared/edge/posted-handler.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import {
  isSignedBy,
  isTestDelivery,
  readDelivery,
  readSubject,
  type SignedDelivery,
  type StageMove,
} from '#shared/lever/delivery.ts';
import type { Intake } from '#shared/stores/intake-store.ts';
import type { FoundSecrets, WebhookSecrets } from '#shared/stores/webhook-secret-store.ts';
import { hasWebhookSecret, isRegistered, validWebhookSecrets } from '#shared/stores/webhook-secrets.ts';
import type { WebhookPorts } from '#shared/webhook-ports.ts';

const largestBodyBytes = 65_536;
/** Maintenance reads every account's stages each hour; a list older than two such readings may hide a rename. */
const stagesFreshForMs = 2 * 3_600_000;
const dayMs = 86_400_000;
const accepted: Receipt = { status: 200 };

/** One answer for whoever does not know a secret of the account, and for whoever made up the account: it tells nobody which accounts there are. */
const notBelieved = {
  status: 401,
  code: 'bad_signature',
  message: 'There is no such account, or the signature was not made with its webhook secret. Copy both again.',
} as const satisfies Refusal;

/**
 * Believes a delivery only if it is signed by the account's secret, and of a signed one only that something moved: neither
 * event nor data are covered by the signature. Who is refused has cost one read at most, of nothing but webhook secrets.
 */
export const acceptWebhook = async (incoming: Posted, ports: WebhookPorts): Promise<Receipt> => {
  const accountId = incoming.path['account'] ?? '';
  const refuse = async (answer: Refusal, reason: string = answer.code): Promise<Receipt> => {
    await ports.emit('webhook_refused', { reason });
    return answer;
  };
  if (incoming.bodyBytes > largestBodyBytes) {
    return refuse({ status: 413, code: 'too_large', message: 'A webhook from Lever is never larger than 64 KiB.' });
  }
  const body = parseJson(incoming.body);
  if (body === undefined) return refuse({ status: 400, code: 'not_json', message: 'The body is not JSON.' });
  const shape = readDelivery(body);
  if (shape === null) {
    return refuse({
      status: 400,
      code: 'not_a_delivery',
      message: "The body does not have the shape of Lever's webhooks.",
    });
  }
  if (!isAccountId(accountId)) return refuse(notBelieved, 'unknown_account');
  const isTest = shape.kind === 'unsigned_test' || isTestDelivery(shape.delivery);
  const why = ({ secrets }: FoundSecrets): 'signed' | 'first_test' | null => {
    const isSigned = shape.kind === 'signed' && isSignedBy(validWebhookSecrets(secrets, ports.now()), shape.delivery);
    return isSigned ? 'signed' : isTest && mayBeSetUpByHand(secrets) ? 'first_test' : null;
  };
  const found = await ports.recallWebhookSecrets(accountId, why);
  if (found === null) return refuse(notBelieved, 'unknown_account');
  if (found.verdict === null) {
    if (shape.kind === 'signed') await found.value.noteRefusal();
    await ports.emit('webhook_signature_refused', { accountId, reason: notBelieved.code });
    return notBelieved;
  }
  const enabled = (intake: Intake): 'enabled' | null => (intake.enabled ? 'enabled' : null);
  const intake = await ports.recallIntake(accountId, enabled);
  if (intake === null || intake.verdict === null) return refuse(notBelieved, 'unknown_account');
  if (!isTest) return acceptSigned(intake.value, shape.delivery, ports);
  await ports.emit('webhook_tested', { accountId });
  if (shape.kind === 'signed' && found.verdict === 'signed') return noteVerified(accountId, shape.delivery, ports);
  await noteUnsignedTest(accountId, ports);
  return accepted;
};

/** *Verify Connection* can be pressed before its secret is saved. Where we have registered them all, nobody needs to set up a webhook. */
const mayBeSetUpByHand = (secrets: WebhookSecrets): boolean => !hasWebhookSecret(secrets) && !isRegistered(secrets);

/** Lever sends it again; what it gives up is found by reconciliation. */
const refuseAboveLimit = async (accountId: string, ports: WebhookPorts): Promise<Receipt> => {
  await ports.emit('deliveries_above_limit', { accountId });
  return {
    status: 429,
    code: 'too_many',
    message: 'This account has sent too many webhooks this hour. Send it again.',
  };
};

/** Whoever presses *Verify Connection* wants to see that it arrived, each time; a repeated delivery is no further press. */
const noteVerified = async (
  accountId: string,
  { signature }: SignedDelivery,
  ports: WebhookPorts,
): Promise<Receipt> => {
  if (await ports.deliveries.isKnown(accountId, signature)) return accepted;
  if (!(await ports.admitDelivery(accountId))) return refuseAboveLimit(accountId, ports);
  await ports.heartbeats.touch(accountId, 'lastVerifiedAt', 0);
  await ports.emit('webhook_verified', { accountId });
  await ports.deliveries.remember(accountId, signature);
  return accepted;
};

/** Anybody can send one: it is noted once a minute, and takes one line a day of the activity log. */
const noteUnsignedTest = async (accountId: string, { heartbeats, emit }: WebhookPorts): Promise<void> => {
  await heartbeats.touch(accountId, 'lastVerifiedAt');
  if (await heartbeats.touch(accountId, 'lastUnsignedLineAt', dayMs)) {
    await emit('webhook_verified', { accountId, detail: 'before_secret' });
  }
};

/** Neither the stage that was left, for a problem ends with it, nor the one that was entered is a trigger, as far as can be told without asking Lever. */
const startsAndEndsNothing = (intake: Intake, { fromStageId, toStageId }: StageMove, now: number): boolean => {
  const isNoTrigger = (stageId: string): boolean => isKnownNotToTrigger(intake, stageId, now, stagesFreshForMs);
  if (typeof toStageId !== 'string' || !isNoTrigger(toStageId)) return false;
  return fromStageId === null || (fromStageId !== undefined && isNoTrigger(fromStageId));
};

const acceptSigned = async (intake: Intake, delivery: SignedDelivery, ports: WebhookPorts): Promise<Receipt> => {
  const { accountId } = intake;
  const subject = readSubject(delivery);
  if (subject === null) return accepted;
  if (subject === 'unreadable') {
    await ports.emit('webhook_refused', { accountId, reason: 'no_opportunity' });
    return { status: 400, code: 'no_opportunity', message: 'The event names no opportunity.' };
  }
  const { opportunityId, move } = subject;
  // Before anything is looked up or stored: most moves are of this kind, and repeating one does nothing.
  if (move !== null && startsAndEndsNothing(intake, move, ports.now())) {
    await ports.emit('stage_change_ignored', { accountId, opportunityId, reason: 'not_a_trigger_stage' });
    await ports.heartbeats.touch(accountId, 'lastWebhookAt');
    return accepted;
  }
  if (await ports.deliveries.isKnown(accountId, delivery.signature)) {
    await ports.emit('webhook_repeated', { accountId, opportunityId });
    return accepted;
  }
  if (!(await ports.admitDelivery(accountId))) return refuseAboveLimit(accountId, ports);
  await ports.enqueueDecision({ accountId, opportunityId });
  // One after the other, over the connection that is there: another costs more than the wait.
  await ports.deliveries.remember(accountId, delivery.signature);
  await ports.heartbeats.touch(accountId, 'lastWebhookAt');
  await ports.emit('stage_change_accepted', { accountId, opportunityId });
  return accepted;
};
