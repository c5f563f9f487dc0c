import * as z from 'zod/mini';
import type { TokenSet } from '#shared/domain/account.ts';
import { Failure, kindOf } from '#shared/domain/failure.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import type { CredentialStore } from '#shared/stores/credential-store.ts';
import { type LeverLogin, refreshTimeoutMs } from './lever-login.ts';

const marginMs = 60_000;
/** A refresh may begin in its first seconds; then Lever has all the time in which a function may wait, and what came is saved. */
const reservationMs = 47_000;
/** What a refresh leaves of its reservation for saving the answer: unsaved, the new refresh token and with it the access are lost. */
const savingMs = 4_000;
const pollMs = 150;
/** Lever hardly takes longer. Whoever has waited so long is tried again from the table, where waiting costs nothing: by then a holder that died has lost its reservation. */
const longestWaitMs = 18_000;
/** How long a process goes by its memory: a Super Admin may disconnect, or change to another Lever. */
const rememberedMs = 60_000;
const mostRemembered = 1_000;

type Options = {
  store: Pick<CredentialStore, 'load' | 'reserveRefresh' | 'settleRefresh'>;
  /** Uses the refresh token; it must not be sent after `deadline` (epoch milliseconds). */
  refresh: LeverLogin['refresh'];
  now: () => number;
  sleep: (ms: number) => Promise<void>;
};

/**
 * Valid access tokens. Whoever meets an expired one reserves the refresh, uses the refresh token once and saves the
 * answer before anybody uses it; the others wait for that. `refused`: a token that Lever has just answered 401 to.
 */
export const createAccessTokens = (options: Options) => {
  const { store, now, sleep } = options;
  const known = new Map<string, { tokens: TokenSet; readAt: number }>();
  const isGood = (tokens: TokenSet, refused: string | null): boolean =>
    tokens.accessToken !== refused && tokens.expiresAt - marginMs > now();

  return async (accountId: string, refused: string | null): Promise<string> => {
    const remembered = known.get(accountId);
    const isFresh = remembered !== undefined && now() - remembered.readAt < rememberedMs;
    if (isFresh && isGood(remembered.tokens, refused)) return remembered.tokens.accessToken;
    for (let waitedMs = 0; waitedMs < longestWaitMs; waitedMs += pollMs) {
      const { credentials, version } = await store.load(accountId);
      const { tokens } = credentials;
      if (tokens === null) throw new Failure('lever_not_connected', 'Lever is not connected.');
      if (isGood(tokens, refused)) {
        if (known.size >= mostRemembered) known.clear();
        known.set(accountId, { tokens, readAt: now() });
        return tokens.accessToken;
      }
      const until = now() + reservationMs;
      const isFree = (credentials.refreshingUntil ?? 0) <= now();
      if (!isFree || !(await store.reserveRefresh(accountId, version, until))) await sleep(pollMs);
      else await refreshWithin(options, { accountId, used: tokens, until });
    }
    throw new Failure('lease_conflict', 'Another worker is renewing the access to Lever.');
  };
};

/** Uses one refresh token within its reservation. Afterwards the store tells what is true: the Super Admin may have authorized anew meanwhile. */
const refreshWithin = async (
  { store, refresh, now, sleep }: Options,
  { accountId, used, until }: { accountId: string; used: TokenSet; until: number },
): Promise<void> => {
  const usedRefreshToken = used.refreshToken;
  let tokens: TokenSet;
  try {
    tokens = await refresh(usedRefreshToken, until - refreshTimeoutMs - savingMs, used.authHost);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Perhaps Lever has moved again: the next renewal asks at the front door.
    const { authHost, ...elsewhere } = used;
    const isLost = authHost !== undefined && error.code === 'lever_unavailable';
    await store.settleRefresh(accountId, usedRefreshToken, isLost ? elsewhere : null);
    const { credentials } = await store.load(accountId);
    if (
      kindOf(error) === 'needs_reconnect' &&
      credentials.tokens !== null &&
      credentials.tokens.refreshToken !== usedRefreshToken
    )
      return;
    throw error;
  }
  for (let waitMs = 50; ; waitMs *= 2) {
    try {
      await store.settleRefresh(accountId, usedRefreshToken, tokens);
      return;
    } catch (error) {
      if (now() + waitMs >= until) throw error;
      await sleep(waitMs);
    }
  }
};

const opaqueId = z.string().check(z.regex(/^[\w|.@-]{1,100}$/u));
const claims = { account: 'https://oauth.lever.co/accountId', user: 'https://oauth.lever.co/userId' } as const;
const payloadSchema = z.object({
  [claims.account]: z.catch(z.nullable(opaqueId), null),
  [claims.user]: z.catch(z.nullable(opaqueId), null),
});

/** Which Lever account and which of its users an access token speaks for, where it says so: inferred from the example in Lever's reference, hence read with no more trust than that. */
export const readTokenOwner = (accessToken: string): { leverAccountId: string | null; leverUserId: string | null } => {
  const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8');
  const read = payloadSchema.safeParse(parseJson(payload)).data;
  return { leverAccountId: read?.[claims.account] ?? null, leverUserId: read?.[claims.user] ?? null };
};
