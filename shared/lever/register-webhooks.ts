import type { CredentialStore, Credentials, RegisteredWebhook } from '#shared/stores/credential-store.ts';
import type { LeverWebhooks } from './lever-webhooks.ts';

export type RegisterWebhooksPorts = {
  now: () => number;
  lever: LeverWebhooks;
  credentials: Pick<CredentialStore, 'load' | 'update'>;
  /** As `webhookUrlOf` says it. */
  webhookUrl: string;
};

const events = ['candidateStageChange', 'candidateDeleted'] as const;
/** Deliveries of a webhook that Lever lists no more may still be on their way, or be rerun. */
const retiredForMs = 14 * 86_400_000;

/** Where an account's webhooks come in, without the event. */
export const webhookUrlOf = (accountId: string, publicUrl: string): string => `${publicUrl}/lever/${accountId}/webhook`;

/** Does Lever tell us, by webhooks of our own, of everything that we want to know? */
export const isRegistered = ({ webhooks }: Pick<Credentials, 'webhooks'>): boolean =>
  events.every((event) => webhooks.some((held) => held.event === event && held.validUntil === null));

/**
 * Registers what is missing, and makes anew what Lever has but whose token we do not hold: Lever refuses no doubles and
 * shows a token once. May be done again after any interruption, and twice at once: afterwards whoever looks last keeps
 * of each event the webhook that was held first, and takes all others out. Answers whether anything was registered.
 */
export const registerWebhooks = async (accountId: string, ports: RegisterWebhooksPorts): Promise<boolean> => {
  const { lever } = ports;
  const before = await retireGone(accountId, ports);
  for (const event of before.missing) {
    const { webhookId, secret } = await lever.register(event, urlOf(event, ports));
    await change(accountId, ports, (webhooks) => [...webhooks, { webhookId, event, secret, validUntil: null }]);
  }
  const isNew = before.missing.length > 0;
  const { missing, kept, listed } = isNew ? await retireGone(accountId, ports) : before;
  // Where one of ours has been taken out meanwhile, somebody else is at it, or the next upkeep will be.
  if (missing.length > 0) return isNew;
  for (const { webhookId } of listed) if (!kept.has(webhookId)) await lever.remove(webhookId);
  return isNew;
};

/** Retires what we hold and Lever lists no more, or lists twice. Answers of which events there is none (left). */
export const retireGone = async (accountId: string, ports: RegisterWebhooksPorts) => {
  const { held, listed, kept } = await look(accountId, ports);
  const living = new Set(kept.map(({ webhookId }) => webhookId));
  const gone = new Set(held.map(({ webhookId }) => webhookId).filter((webhookId) => !living.has(webhookId)));
  if (gone.size > 0) await change(accountId, ports, (webhooks) => retireWebhooks(webhooks, ports.now(), gone));
  const missing = events.filter((event) => !kept.some((webhook) => webhook.event === event));
  return { missing, kept: living, listed };
};

/** Does Lever list, for every event, a webhook that leads to us? One call. */
export const areListed = async (ports: Pick<RegisterWebhooksPorts, 'lever' | 'webhookUrl'>): Promise<boolean> => {
  const listed = await ports.lever.list();
  return events.every((event) => listed.some(({ url }) => url === urlOf(event, ports)));
};

/** Was a webhook of the same event found to be gone for the second time since then (epoch milliseconds), within two weeks? */
export const wentTwice = ({ webhooks }: Pick<Credentials, 'webhooks'>, since: number): boolean =>
  events.some(
    (event) =>
      webhooks.filter((held) => held.event === event && (held.validUntil ?? 0) - retiredForMs > since).length > 1,
  );

const change = async (
  accountId: string,
  { credentials }: RegisterWebhooksPorts,
  apply: (webhooks: readonly RegisteredWebhook[]) => readonly RegisteredWebhook[],
): Promise<void> => {
  await credentials.update(accountId, (before) => ({ ...before, webhooks: apply(before.webhooks) }));
};

/** What we hold, then what Lever lists (what is held has been listed before), and of each event the webhook that is both. */
const look = async (accountId: string, ports: RegisterWebhooksPorts) => {
  const { webhooks } = (await ports.credentials.load(accountId)).credentials;
  const held = webhooks.filter(({ validUntil }) => validUntil === null);
  const listed = (await ports.lever.list()).filter(({ url }) => isOurs(url, ports));
  const kept = events.flatMap((event) => {
    const url = urlOf(event, ports);
    const isListed = ({ webhookId }: RegisteredWebhook) =>
      listed.some((each) => each.webhookId === webhookId && each.url === url);
    return held.find((webhook) => webhook.event === event && isListed(webhook)) ?? [];
  });
  return { held, listed, kept };
};

/** Takes our webhooks out of Lever, by what Lever lists. Their tokens stay ours to keep or to forget. */
export const removeWebhooks = async (ports: Pick<RegisterWebhooksPorts, 'lever' | 'webhookUrl'>): Promise<void> => {
  for (const { webhookId, url } of await ports.lever.list()) {
    if (isOurs(url, ports)) await ports.lever.remove(webhookId);
  }
};

const urlOf = (event: string, { webhookUrl }: { webhookUrl: string }): string => `${webhookUrl}?event=${event}`;

const isOurs = (url: string, { webhookUrl }: { webhookUrl: string }): boolean =>
  url === webhookUrl || url.startsWith(`${webhookUrl}?`);

/** The webhooks with those of these ids, or all, retired: their tokens are believed for two weeks more, and no longer. */
export const retireWebhooks = (
  webhooks: readonly RegisteredWebhook[],
  now: number,
  gone: ReadonlySet<string> | null = null,
): RegisteredWebhook[] =>
  webhooks
    .map((webhook) => {
      const isRetired = webhook.validUntil === null && (gone === null || gone.has(webhook.webhookId));
      return isRetired ? { ...webhook, validUntil: now + retiredForMs } : webhook;
    })
    .filter(({ validUntil }) => validUntil === null || validUntil > now);
