import { createHmac } from 'node:crypto';
import { inventHex, inventUuid, type Random } from './invented-values.ts';
import type { LeverOrganization, LeverWebhook } from './lever-records.ts';
import type { Delivery, Outbox } from './outbox.ts';

/** All ten events of Lever's reference. */
export const LEVER_EVENTS: readonly string[] = [
  'applicationCreated',
  'candidateHired',
  'candidateStageChange',
  'candidateArchiveChange',
  'candidateDeleted',
  'interviewCreated',
  'interviewUpdated',
  'interviewDeleted',
  'contactCreated',
  'contactUpdated',
];

const EVENTS_WITH_ORIGINS = LEVER_EVENTS.slice(0, 4);
const ORIGINS = ['applied', 'sourced', 'referred', 'university', 'internal', 'agency'];

export type LeverWebhooks = {
  register(organization: LeverOrganization, webhook: { url: string; event: string; origins?: string[] }): LeverWebhook;
  /** As a Super Admin does on the Webhooks page; the token is read there and pasted elsewhere. */
  setByHand(
    organization: LeverOrganization,
    webhook: { url: string; event?: string; signatureToken?: string | null },
  ): LeverWebhook;
  /** Sends an event to each webhook that wants it. */
  emit(organization: LeverOrganization, event: string, data: object, origin?: string): Delivery[];
  /** The button next to the URL: signed like any other, with empty `data`. */
  verifyConnection(organization: LeverOrganization, webhookId: string): Delivery;
};

/** The body of a delivery: the signature covers the token and the time, neither the event nor the data. */
export const signedBody = (delivery: {
  event: string;
  data: object;
  triggeredAt: number;
  token: string;
  signatureToken: string | null;
}): string => {
  const { event, data, triggeredAt, token, signatureToken } = delivery;
  if (signatureToken === null) return JSON.stringify({ triggeredAt, event, data, token });
  const signature = createHmac('sha256', signatureToken)
    .update(token + String(triggeredAt))
    .digest('hex');
  return JSON.stringify({ triggeredAt, event, data, signature, token });
};

/** Webhooks of Lever's organizations: registration without de-duplication, signing, the outbox. */
export const createLeverWebhooks = (options: { now: () => number; random: Random; outbox: Outbox }): LeverWebhooks => {
  const { now, random, outbox } = options;
  const send = (organization: LeverOrganization, webhook: LeverWebhook, event: string, data: object): Delivery =>
    outbox.post({
      account: organization.id,
      url: webhook.url,
      event,
      body: signedBody({
        event,
        data,
        triggeredAt: now(),
        token: inventHex(random, 48),
        signatureToken: webhook.signatureToken,
      }),
    });
  const add = (
    organization: LeverOrganization,
    webhook: Omit<LeverWebhook, 'id' | 'createdAt' | 'updatedAt'>,
  ): LeverWebhook => {
    const added = { ...webhook, id: inventUuid(random), createdAt: now(), updatedAt: now() };
    organization.webhooks.push(added);
    return added;
  };
  return {
    register: (organization, { url, event, origins = ORIGINS }) =>
      add(organization, {
        url,
        event,
        origins: EVENTS_WITH_ORIGINS.includes(event) ? origins : null,
        signatureToken: inventHex(random, 48),
        madeByApi: true,
      }),
    setByHand: (organization, { url, event = 'candidateStageChange', signatureToken = inventHex(random, 48) }) =>
      add(organization, { url, event, origins: null, signatureToken, madeByApi: false }),
    emit: (organization, event, data, origin) => {
      if (organization.silencedEvents.has(event)) return [];
      return organization.webhooks
        .filter((webhook) => webhook.event === event)
        .filter(({ origins }) => origins === null || origin === undefined || origins.includes(origin))
        .map((webhook) => send(organization, webhook, event, data));
    },
    verifyConnection: (organization, webhookId) => {
      const webhook = organization.webhooks.find(({ id }) => id === webhookId);
      if (!webhook) throw new Error(`No webhook ${webhookId} in ${organization.name}.`);
      return send(organization, webhook, webhook.event, {});
    },
  };
};
