import { mainWebhookEvent, type WebhookEvent, webhookEvents } from '#shared/domain/ids.ts';
import type { RegisteredWebhook, WebhookSecret, WebhookSecrets } from './webhook-secret-store.ts';

/** How long the secret before the current one is still believed: Lever lets a Super Admin rerun deliveries of two weeks. */
const previousValidForMs = 14 * 86_400_000;

/** Of one event, however often it is changed within two weeks: each is tried on every delivery, and all of them lie in one item of the table. */
const mostSecrets = 5;

/** The secrets that a delivery to this account may be signed with now: those given by hand and those of the webhooks that we registered. */
export const validWebhookSecrets = (secrets: WebhookSecrets, now: number): string[] => {
  const valid = [...secrets.webhookSecrets, ...secrets.webhooks]
    .filter(({ validUntil }) => validUntil === null || validUntil > now)
    .map(({ secret }) => secret);
  return [...new Set(valid)];
};

const eventOf = ({ event }: WebhookSecret): string => event ?? mainWebhookEvent;

/** The events whose secret somebody told us by hand. */
export const webhookSecretEvents = ({ webhookSecrets }: WebhookSecrets): WebhookEvent[] =>
  webhookEvents.filter((event) =>
    webhookSecrets.some((known) => known.validUntil === null && eventOf(known) === event),
  );

/** Has somebody told us a secret by hand? */
export const hasWebhookSecret = ({ webhookSecrets }: WebhookSecrets): boolean =>
  webhookSecrets.some(({ validUntil }) => validUntil === null);

/** Does Lever tell us, by webhooks of our own, of everything that we want to know? */
export const isRegistered = ({ webhooks }: Pick<WebhookSecrets, 'webhooks'>): boolean =>
  webhookEvents.every((event) => isHeard({ webhooks }, event));

/** Does Lever, as far as we know, tell us of this event by a webhook of our own? */
export const isHeard = ({ webhooks }: Pick<WebhookSecrets, 'webhooks'>, event: string): boolean =>
  webhooks.some((held) => held.event === event && isLiving(held));

/** Lever lists it, and it was not retired. */
export const isLiving = ({ isListed, validUntil }: RegisteredWebhook): boolean => isListed && validUntil === null;

/** Until when the last secret before a current one is believed, given by hand or of a webhook that we registered; epoch milliseconds. Null where there is none any more. */
export const previousValidUntil = ({ webhookSecrets, webhooks }: WebhookSecrets, now: number): number | null => {
  const times = [...webhookSecrets, ...webhooks]
    .flatMap(({ validUntil }) => validUntil ?? [])
    .filter((until) => until > now);
  return times.length === 0 ? null : Math.max(...times);
};

/** The secrets with another one of an event given by hand; the one of the same event before it stays valid for two weeks, and of many the newest five. The same secret again changes nothing. */
export const rotateWebhookSecret = (
  secrets: WebhookSecrets,
  secret: string,
  now: number,
  event: WebhookEvent = mainWebhookEvent,
): WebhookSecrets => {
  const isOfEvent = (known: WebhookSecret): boolean => eventOf(known) === event;
  const ofEvent = secrets.webhookSecrets.filter(isOfEvent);
  if (ofEvent.some((known) => known.secret === secret && known.validUntil === null)) return secrets;
  const previous = ofEvent
    .filter((known) => known.secret !== secret && (known.validUntil === null || known.validUntil > now))
    .map((known) => ({ ...known, validUntil: known.validUntil ?? now + previousValidForMs }));
  const ofOthers = secrets.webhookSecrets.filter((known) => !isOfEvent(known));
  const rotated = [{ secret, validUntil: null, event }, ...previous].slice(0, mostSecrets);
  // What was refused was measured by the secrets before.
  return { ...secrets, webhookSecrets: [...rotated, ...ofOthers], refusedAt: null };
};

/** The secrets without any that was replaced, or retired: only current ones are believed. */
export const revokePrevious = (secrets: WebhookSecrets): WebhookSecrets => ({
  ...secrets,
  webhookSecrets: secrets.webhookSecrets.filter(({ validUntil }) => validUntil === null),
  webhooks: secrets.webhooks.filter(({ validUntil }) => validUntil === null),
});
