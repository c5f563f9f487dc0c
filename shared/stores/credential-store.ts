import * as z from 'zod';
import type { TokenSet } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import type { FieldCipher } from './field-cipher.ts';
import { keys } from './keys.ts';
import { itemOver, type Table } from './table.ts';

export type CredentialStore = ReturnType<typeof createCredentialStore>;

const webhookSecretSchema = z.object({
  secret: z.string(),
  validUntil: z.number().nullable(),
  /** The event of the webhook that it belongs to; null if nobody said which. It is tried on every delivery all the same. */
  event: z.string().nullable().default(null),
});
const registeredWebhookSchema = webhookSecretSchema.extend({
  webhookId: z.string(),
  event: z.string(),
  /** Lever listed it when it was last asked. */
  isListed: z.boolean().default(true),
});
/** Tokens as they are stored. */
export const tokenSetSchema = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresAt: z.number(),
  apiHost: z.string().exactOptional(),
  authHost: z.string().exactOptional(),
});
const credentialsSchema = z.object({
  turnToken: z.string().nullable(),
  /** Those given by hand, one current for each event, the newest first. */
  webhookSecrets: z.array(webhookSecretSchema).readonly(),
  webhooks: z.array(registeredWebhookSchema).readonly().default([]),
  tokens: tokenSetSchema.nullable(),
  /** Somebody is trading the refresh token; until then nobody else may. */
  refreshingUntil: z.number().nullable(),
});

/** A secret that Lever may sign with; `validUntil` is null for the current one. */
export type WebhookSecret = Readonly<z.infer<typeof webhookSecretSchema>>;
/** A webhook that we registered by Lever's API, with the token that Lever showed once; `validUntil` is null while we are connected. */
export type RegisteredWebhook = Readonly<z.infer<typeof registeredWebhookSchema>>;
/** An account's secrets, stored encrypted; in the clear in memory only. */
export type Credentials = Readonly<z.infer<typeof credentialsSchema>>;

/** What an account has before anybody has given it anything. */
export const noCredentials: Credentials = {
  turnToken: null,
  webhookSecrets: [],
  webhooks: [],
  tokens: null,
  refreshingUntil: null,
};

/** The accounts' credentials in the table, each secret encrypted by itself for this account and this field. */
export const createCredentialStore = (table: Table, cipher: FieldCipher) => {
  const each = async (
    accountId: string,
    credentials: Credentials,
    change: (context: string, text: string) => Promise<string>,
  ): Promise<Credentials> => {
    const { turnToken, webhookSecrets, webhooks, tokens, refreshingUntil } = credentials;
    const changeAll = <T extends WebhookSecret>(field: string, all: readonly T[]): Promise<T[]> =>
      Promise.all(all.map(async (one) => ({ ...one, secret: await change(`${accountId}/${field}`, one.secret) })));
    return {
      turnToken: turnToken === null ? null : await change(`${accountId}/turn-token`, turnToken),
      webhookSecrets: await changeAll('webhook-secret', webhookSecrets),
      webhooks: await changeAll('webhook-token', webhooks),
      tokens:
        tokens === null
          ? null
          : {
              ...tokens,
              accessToken: await change(`${accountId}/lever-access`, tokens.accessToken),
              refreshToken: await change(`${accountId}/lever-refresh`, tokens.refreshToken),
            },
      refreshingUntil,
    };
  };
  const load = async (accountId: string): Promise<{ credentials: Credentials; version: number | null }> => {
    const item = await table.get(keys.credentials(accountId));
    if (item === null) return { credentials: noCredentials, version: null };
    const credentials = await each(accountId, credentialsSchema.parse(item.content), cipher.decrypt);
    return { credentials, version: item.version };
  };
  /** Saves over the version that was read; false where somebody was faster. */
  const save = async (accountId: string, credentials: Credentials, version: number | null): Promise<boolean> => {
    const content = await each(accountId, credentials, cipher.encrypt);
    return table.put(itemOver(version, keys.credentials(accountId), content), version);
  };
  /** Applies a change to whatever is stored. Throws `write_conflict` after many tries. */
  const update = async (
    accountId: string,
    change: (credentials: Credentials) => Credentials,
  ): Promise<{ before: Credentials; after: Credentials }> => {
    for (let tries = 0; tries < 20; tries++) {
      const { credentials, version } = await load(accountId);
      const changed = change(credentials);
      if (changed === credentials || (await save(accountId, changed, version)))
        return { before: credentials, after: changed };
    }
    throw new Failure('write_conflict', 'Too many others changed the same credentials.');
  };
  return {
    load,
    save,
    update,
    /** Encrypts everything anew where something is encrypted with a key that is no longer current. */
    async reencrypt(accountId: string): Promise<void> {
      const item = await table.get(keys.credentials(accountId));
      if (item === null) return;
      const { credentials, version } = await load(accountId);
      const isCurrent = await Promise.all(encryptedIn(credentialsSchema.parse(item.content)).map(cipher.isCurrent));
      // Whoever was faster has encrypted it with the current key.
      if (!isCurrent.every(Boolean)) await save(accountId, credentials, version);
    },
    /** Reserves the refresh of the tokens, until a time, for one worker, if nothing changed since that version. */
    async reserveRefresh(accountId: string, version: number | null, until: number): Promise<boolean> {
      const loaded = await load(accountId);
      if (loaded.version !== version) return false;
      return save(accountId, { ...loaded.credentials, refreshingUntil: until }, version);
    },
    /** Puts the new tokens in the place of those with that refresh token, or (null) only frees the reservation. Does nothing where others have come meanwhile. */
    async settleRefresh(accountId: string, usedRefreshToken: string, tokens: TokenSet | null): Promise<void> {
      await update(accountId, (before) =>
        before.tokens?.refreshToken === usedRefreshToken
          ? {
              ...before,
              tokens: tokens === null ? before.tokens : inSameRegion(tokens, before.tokens),
              refreshingUntil: null,
            }
          : before,
      );
    },
  };
};

const encryptedIn = ({ turnToken, webhookSecrets, webhooks, tokens }: Credentials): string[] => [
  ...(turnToken === null ? [] : [turnToken]),
  ...[...webhookSecrets, ...webhooks].map(({ secret }) => secret),
  ...(tokens === null ? [] : [tokens.accessToken, tokens.refreshToken]),
];

/** The credentials with the host to which Lever redirects this access's calls; undefined: to none. */
export const withApiHost = (credentials: Credentials, host: string | undefined): Credentials => {
  if (credentials.tokens === null) return credentials;
  const { apiHost: _before, ...tokens } = credentials.tokens;
  return { ...credentials, tokens: host === undefined ? tokens : { ...tokens, apiHost: host } };
};

/** New tokens of the same access: its calls go where they went. */
const inSameRegion = (tokens: TokenSet, { apiHost }: TokenSet): TokenSet =>
  apiHost === undefined ? tokens : { ...tokens, apiHost };
