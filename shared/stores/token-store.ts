import type { TokenSet } from '#shared/domain/token-set.ts';
import type { CredentialStore } from './credential-store.ts';

/** The tokens among an account's credentials, with the reservation that lets one worker at a time refresh them. */
export type TokenStore = {
  load: CredentialStore['load'];
  /** Reserves the refresh until a time if nothing changed since that version. */
  reserve(accountId: string, version: number | null, until: number): Promise<boolean>;
  /** Puts the new tokens in the place of those with that refresh token, or (null) only frees the reservation. Does nothing where others have come meanwhile. */
  settle(accountId: string, usedRefreshToken: string, tokens: TokenSet | null): Promise<void>;
};

export const createTokenStore = (credentials: CredentialStore): TokenStore => ({
  load: credentials.load,
  async reserve(accountId, version, until) {
    const loaded = await credentials.load(accountId);
    if (loaded.version !== version) return false;
    return credentials.save(accountId, { ...loaded.credentials, refreshingUntil: until }, version);
  },
  async settle(accountId, usedRefreshToken, tokens) {
    await credentials.update(accountId, (before) =>
      before.tokens?.refreshToken === usedRefreshToken
        ? {
            ...before,
            tokens: tokens === null ? before.tokens : inSameRegion(tokens, before.tokens),
            refreshingUntil: null,
          }
        : before,
    );
  },
});

/** New tokens of the same access: its calls go where they went. */
const inSameRegion = (tokens: TokenSet, { apiHost }: TokenSet): TokenSet =>
  apiHost === undefined ? tokens : { ...tokens, apiHost };
