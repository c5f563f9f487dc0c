import * as oauth from 'oauth4webapi';
import type { TokenSet } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import { NetworkError, type SendRequest } from '#shared/http/send-request.ts';
import { isAppRejected, isLapsed, type Line, LoginRefused, openLine } from './login-line.ts';

/** What nothing works without. */
const neededScopes = [
  'opportunities:write:admin',
  'notes:write:admin',
  'stages:read:admin',
  'webhooks:write:admin',
] as const;

/** What a customer is asked to grant; nothing that is not used. The list of all tags is read for the names of packages alone: an access without it, as granted before it was asked for, is good. */
export const scopes = ['offline_access', ...neededScopes, 'tags:read:admin'] as const;

/** Lever's answer was no access: `denied` by the person who was asked, or `failed`. `reason` is one of our words or an error code of OAuth. */
export class NotGranted extends Error {
  override readonly name = 'NotGranted';
  readonly outcome: 'denied' | 'failed';
  readonly reason: string;

  constructor(outcome: 'denied' | 'failed', reason: string) {
    super(`Lever granted no access (${reason}).`);
    this.outcome = outcome;
    this.reason = reason;
  }
}

/** Why there was no access: Lever refuses our app itself, for every customer. */
export const appRejected = 'app_rejected';

/** Lever's login, as an authorization server of OAuth 2. */
export type LeverLogin = ReturnType<typeof createLeverLogin>;

/** As long as a function can afford: an answer that is given up on may hold the only living refresh token. */
export const refreshTimeoutMs = 40_000;
/** A person waits for it, and API Gateway for no more than half a minute. */
const exchangeTimeoutMs = 20_000;
const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

/** Lever's login for our app. Lever publishes no metadata (it is Auth0's), so that they are put together here. */
export const createLeverLogin = (options: {
  authUrl: string;
  apiUrl: string;
  redirectUri: string;
  app: { clientId: string; clientSecret: string };
  send: SendRequest;
  now: () => number;
}) => {
  const { authUrl, redirectUri, app } = options;
  const server: oauth.AuthorizationServer = {
    issuer: `${authUrl}/`,
    authorization_endpoint: `${authUrl}/authorize`,
    token_endpoint: `${authUrl}/oauth/token`,
  };
  const audience = `${new URL(options.apiUrl).origin}/v1/`;
  const client: oauth.Client = { client_id: app.clientId };
  const authentication = oauth.ClientSecretPost(app.clientSecret);
  const requestOptions = (line: Line) => ({
    [oauth.customFetch]: line.fetch,
    [oauth.allowInsecureRequests]: loopbackNames.includes(new URL(authUrl).hostname),
  });
  return {
    /** Where to send the Super Admin's browser. `codeVerifier`: the proof key of this authorization, of which Lever is told the hash. */
    async authorizeUrl(state: string, codeVerifier: string): Promise<string> {
      const query = new URLSearchParams({
        client_id: app.clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        state,
        audience,
        scope: scopes.join(' '),
        code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
      return `${server.authorization_endpoint}?${query}`;
    },
    /** The tokens for what Lever sent the browser back with. Throws `NotGranted`. */
    async exchange(callback: URLSearchParams, state: string, codeVerifier: string): Promise<TokenSet> {
      try {
        const line = openLine(options, { deadline: null, timeoutMs: exchangeTimeoutMs });
        const parameters = oauth.validateAuthResponse(server, client, callback, state);
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          authentication,
          parameters,
          redirectUri,
          codeVerifier,
          {
            ...requestOptions(line),
            // Lever's own sample leaves it out; other clients send it, and its server decides by it what a token is for.
            additionalParameters: { audience },
          },
        );
        const answer = await oauth.processAuthorizationCodeResponse(server, client, response);
        assertScopes(answer);
        if (answer.refresh_token === undefined) throw new NotGranted('failed', 'no_refresh_token');
        return toTokenSet(answer, answer.refresh_token, line.authHost(), options.now());
      } catch (error) {
        throw asNotGranted(error);
      }
    },
    /**
     * Uses a refresh token for new tokens. Lever returns a new refresh token each time and the old one dies: save the answer
     * before using it, and never use one token twice. Nothing is sent after `deadline` (epoch milliseconds) but what Lever
     * redirects. `authHost`: where Lever redirected to last time. Throws `lever_grant_lapsed` where only the customer can help,
     * `lever_app_rejected` where only the operator can, else `lever_unavailable`.
     */
    async refresh(refreshToken: string, deadline: number, authHost?: string): Promise<TokenSet> {
      const line = openLine(options, { deadline, timeoutMs: refreshTimeoutMs, authHost });
      try {
        const given = requestOptions(line);
        const response = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, given);
        const answer = await oauth.processRefreshTokenResponse(server, client, response);
        return toTokenSet(answer, answer.refresh_token ?? refreshToken, line.authHost(), options.now());
      } catch (error) {
        throw asFailure(error);
      }
    },
  };
};

/** An answer that names its scopes leaves out what was not granted (RFC 6749, 5.1). */
const assertScopes = ({ scope }: oauth.TokenEndpointResponse): void => {
  const granted = scope?.split(' ');
  const isWhole = granted === undefined || neededScopes.every((each) => granted.includes(each));
  if (!isWhole) throw new NotGranted('failed', 'scopes_missing');
};

const toTokenSet = (
  answer: oauth.TokenEndpointResponse,
  refreshToken: string,
  authHost: string | undefined,
  now: number,
): TokenSet => {
  const tokens = {
    accessToken: answer.access_token,
    refreshToken,
    expiresAt: now + (answer.expires_in ?? 3600) * 1000,
  };
  return authHost === undefined ? tokens : { ...tokens, authHost };
};

const isProtocolError = (error: unknown): boolean =>
  error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError;

const asNotGranted = (error: unknown): unknown => {
  if (error instanceof oauth.AuthorizationResponseError) {
    return new NotGranted(error.error === 'access_denied' ? 'denied' : 'failed', error.error);
  }
  if (error instanceof LoginRefused && isAppRejected(error)) return new NotGranted('failed', appRejected);
  if (error instanceof LoginRefused) return new NotGranted('failed', error.error ?? 'unexpected_answer');
  if (error instanceof NetworkError) return new NotGranted('failed', 'no_answer');
  return isProtocolError(error) ? new NotGranted('failed', 'unexpected_answer') : error;
};

const asFailure = (error: unknown): unknown => {
  if (error instanceof LoginRefused) {
    if (isAppRejected(error)) return new Failure('lever_app_rejected', "Lever's login refuses our app.");
    return isLapsed(error)
      ? new Failure('lever_grant_lapsed', 'The access that was granted in Lever has ended.')
      : new Failure('lever_unavailable', error.message);
  }
  if (error instanceof NetworkError) {
    return new Failure('lever_unavailable', `Lever's login did not answer (${error.message}).`);
  }
  return isProtocolError(error)
    ? new Failure('lever_unavailable', "Lever's login answered in an unknown shape.")
    : error;
};
