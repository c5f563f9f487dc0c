import type { CredentialStore, StoredGrant } from './credential-store.ts';

/** The grants among the credentials, with the reservation that lets one worker at a time renew them. */
export const createGrantStore = (credentials: CredentialStore) => ({
  load: credentials.load,
  /** Reserves the renewal until a time if nothing changed since that version. */
  async reserve(accountId: string, version: number | null, until: number): Promise<boolean> {
    const loaded = await credentials.load(accountId);
    if (loaded.version !== version) return false;
    return credentials.save(accountId, { ...loaded.credentials, refreshingUntil: until }, version);
  },
  /** Puts the new grant in the place of the one with that refresh token, or (null) only frees the reservation; leaves another grant alone. */
  async settle(accountId: string, traded: string, grant: StoredGrant | null): Promise<void> {
    await credentials.update(accountId, (before) =>
      before.grant?.refreshToken === traded
        ? { ...before, grant: grant ?? before.grant, refreshingUntil: null }
        : before,
    );
  },
});
