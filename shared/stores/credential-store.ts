import * as z from 'zod';
import { Failure } from '#shared/domain/failure.ts';
import type { TokenSet } from '#shared/domain/token-set.ts';
import type { FieldCipher } from './field-cipher.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

/** A secret that Lever may sign with; `validUntil` is null for the current one. */
export type WebhookSecret = {
  readonly secret: string;
  readonly validUntil: number | null;
  /** The event of the webhook that it belongs to; null: it was saved before events were told apart. It is tried on every delivery all the same. */
  readonly event: string | null;
};

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
  /** Those given by hand, one current for each event, the newest first. */
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

const encryptedSchema = z.object({
  turnToken: z.string().nullable(),
  webhookSecrets: z.array(
    z.object({
      secret: z.string(),
      validUntil: z.number().nullable(),
      event: z.string().nullable().default(null),
    }),
  ),
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
  tokens: z.object({ accessToken: z.string(), refreshToken: z.string(), expiresAt: z.number() }).nullable(),
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
      credentials.webhookSecrets.map(async ({ secret, validUntil, event }) => ({
        secret: await change(`${accountId}/webhook-secret`, secret),
        validUntil,
        event,
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
            accessToken: await change(`${accountId}/lever-access`, credentials.tokens.accessToken),
            refreshToken: await change(`${accountId}/lever-refresh`, credentials.tokens.refreshToken),
            expiresAt: credentials.tokens.expiresAt,
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
