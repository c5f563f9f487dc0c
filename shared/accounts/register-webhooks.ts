import { Failure } from '#shared/domain/failure.ts';
import { webhookEvents as events, type WebhookEvent } from '#shared/domain/ids.ts';
import type { LeverWebhooks } from '#shared/lever/lever-webhooks.ts';
import type { Credentials } from '#shared/stores/credential-store.ts';
import type { RegisteredWebhook, WebhookSecretStore, WebhookSecrets } from '#shared/stores/webhook-secret-store.ts';
import { isHeard, isLiving } from '#shared/stores/webhook-secrets.ts';
import type { AppPorts } from '#shared/vendors.ts';

export type RegisterWebhooksPorts = {
  lever: LeverWebhooks;
  webhookSecrets: Pick<WebhookSecretStore, 'load' | 'update'>;
  /** As `webhookUrlOf` says it. */
  webhookUrl: string;
};

/** Connections that were made before we registered it get it at their next maintenance: they do not miss it. */
const addedLater: WebhookEvent = 'candidateArchiveChange';
/** Deliveries of a webhook that was left in Lever may still be on their way, or be rerun. */
const retiredForMs = 14 * 86_400_000;
/** Of those that Lever lists no more, and of those that were retired: each is tried on every delivery, and all of them lie in one item of the table. */
const mostUnlisted = 20;

/** Where an account's webhooks come in, without the event. */
export const webhookUrlOf = (accountId: string, publicUrl: string): string => `${publicUrl}/lever/${accountId}/webhook`;

/** Is, as far as we know, nothing gone of the webhooks that the account was given? */
export const tellsOfMoves = ({ webhooks }: Pick<WebhookSecrets, 'webhooks'>): boolean =>
  events.every((event) => {
    const wasNeverGiven = event === addedLater && !webhooks.some((held) => held.event === event);
    return wasNeverGiven || isHeard({ webhooks }, event);
  });

/**
 * Registers what is missing, and makes anew what Lever has but whose token we do not hold: Lever refuses no doubles and
 * shows a token once. May be done again after any interruption, and twice at once: afterwards whoever looks last keeps
 * of each event the webhook that was held first, and takes all others out. Answers whether anything was registered.
 */
export const registerWebhooks = async (accountId: string, ports: RegisterWebhooksPorts): Promise<boolean> => {
  const { lever } = ports;
  const before = await noteListed(accountId, ports);
  const listedBefore = before.listed.map(({ webhookId }) => webhookId);
  for (const event of before.missing) {
    const { webhookId, secret } = await lever.register(event, urlOf(event, ports), listedBefore);
    await change(accountId, ports, (webhooks) => [
      ...webhooks,
      { webhookId, event, secret, validUntil: null, isListed: true },
    ]);
  }
  const isNew = before.missing.length > 0;
  const { missing, kept, listed } = isNew ? await noteListed(accountId, ports) : before;
  // Where one of ours has been taken out meanwhile, somebody else is at it, or the next maintenance will be.
  if (missing.length > 0) return isNew;
  for (const { webhookId } of listed) if (!kept.has(webhookId)) await lever.remove(webhookId);
  return isNew;
};

/**
 * Notes of what we hold (`webhooks`, as it was before) whether Lever lists it, and lists it first. Answers of which events there is none. What is listed
 * no more is believed all the same, and is as good as before once it is listed again: a list may lag. What was retired stays so.
 */
export const noteListed = async (accountId: string, ports: RegisterWebhooksPorts) => {
  const { webhooks, listed, kept } = await look(accountId, ports);
  const seen = new Set(webhooks.map(({ webhookId }) => webhookId));
  const living = new Set(kept.map(({ webhookId }) => webhookId));
  if (webhooks.some((held) => isLiving(held) !== living.has(held.webhookId))) {
    await change(accountId, ports, (all) => withListed(all, seen, living));
  }
  const missing = events.filter((event) => !kept.some((webhook) => webhook.event === event));
  return { webhooks, missing, kept: living, listed };
};

/** What was registered after the look stays as it is. */
const withListed = (
  webhooks: readonly RegisteredWebhook[],
  seen: ReadonlySet<string>,
  living: ReadonlySet<string>,
): RegisteredWebhook[] => {
  const noted = webhooks.map((webhook) => {
    if (living.has(webhook.webhookId)) return { ...webhook, isListed: true };
    return seen.has(webhook.webhookId) ? { ...webhook, isListed: false } : webhook;
  });
  const tooMany = new Set(noted.filter(({ isListed }) => !isListed).slice(0, -mostUnlisted));
  return noted.filter((webhook) => !tooMany.has(webhook));
};

/** Does Lever list, for every event, a webhook that leads to us? One call. */
export const areListed = async (ports: Pick<RegisterWebhooksPorts, 'lever' | 'webhookUrl'>): Promise<boolean> => {
  const listed = await ports.lever.list();
  return events.every((event) => listed.some(({ url }) => url === urlOf(event, ports)));
};

const change = async (
  accountId: string,
  { webhookSecrets }: RegisterWebhooksPorts,
  apply: (webhooks: readonly RegisteredWebhook[]) => readonly RegisteredWebhook[],
): Promise<void> => {
  await webhookSecrets.update(accountId, (before) => ({ ...before, webhooks: apply(before.webhooks) }));
};

/** What we hold, then what Lever lists (what is held has been listed before), and of each event the webhook that is both and was not retired. */
const look = async (accountId: string, ports: RegisterWebhooksPorts) => {
  const { webhooks } = await ports.webhookSecrets.load(accountId);
  const listed = (await ports.lever.list()).filter(({ url }) => isOurs(url, ports));
  const kept = events.flatMap((event) => {
    const url = urlOf(event, ports);
    const isListed = ({ webhookId }: RegisteredWebhook) =>
      listed.some((each) => each.webhookId === webhookId && each.url === url);
    return webhooks.find((held) => held.event === event && held.validUntil === null && isListed(held)) ?? [];
  });
  return { webhooks, listed, kept };
};

/** Takes our webhooks out of Lever: those that Lever lists, and those that it does not but may have. Their tokens stay ours to keep or to forget. */
export const removeWebhooks = async (
  held: readonly RegisteredWebhook[],
  ports: Pick<RegisterWebhooksPorts, 'lever' | 'webhookUrl'>,
): Promise<void> => {
  const listed = (await ports.lever.list()).filter(({ url }) => isOurs(url, ports));
  const webhookIds = new Set([...listed, ...held].map(({ webhookId }) => webhookId));
  for (const webhookId of webhookIds) await ports.lever.remove(webhookId);
};

const urlOf = (event: string, { webhookUrl }: { webhookUrl: string }): string => `${webhookUrl}?event=${event}`;

const isOurs = (url: string, { webhookUrl }: { webhookUrl: string }): boolean =>
  url === webhookUrl || url.startsWith(`${webhookUrl}?`);

/** The webhooks, retired: their tokens are believed for two weeks more, and no longer, and others are registered in their place. */
export const retireWebhooks = (webhooks: readonly RegisteredWebhook[], now: number): RegisteredWebhook[] =>
  webhooks
    .map((webhook) => ({ ...webhook, validUntil: webhook.validUntil ?? now + retiredForMs }))
    .filter(({ validUntil }) => validUntil > now)
    .slice(-mostUnlisted);

/** Takes our webhooks out of the Lever that these tokens are for; false where that cannot be: without a living access only a Super Admin can, in Lever itself. */
export const tryToRemoveWebhooks = async (
  accountId: string,
  { tokens, webhooks }: Pick<Credentials, 'tokens'> & Pick<WebhookSecrets, 'webhooks'>,
  lever: LeverWebhooks,
  ports: AppPorts,
): Promise<boolean> => {
  if (tokens === null) return webhooks.length === 0;
  try {
    await removeWebhooks(webhooks, { lever, webhookUrl: webhookUrlOf(accountId, ports.config.publicUrl) });
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await ports.emit('webhooks_not_removed', { accountId, reason: error.code });
    return false;
  }
};
