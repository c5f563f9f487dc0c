import * as z from 'zod';
import { Failure } from '#shared/domain/failure.ts';
import type { TokenSet } from '#shared/domain/token-set.ts';
import type { FieldCipher } from './field-cipher.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

/** A secret that Lever may sign with; `validUntil` is null for the current one. */
export type WebhookSecret = { readonly secret: string; readonly validUntil: number | null };

/** A webhook that we registered by Lever's API, with the token that Lever showed once; `validUntil` is null while we are connected. */
export type RegisteredWebhook = WebhookSecret & {
  readonly webhookId: string;
  readonly event: string;
  /** Lever listed it when it was last asked. */
  readonly isListed: boolean;
};

/** An account's secrets in the clear: in memory only. */
export type Credentials = {
  readonly turnToken: string | null;
  /** Those given by hand, the current one first. */
  readonly webhookSecrets: readonly WebhookSecret[];
  readonly webhooks: readonly RegisteredWebhook[];
  readonly tokens: TokenSet | null;
  /** Somebody is trading the refresh token; until then nobody else may. */
  readonly refreshingUntil: number | null;
};

/** The accounts' secrets, encrypted in the table. */
export type CredentialStore = {
  load(accountId: string): Promise<{ credentials: Credentials; version: number | null }>;
  /** Saves over the version that was read; false where somebody was faster. */
  save(accountId: string, credentials: Credentials, version: number | null): Promise<boolean>;
  /** Applies a change to whatever is stored. Throws `write_conflict` after many tries. */
  update(
    accountId: string,
    change: (credentials: Credentials) => Credentials,
  ): Promise<{ before: Credentials; after: Credentials }>;
  /** Encrypts everything anew where something is encrypted with a key that is no longer current. */
  reencrypt(accountId: string): Promise<void>;
};

/** Tokens as they are stored. */
export const tokenSetSchema = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresAt: z.number(),
  apiHost: z.string().exactOptional(),
  authHost: z.string().exactOptional(),
});

const encryptedSchema = z.object({
  turnToken: z.string().nullable(),
  webhookSecrets: z.array(z.object({ secret: z.string(), validUntil: z.number().nullable() })),
  webhooks: z
    .array(
      z.object({
        webhookId: z.string(),
        event: z.string(),
        secret: z.string(),
        validUntil: z.number().nullable(),
        isListed: z.boolean().default(true),
      }),
    )
    .default([]),
  tokens: tokenSetSchema.nullable(),
  refreshingUntil: z.number().nullable(),
});

/** What an account has before anybody has given it anything. */
export const noCredentials: Credentials = {
  turnToken: null,
  webhookSecrets: [],
  webhooks: [],
  tokens: null,
  refreshingUntil: null,
};

/** Credentials in the table, each secret encrypted by itself for this account and this field. */
export const createCredentialStore = (table: Table, cipher: FieldCipher): CredentialStore => {
  const each = async (
    accountId: string,
    credentials: Credentials,
    change: (context: string, text: string) => Promise<string>,
  ): Promise<Credentials> => ({
    turnToken: credentials.turnToken === null ? null : await change(`${accountId}/turn-token`, credentials.turnToken),
    webhookSecrets: await Promise.all(
      credentials.webhookSecrets.map(async ({ secret, validUntil }) => ({
        secret: await change(`${accountId}/webhook-secret`, secret),
        validUntil,
      })),
    ),
    webhooks: await Promise.all(
      credentials.webhooks.map(async (webhook) => ({
        ...webhook,
        secret: await change(`${accountId}/webhook-token`, webhook.secret),
      })),
    ),
    tokens:
      credentials.tokens === null
        ? null
        : {
            ...credentials.tokens,
            accessToken: await change(`${accountId}/lever-access`, credentials.tokens.accessToken),
            refreshToken: await change(`${accountId}/lever-refresh`, credentials.tokens.refreshToken),
          },
    refreshingUntil: credentials.refreshingUntil,
  });
  const load: CredentialStore['load'] = async (accountId) => {
    const item = await table.get(keys.credentials(accountId));
    if (item === null) return { credentials: noCredentials, version: null };
    return {
      credentials: await each(accountId, encryptedSchema.parse(item.content), cipher.decrypt),
      version: item.version,
    };
  };
  const save: CredentialStore['save'] = async (accountId, credentials, version) =>
    table.put(
      {
        ...keys.credentials(accountId),
        version: (version ?? 0) + 1,
        content: await each(accountId, credentials, cipher.encrypt),
        expiresAt: null,
        due: null,
      },
      version,
    );
  return {
    load,
    save,
    async reencrypt(accountId) {
      const item = await table.get(keys.credentials(accountId));
      if (item === null) return;
      const { credentials, version } = await load(accountId);
      const isCurrent = await Promise.all(encryptedIn(encryptedSchema.parse(item.content)).map(cipher.isCurrent));
      // Whoever was faster has encrypted it with the current key.
      if (!isCurrent.every(Boolean)) await save(accountId, credentials, version);
    },
    async update(accountId, change) {
      for (let tries = 0; tries < 20; tries++) {
        const { credentials, version } = await load(accountId);
        const changed = change(credentials);
        if (await save(accountId, changed, version)) return { before: credentials, after: changed };
      }
      throw new Failure('write_conflict', "Too many others changed the account's credentials.");
    },
  };
};

const encryptedIn = ({ turnToken, webhookSecrets, webhooks, tokens }: Credentials): string[] => [
  ...(turnToken === null ? [] : [turnToken]),
  ...[...webhookSecrets, ...webhooks].map(({ secret }) => secret),
  ...(tokens === null ? [] : [tokens.accessToken, tokens.refreshToken]),
];

/** How long the secret before the current one is still believed: Lever lets a Super Admin rerun deliveries of two weeks. */
const previousValidForMs = 14 * 86_400_000;

/** The credentials with the host to which Lever redirects this access's calls; undefined: to none. */
export const withApiHost = (credentials: Credentials, host: string | undefined): Credentials => {
  if (credentials.tokens === null) return credentials;
  const { apiHost: _before, ...tokens } = credentials.tokens;
  return { ...credentials, tokens: host === undefined ? tokens : { ...tokens, apiHost: host } };
};

/** However often it is changed within two weeks: each is tried on every delivery, and all of them lie in one item of the table. */
const mostSecrets = 5;

/** The secrets that a delivery to this account may be signed with now: those given by hand and those of the webhooks that we registered. */
export const validWebhookSecrets = (credentials: Credentials, now: number): string[] =>
  [...credentials.webhookSecrets, ...credentials.webhooks]
    .filter(({ validUntil }) => validUntil === null || validUntil > now)
    .map(({ secret }) => secret);

/** Has somebody told us a secret by hand? */
export const hasWebhookSecret = ({ webhookSecrets }: Credentials): boolean =>
  webhookSecrets.some(({ validUntil }) => validUntil === null);

/** Until when the secret before the current one is believed, epoch milliseconds; null where there is none any more. */
export const previousValidUntil = ({ webhookSecrets }: Credentials, now: number): number | null => {
  const times = webhookSecrets.flatMap(({ validUntil }) => validUntil ?? []).filter((until) => until > now);
  return times.length === 0 ? null : Math.max(...times);
};

/** The credentials with another secret given by hand; the one before it stays valid for two weeks, and of many the newest five. The same secret again changes nothing. */
export const rotateWebhookSecret = (credentials: Credentials, secret: string, now: number): Credentials => {
  const { webhookSecrets } = credentials;
  if (webhookSecrets.some((known) => known.secret === secret && known.validUntil === null)) return credentials;
  const previous = webhookSecrets
    .filter((known) => known.secret !== secret && (known.validUntil === null || known.validUntil > now))
    .map((known) => ({ ...known, validUntil: known.validUntil ?? now + previousValidForMs }));
  return { ...credentials, webhookSecrets: [{ secret, validUntil: null }, ...previous].slice(0, mostSecrets) };
};

/** The credentials without any secret given by hand but the current one. */
export const revokePrevious = (credentials: Credentials): Credentials => ({
  ...credentials,
  webhookSecrets: credentials.webhookSecrets.filter(({ validUntil }) => validUntil === null),
});
