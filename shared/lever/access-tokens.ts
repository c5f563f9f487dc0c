import { Failure } from '#shared/domain/failure.ts';
import type { Grant } from './refresh-grant.ts';

/** Where grants are kept: what this needs of the credentials' store. */
export type GrantStore = {
  load(accountId: string): Promise<{ credentials: GrantState; version: number | null }>;
  /** Reserves the refresh until a time if nothing changed since that version. */
  reserve(accountId: string, version: number | null, until: number): Promise<boolean>;
  /** Puts the new grant in, or (null) only frees the reservation. */
  settle(accountId: string, grant: Grant | null): Promise<void>;
};
type GrantState = { readonly grant: Grant | null; readonly refreshingUntil: number | null };

const marginMs = 60_000;
const reservationMs = 15_000;
const pollMs = 150;
/** Longer than a reservation: should its holder die, somebody who waits takes over. */
const longestWaitMs = 18_000;

/**
 * Valid access tokens. Whoever meets an expired one reserves the refresh, trades the refresh token once and saves the
 * answer before anybody uses it; the others wait for that. `refused`: a token that Lever has just answered 401 to.
 */
export const createAccessTokens = (options: {
  store: GrantStore;
  refresh: (refreshToken: string) => Promise<Grant>;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}): ((accountId: string, refused: string | null) => Promise<string>) => {
  const known = new Map<string, Grant>();
  const isGood = (grant: Grant, refused: string | null): boolean =>
    grant.accessToken !== refused && grant.expiresAt - marginMs > options.now();

  const refreshAs = async (accountId: string, refreshToken: string): Promise<Grant> => {
    try {
      const grant = await options.refresh(refreshToken);
      await options.store.settle(accountId, grant);
      return grant;
    } catch (error) {
      if (error instanceof Failure) await options.store.settle(accountId, null);
      throw error;
    }
  };

  return async (accountId, refused) => {
    const remembered = known.get(accountId);
    if (remembered !== undefined && isGood(remembered, refused)) return remembered.accessToken;
    for (let waitedMs = 0; waitedMs < longestWaitMs; waitedMs += pollMs) {
      const { credentials, version } = await options.store.load(accountId);
      let { grant } = credentials;
      if (grant === null) throw new Failure('lever_grant_lapsed', 'Lever is not connected.');
      if (!isGood(grant, refused)) {
        const now = options.now();
        const isFree = (credentials.refreshingUntil ?? 0) <= now;
        if (!isFree || !(await options.store.reserve(accountId, version, now + reservationMs))) {
          await options.sleep(pollMs);
          continue;
        }
        grant = await refreshAs(accountId, grant.refreshToken);
      }
      known.set(accountId, grant);
      return grant.accessToken;
    }
    throw new Failure('someone_else_at_work', 'Another worker is renewing the access to Lever.');
  };
};
