import { Failure } from '#shared/domain/failure.ts';
import { type Grant, refreshTimeoutMs } from './refresh-grant.ts';

/** Where grants are kept: what this needs of the credentials' store. */
export type GrantStore = {
  load(accountId: string): Promise<{ credentials: GrantState; version: number | null }>;
  /** Reserves the refresh until a time if nothing changed since that version. */
  reserve(accountId: string, version: number | null, until: number): Promise<boolean>;
  /** Puts the new grant in the place of the one with that refresh token, or (null) only frees the reservation. Does nothing where another grant has come meanwhile. */
  settle(accountId: string, traded: string, grant: Grant | null): Promise<void>;
};
type GrantState = { readonly grant: Grant | null; readonly refreshingUntil: number | null };

const marginMs = 60_000;
const reservationMs = 15_000;
/** What a refresh leaves of its reservation for saving the answer: unsaved, the new refresh token and with it the access are lost. */
const savingMs = 4_000;
const pollMs = 150;
/** Longer than a reservation: should its holder die, somebody who waits takes over. */
const longestWaitMs = 18_000;
/** How long a process goes by its memory: a Super Admin may disconnect, or change to another Lever. */
const rememberedMs = 60_000;

/** A valid access token of the account; `refused`: one that Lever has just answered 401 to. */
export type AccessTokens = (accountId: string, refused: string | null) => Promise<string>;

type Options = {
  store: GrantStore;
  /** Trades the refresh token; it must not be sent after `notAfter` (epoch milliseconds). */
  refresh: (refreshToken: string, notAfter: number) => Promise<Grant>;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
};

/**
 * Valid access tokens. Whoever meets an expired one reserves the refresh, trades the refresh token once and saves the
 * answer before anybody uses it; the others wait for that. `refused`: a token that Lever has just answered 401 to.
 */
export const createAccessTokens = (options: Options): AccessTokens => {
  const { store, now, sleep } = options;
  const known = new Map<string, { grant: Grant; readAt: number }>();
  const isGood = (grant: Grant, refused: string | null): boolean =>
    grant.accessToken !== refused && grant.expiresAt - marginMs > now();

  return async (accountId, refused) => {
    const remembered = known.get(accountId);
    const isFresh = remembered !== undefined && now() - remembered.readAt < rememberedMs;
    if (isFresh && isGood(remembered.grant, refused)) return remembered.grant.accessToken;
    for (let waitedMs = 0; waitedMs < longestWaitMs; waitedMs += pollMs) {
      const { credentials, version } = await store.load(accountId);
      const { grant } = credentials;
      if (grant === null) throw new Failure('lever_not_connected', 'Lever is not connected.');
      if (isGood(grant, refused)) {
        known.set(accountId, { grant, readAt: now() });
        return grant.accessToken;
      }
      const until = now() + reservationMs;
      const isFree = (credentials.refreshingUntil ?? 0) <= now();
      if (!isFree || !(await store.reserve(accountId, version, until))) await sleep(pollMs);
      else await refreshWithin(options, { accountId, traded: grant.refreshToken, until });
    }
    throw new Failure('someone_else_at_work', 'Another worker is renewing the access to Lever.');
  };
};

/** Trades one refresh token within its reservation. Afterwards the store tells what is true: the Super Admin may have granted anew meanwhile. */
const refreshWithin = async (
  { store, refresh, now, sleep }: Options,
  { accountId, traded, until }: { accountId: string; traded: string; until: number },
): Promise<void> => {
  let grant: Grant;
  try {
    grant = await refresh(traded, until - refreshTimeoutMs - savingMs);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await store.settle(accountId, traded, null);
    const { credentials } = await store.load(accountId);
    if (error.kind === 'hold' && credentials.grant !== null && credentials.grant.refreshToken !== traded) return;
    throw error;
  }
  for (let waitMs = 50; ; waitMs *= 2) {
    try {
      await store.settle(accountId, traded, grant);
      return;
    } catch (error) {
      if (now() + waitMs >= until) throw error;
      await sleep(waitMs);
    }
  }
};
