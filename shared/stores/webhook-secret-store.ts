import { hasFields, isBoolean, isListOf, isNumber, isText, orNull, withShape } from '#shared/guards.ts';
import { type ChangeSecret, createEncryptedItem, createFinder, type Found, type Kind } from './encrypted-item.ts';
import type { FieldCipher } from './field-cipher.ts';
import * as keys from './keys.ts';
import { itemOver, type Table } from './table.ts';

export type WebhookSecretStore = ReturnType<typeof createWebhookSecretStore>;

/** A secret that Lever may sign with. `validUntil`: null for the current one. `event`: of the webhook that it belongs to; null if nobody said which. It is tried on every delivery all the same. */
export type WebhookSecret = {
  readonly secret: string;
  readonly validUntil: number | null;
  readonly event: string | null;
};
/** A webhook that we registered by Lever's API, with the token that Lever showed once; `validUntil` is null while we are connected. `isListed`: Lever listed it when it was last asked. */
export type RegisteredWebhook = WebhookSecret & {
  readonly webhookId: string;
  readonly event: string;
  readonly isListed: boolean;
};
/** All that an account's webhooks may be signed with, stored encrypted; in the clear in memory only. */
export type WebhookSecrets = {
  /** Those given by hand, one current for each event, the newest first. */
  readonly webhookSecrets: readonly WebhookSecret[];
  readonly webhooks: readonly RegisteredWebhook[];
  /** When something came last that was signed with none of these, epoch milliseconds, as far as it was noted. */
  readonly refusedAt: number | null;
};

const secretFields = { secret: isText, validUntil: orNull(isNumber) };
const isWebhookSecrets = hasFields<WebhookSecrets>({
  webhookSecrets: isListOf(hasFields<WebhookSecret>({ ...secretFields, event: orNull(isText) })),
  webhooks: isListOf(
    hasFields<RegisteredWebhook>({ ...secretFields, event: isText, webhookId: isText, isListed: isBoolean }),
  ),
  refusedAt: orNull(isNumber),
});

/** What an account has before anybody has given it anything. */
export const noWebhookSecrets: WebhookSecrets = { webhookSecrets: [], webhooks: [], refusedAt: null };

const each = async (accountId: string, secrets: WebhookSecrets, change: ChangeSecret): Promise<WebhookSecrets> => {
  const changeAll = <T extends WebhookSecret>(field: string, all: readonly T[]): Promise<T[]> =>
    Promise.all(all.map(async (one) => ({ ...one, secret: await change(`${accountId}/${field}`, one.secret) })));
  return {
    ...secrets,
    webhookSecrets: await changeAll('webhook-secret', secrets.webhookSecrets),
    webhooks: await changeAll('webhook-token', secrets.webhooks),
  };
};

/** An account's webhook secrets as they were read. `noteRefusal` reads nothing, and writes once an hour at most. */
export type FoundSecrets = {
  readonly found: Found<WebhookSecrets>;
  readonly secrets: WebhookSecrets;
  readonly noteRefusal: () => Promise<void>;
};

const kind: Kind<WebhookSecrets> = {
  keyOf: keys.webhookSecrets,
  parse: (content) => withShape(isWebhookSecrets, content),
  none: noWebhookSecrets,
  each,
};

/** Finds an account's webhook secrets. Null where there is no such account: one read says that, as it says whether a signature is right. `known` itself, if nothing else is stored now. */
export const createWebhookSecretFinder = (
  table: Pick<Table, 'get' | 'put'>,
  cipher: Pick<FieldCipher, 'decrypt'>,
  { now }: { now: () => number },
) => {
  const find = createFinder(table, cipher, kind);
  return async (accountId: string, known: FoundSecrets | null = null): Promise<FoundSecrets | null> => {
    const found = await find(accountId, known?.found ?? null);
    if (found === null || found === known?.found) return found && known;
    const { content: secrets, stored, item } = found;
    return {
      found,
      secrets,
      async noteRefusal() {
        const noted = withRefusal(stored, now());
        // A lost race is let go: whoever was faster has noted it, or changed the secrets.
        if (noted !== null) await table.put(itemOver(item.version, item, noted), item.version);
      },
    };
  };
};

/** The accounts' webhook secrets in the table: an item of their own under a key ring of their own, the only one that the function which anybody can call may read. Every account has one, if an empty one. */
export const createWebhookSecretStore = (table: Pick<Table, 'get' | 'put'>, cipher: FieldCipher) => {
  const { load, update, reencrypt } = createEncryptedItem<WebhookSecrets>(table, cipher, kind);
  return {
    update,
    reencrypt,
    load: async (accountId: string): Promise<WebhookSecrets> => (await load(accountId)).content,
  };
};

/** Whoever floods an address has one mark written in an hour, however many functions refuse him. */
const refusalEveryMs = 3_600_000;

/**
 * The secrets with the time at which something came that was signed with none of them; null where that is not worth a
 * write. Only a secret given by hand can be the wrong one: Lever itself told us those of the webhooks that we registered.
 */
const withRefusal = (secrets: WebhookSecrets, now: number): WebhookSecrets | null => {
  const isRecent = secrets.refusedAt !== null && now - secrets.refusedAt < refusalEveryMs;
  const isGivenByHand = secrets.webhookSecrets.some(({ validUntil }) => validUntil === null);
  return isRecent || !isGivenByHand ? null : { ...secrets, refusedAt: now };
};
