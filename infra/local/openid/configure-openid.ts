import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import type { Configuration } from 'oidc-provider';
import * as z from 'zod';
import type { SampleUser } from './sample-users.ts';
import { messagePage, signOutPage } from './sign-in-page.ts';

export type OpenIdOptions = {
  settingsUrl: string;
  users: readonly SampleUser[];
  clock: { offsetMs(): number };
};

export const accessTokenAudience = 'https://lever-turn.local/api';
/** What access tokens for the API hold. */
export const apiScope = 'settings';
export const settingsPageClientId = 'settings-page';
const accessTokenSeconds = 12 * 3600;

/** What a provider may say of a person beside what we ask for. */
const ownWords = ({ name, email }: SampleUser): Record<string, string> => ({
  ...(name === undefined ? {} : { name }),
  ...(email === undefined ? {} : { email }),
});

/** One public client, the settings page; JWT access tokens for the API, whose times follow the runner's clock. */
export const configureOpenId = async ({ settingsUrl, users, clock }: OpenIdOptions): Promise<Configuration> => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return {
    jwks: {
      keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: randomBytes(8).toString('hex') }],
    },
    clients: [
      {
        client_id: settingsPageClientId,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: [settingsUrl],
        post_logout_redirect_uris: [settingsUrl],
      },
    ],
    cookies: {
      keys: [randomBytes(32).toString('hex')],
      // Cookies do not tell ports apart: these are ours among all that run on this machine.
      names: { session: 'local_openid', interaction: 'local_openid_sign_in', resume: 'local_openid_resume' },
    },
    pkce: { required: () => true },
    clientBasedCORS: (_, origin) => origin === new URL(settingsUrl).origin,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (_, { uid }) => `/sign-in/${uid}` },
    // Nobody is asked whether the settings page may know who they are: it is Turn's own.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId,
        accountId: oidc.session?.accountId,
      });
      grant.addOIDCScope('openid profile');
      grant.addResourceScope(accessTokenAudience, apiScope);
      await grant.save();
      return grant;
    },
    ttl: { AccessToken: accessTokenSeconds, Session: 86_400, Grant: 86_400, Interaction: 3600, IdToken: 3600 },
    extraTokenClaims: (_, token) => {
      const user = users.find(({ id }) => 'accountId' in token && id === token.accountId);
      return user && { account_id: user.accountId, role: user.role, ...ownWords(user) };
    },
    formats: {
      customizers: {
        jwt: (_, __, { payload }) => {
          const offsetSeconds = Math.floor(clock.offsetMs() / 1000);
          for (const claim of ['iat', 'exp']) {
            const value = z.number().safeParse(payload?.[claim]).data;
            if (payload !== undefined && value !== undefined) payload[claim] = value + offsetSeconds;
          }
        },
      },
    },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => accessTokenAudience,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: apiScope,
          audience: accessTokenAudience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
      rpInitiatedLogout: {
        logoutSource: (context, form) => {
          context.body = signOutPage(form);
        },
        postLogoutSuccessSource: (context) => {
          context.body = messagePage('Signed out', 'You may close this page.');
        },
      },
    },
    renderError: (context, { error, error_description: description = '' }) => {
      context.type = 'html';
      context.body = messagePage('That did not work', `${error}: ${description}`);
    },
  };
};
