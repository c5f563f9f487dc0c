import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';

/** Who signs people in, from `/settings/config.json`. */
export type SessionConfig = { issuer: string; clientId: string; audience: string; scope: string; redirectUri: string };

/** The signing in, with the tokens kept for this tab alone. */
export type Session = {
  /** Finishes a sign-in that the address tells of, or finds an earlier one of this tab. Rejects where the provider refused. */
  resume(): Promise<'signed_in' | 'signed_out'>;
  /** The token for our API; null: nobody is signed in, or no longer. */
  accessToken(): Promise<string | null>;
  /** Leaves the page for the provider's. */
  signIn(): Promise<void>;
  /** Leaves the page where the provider has an end of session of its own. */
  signOut(): Promise<void>;
  /** Calls back when somebody signs out in another tab of this browser, which ends the sign-in here too. */
  onSignedOutElsewhere(listener: () => void): void;
};

/** Names the last signing out of this browser. A tab remembers which one it has signed in after, so that it is out too even where it slept meanwhile. */
const signOutMark = 'sign-out';
const lastSignOut = (): string => localStorage.getItem(signOutMark) ?? '';

/** OpenID's authorization code flow with PKCE. */
export const openSession = ({ issuer, clientId, audience, scope, redirectUri }: SessionConfig): Session => {
  const store = new WebStorageStateStore({ store: sessionStorage });
  const users = new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: redirectUri,
    post_logout_redirect_uri: redirectUri,
    // The API takes access tokens with its own scope alone.
    scope: `openid ${scope}`,
    // Providers differ in how they are asked for a token for one API: RFC 8707 says `resource`, others `audience`.
    resource: audience,
    extraQueryParams: { audience },
    extraTokenParams: { resource: audience },
    userStore: store,
    stateStore: store,
    automaticSilentRenew: false,
  });
  const signedIn = async (): Promise<User | null> => {
    const user = await users.getUser();
    if (user === null || user.expired === true) return null;
    if ((sessionStorage.getItem(signOutMark) ?? '') === lastSignOut()) return user;
    await users.removeUser();
    return null;
  };
  return {
    async resume() {
      const asked = new URLSearchParams(location.search);
      if (asked.has('state') && (asked.has('code') || asked.has('error'))) {
        history.replaceState(null, '', location.pathname);
        await users.signinCallback(`${redirectUri}?${asked}`);
        sessionStorage.setItem(signOutMark, lastSignOut());
      }
      return (await signedIn()) === null ? 'signed_out' : 'signed_in';
    },
    accessToken: async () => (await signedIn())?.access_token ?? null,
    signIn: () => users.signinRedirect(),
    async signOut() {
      const mark = crypto.randomUUID();
      sessionStorage.setItem(signOutMark, mark);
      localStorage.setItem(signOutMark, mark);
      const endOfSession = await users.metadataService.getEndSessionEndpoint().catch(() => undefined);
      if (endOfSession === undefined) await users.removeUser();
      else await users.signoutRedirect();
    },
    onSignedOutElsewhere: (listener) =>
      addEventListener('storage', ({ key }) => {
        if (key === signOutMark) listener();
      }),
  };
};
