import * as z from 'zod/mini';
import type { TokenSet } from '#shared/domain/account.ts';
import { type ChangeSecret, createEncryptedItem } from './encrypted-item.ts';
import type { FieldCipher } from './field-cipher.ts';
import * as keys from './keys.ts';
import { storedObject } from './stored-object.ts';
import type { Table } from './table.ts';

export type CredentialStore = ReturnType<typeof createCredentialStore>;

/** Tokens as they are stored. */
export const tokenSetSchema = storedObject({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresAt: z.number(),
  apiHost: z.exactOptional(z.string()),
  authHost: z.exactOptional(z.string()),
});
const credentialsSchema = storedObject({
  turnToken: z.nullable(z.string()),
  tokens: z.nullable(tokenSetSchema),
  /** Somebody is trading the refresh token; until then nobody else may. */
  refreshingUntil: z.nullable(z.number()),
});

/** What an account's Lever and Turn let us in by, stored encrypted; in the clear in memory only. */
export type Credentials = Readonly<z.infer<typeof credentialsSchema>>;

/** What an account has before anybody has given it anything. */
export const noCredentials: Credentials = { turnToken: null, tokens: null, refreshingUntil: null };

const each = async (accountId: string, credentials: Credentials, change: ChangeSecret): Promise<Credentials> => {
  const { turnToken, tokens } = credentials;
  return {
    ...credentials,
    turnToken: turnToken === null ? null : await change(`${accountId}/turn-token`, turnToken),
    tokens:
      tokens === null
        ? null
        : {
            ...tokens,
            accessToken: await change(`${accountId}/lever-access`, tokens.accessToken),
            refreshToken: await change(`${accountId}/lever-refresh`, tokens.refreshToken),
          },
  };
};

/** The accounts' credentials in the table. Webhook secrets are no part of them: whoever verifies webhooks must not be able to read these. */
export const createCredentialStore = (table: Pick<Table, 'get' | 'put'>, cipher: FieldCipher) => {
  const stored = createEncryptedItem<Credentials>(table, cipher, {
    keyOf: keys.credentials,
    parse: (content) => z.parse(credentialsSchema, content),
    none: noCredentials,
    each,
  });
  const load = async (accountId: string): Promise<{ credentials: Credentials; version: number | null }> => {
    const { content, version } = await stored.load(accountId);
    return { credentials: content, version };
  };
  const { save, update, reencrypt } = stored;
  return {
    load,
    save,
    update,
    reencrypt,
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

/** The credentials with the host to which Lever redirects this access's calls; undefined: to none. */
export const withApiHost = (credentials: Credentials, host: string | undefined): Credentials => {
  if (credentials.tokens === null) return credentials;
  const { apiHost: _before, ...tokens } = credentials.tokens;
  return { ...credentials, tokens: host === undefined ? tokens : { ...tokens, apiHost: host } };
};

/** New tokens of the same access: its calls go where they went. */
const inSameRegion = (tokens: TokenSet, { apiHost }: TokenSet): TokenSet =>
  apiHost === undefined ? tokens : { ...tokens, apiHost };
