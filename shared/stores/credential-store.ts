import * as z from 'zod';
import { Failure } from '#shared/domain/failure.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';
import type { Vault } from './vault.ts';

/** Access to a customer's Lever. `expiresAt` of the access token in epoch milliseconds. */
export type StoredGrant = { readonly accessToken: string; readonly refreshToken: string; readonly expiresAt: number };
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
  readonly grant: StoredGrant | null;
  /** Somebody is trading the refresh token; until then nobody else may. */
  readonly refreshingUntil: number | null;
};

/** The accounts' secrets, sealed in the table. */
export type CredentialStore = {
  load(accountId: string): Promise<{ credentials: Credentials; version: number | null }>;
  /** Saves over the version that was read; false where somebody was faster. */
  save(accountId: string, credentials: Credentials, version: number | null): Promise<boolean>;
  /** Applies a change to whatever is stored. Throws `table_contended` after many tries. */
  update(accountId: string, change: (credentials: Credentials) => Credentials): Promise<Credentials>;
  /** Seals everything anew where something is sealed with a key that is no longer current. */
  reseal(accountId: string): Promise<void>;
};

const sealedSchema = z.object({
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
  grant: z.object({ accessToken: z.string(), refreshToken: z.string(), expiresAt: z.number() }).nullable(),
  refreshingUntil: z.number().nullable(),
});

/** What an account has before anybody has given it anything. */
export const noCredentials: Credentials = {
  turnToken: null,
  webhookSecrets: [],
  webhooks: [],
  grant: null,
  refreshingUntil: null,
};

/** Credentials in the table, each secret sealed by itself for this account and this field. */
export const createCredentialStore = (table: Table, vault: Vault): CredentialStore => {
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
    grant:
      credentials.grant === null
        ? null
        : {
            accessToken: await change(`${accountId}/lever-access`, credentials.grant.accessToken),
            refreshToken: await change(`${accountId}/lever-refresh`, credentials.grant.refreshToken),
            expiresAt: credentials.grant.expiresAt,
          },
    refreshingUntil: credentials.refreshingUntil,
  });
  const load: CredentialStore['load'] = async (accountId) => {
    const item = await table.get(keys.credentials(accountId));
    if (item === null) return { credentials: noCredentials, version: null };
    return { credentials: await each(accountId, sealedSchema.parse(item.content), vault.open), version: item.version };
  };
  const save: CredentialStore['save'] = async (accountId, credentials, version) =>
    table.put(
      {
        ...keys.credentials(accountId),
        version: (version ?? 0) + 1,
        content: await each(accountId, credentials, vault.seal),
        expiresAt: null,
        due: null,
      },
      version,
    );
  return {
    load,
    save,
    async reseal(accountId) {
      const item = await table.get(keys.credentials(accountId));
      if (item === null) return;
      const { credentials, version } = await load(accountId);
      const isCurrent = await Promise.all(sealedIn(sealedSchema.parse(item.content)).map(vault.isCurrent));
      // Whoever was faster has sealed it with the current key himself.
      if (!isCurrent.every(Boolean)) await save(accountId, credentials, version);
    },
    async update(accountId, change) {
      for (let tries = 0; tries < 20; tries++) {
        const { credentials, version } = await load(accountId);
        const changed = change(credentials);
        if (await save(accountId, changed, version)) return changed;
      }
      throw new Failure('table_contended', "Too many others changed the account's credentials.");
    },
  };
};

const sealedIn = ({ turnToken, webhookSecrets, webhooks, grant }: Credentials): string[] => [
  ...(turnToken === null ? [] : [turnToken]),
  ...[...webhookSecrets, ...webhooks].map(({ secret }) => secret),
  ...(grant === null ? [] : [grant.accessToken, grant.refreshToken]),
];
