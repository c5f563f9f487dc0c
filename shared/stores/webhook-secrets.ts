import { mainWebhookEvent, type WebhookEvent, webhookEvents } from '#shared/domain/ids.ts';
import type { Credentials, WebhookSecret } from './credential-store.ts';

/** How long the secret before the current one is still believed: Lever lets a Super Admin rerun deliveries of two weeks. */
const previousValidForMs = 14 * 86_400_000;

/** Of one event, however often it is changed within two weeks: each is tried on every delivery, and all of them lie in one item of the table. */
const mostSecrets = 5;

/** The secrets that a delivery to this account may be signed with now: those given by hand and those of the webhooks that we registered. */
export const validWebhookSecrets = (credentials: Credentials, now: number): string[] => {
  const valid = [...credentials.webhookSecrets, ...credentials.webhooks]
    .filter(({ validUntil }) => validUntil === null || validUntil > now)
    .map(({ secret }) => secret);
  return [...new Set(valid)];
};

const eventOf = ({ event }: WebhookSecret): string => event ?? mainWebhookEvent;

/** The events whose secret somebody told us by hand. */
export const webhookSecretEvents = ({ webhookSecrets }: Credentials): WebhookEvent[] =>
  webhookEvents.filter((event) =>
    webhookSecrets.some((known) => known.validUntil === null && eventOf(known) === event),
  );

/** Has somebody told us a secret by hand? */
export const hasWebhookSecret = ({ webhookSecrets }: Credentials): boolean =>
  webhookSecrets.some(({ validUntil }) => validUntil === null);

/** Until when the last secret before a current one is believed, epoch milliseconds; null where there is none any more. */
export const previousValidUntil = ({ webhookSecrets }: Credentials, now: number): number | null => {
  const times = webhookSecrets.flatMap(({ validUntil }) => validUntil ?? []).filter((until) => until > now);
  return times.length === 0 ? null : Math.max(...times);
};

/** The credentials with another secret of an event given by hand; the one of the same event before it stays valid for two weeks, and of many the newest five. The same secret again changes nothing. */
export const rotateWebhookSecret = (
  credentials: Credentials,
  secret: string,
  now: number,
  event: WebhookEvent = mainWebhookEvent,
): Credentials => {
  const isOfEvent = (known: WebhookSecret): boolean => eventOf(known) === event;
  const ofEvent = credentials.webhookSecrets.filter(isOfEvent);
  if (ofEvent.some((known) => known.secret === secret && known.validUntil === null)) return credentials;
  const previous = ofEvent
    .filter((known) => known.secret !== secret && (known.validUntil === null || known.validUntil > now))
    .map((known) => ({ ...known, validUntil: known.validUntil ?? now + previousValidForMs }));
  const ofOthers = credentials.webhookSecrets.filter((known) => !isOfEvent(known));
  const rotated = [{ secret, validUntil: null, event }, ...previous].slice(0, mostSecrets);
  return { ...credentials, webhookSecrets: [...rotated, ...ofOthers] };
};

/** The credentials without any secret given by hand but the current one of each event. */
export const revokePrevious = (credentials: Credentials): Credentials => ({
  ...credentials,
  webhookSecrets: credentials.webhookSecrets.filter(({ validUntil }) => validUntil === null),
});
