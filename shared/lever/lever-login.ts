import * as oauth from 'oauth4webapi';
import * as z from 'zod';
import type { TokenSet } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { NetworkError, type SendRequest } from '#shared/http/send-request.ts';

/** What a customer grants; nothing is asked for that is not used. */
export const scopes = [
  'offline_access',
  'opportunities:write:admin',
  'notes:write:admin',
  'stages:read:admin',
  'tags:read:admin',
  'webhooks:write:admin',
] as const;

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

/** Lever's login, as an authorization server of OAuth 2. */
export type LeverLogin = ReturnType<typeof createLeverLogin>;

/** Generous: an answer that is given up on may hold the only living refresh token. */
export const refreshTimeoutMs = 8_000;
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
  const client: oauth.Client = { client_id: app.clientId };
  const authentication = oauth.ClientSecretPost(app.clientSecret);
  const requestOptions = (deadline: number | null) => ({
    [oauth.customFetch]: fetchBy(options.send, deadline),
    [oauth.allowInsecureRequests]: loopbackNames.includes(new URL(authUrl).hostname),
  });
  return {
    /** Where to send the Super Admin's browser. */
    authorizeUrl(state: string): string {
      const query = new URLSearchParams({
        client_id: app.clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        state,
        audience: `${new URL(options.apiUrl).origin}/v1/`,
        scope: scopes.join(' '),
      });
      return `${server.authorization_endpoint}?${query}`;
    },
    /** The tokens for what Lever sent the browser back with. Throws `NotGranted`. */
    async exchange(callback: URLSearchParams, state: string): Promise<TokenSet> {
      try {
        const parameters = oauth.validateAuthResponse(server, client, callback, state);
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          authentication,
          parameters,
          redirectUri,
          // Lever documents no proof key; the state is bound to the browser and the client keeps a secret.
          oauth.nopkce,
          requestOptions(null),
        );
        const answer = await oauth.processAuthorizationCodeResponse(server, client, response);
        assertScopes(answer);
        if (answer.refresh_token === undefined) throw new NotGranted('failed', 'no_refresh_token');
        return toTokenSet(answer, answer.refresh_token, options.now());
      } catch (error) {
        throw asNotGranted(error);
      }
    },
    /**
     * Uses a refresh token for new tokens. Lever returns a new refresh token each time and the old one dies: save the answer
     * before using it, and never use one token twice. Nothing is sent after `deadline` (epoch milliseconds). Throws
     * `lever_grant_lapsed` where only the customer can help, else `lever_unavailable`.
     */
    async refresh(refreshToken: string, deadline: number): Promise<TokenSet> {
      try {
        const given = requestOptions(deadline);
        const response = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, given);
        const answer = await oauth.processRefreshTokenResponse(server, client, response);
        return toTokenSet(answer, answer.refresh_token ?? refreshToken, options.now());
      } catch (error) {
        throw asFailure(error);
      }
    },
  };
};

/** All that we use of an answer that issues tokens. Lever may leave out the rest, or write it otherwise than the standard says. */
const issuedSchema = z.object({
  access_token: z.string().min(1),
  token_type: z.string().catch('Bearer'),
  refresh_token: z.string().min(1).optional().catch(undefined),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
  scope: z.string().optional().catch(undefined),
});
const lapsedSchema = z.object({ error: z.literal('invalid_grant') });

/** Sends for the OAuth library, and tells it of Lever's answers in the strict form that it wants: tokens that a server has issued must not be lost for a missing header. */
const fetchBy =
  (send: SendRequest, deadline: number | null) =>
  async (url: string, { headers, body }: oauth.CustomFetchOptions<'POST', URLSearchParams>): Promise<Response> => {
    const answer = await send({
      method: 'POST',
      url: new URL(url),
      headers,
      body: body.toString(),
      timeoutMs: refreshTimeoutMs,
      deadline,
    });
    const contentType = { 'content-type': 'application/json' };
    const json = parseJson(answer.body);
    const isLapsed = lapsedSchema.safeParse(json).success;
    if (isLapsed || answer.status < 200 || answer.status >= 300) {
      const status = isLapsed ? 400 : Math.min(Math.max(answer.status, 400), 599);
      return new Response(answer.body, { status, headers: contentType });
    }
    const issued = issuedSchema.safeParse(json).data;
    if (issued === undefined) return new Response(answer.body, { headers: contentType });
    // Only a refresh has a deadline: by its answer the old token is gone, whatever type the new one is said to be.
    const token_type = deadline === null ? issued.token_type : 'Bearer';
    return new Response(JSON.stringify({ ...issued, token_type }), { headers: contentType });
  };

/** An answer that names its scopes leaves out what was not granted (RFC 6749, 5.1). */
const assertScopes = ({ scope }: oauth.TokenEndpointResponse): void => {
  const granted = scope?.split(' ');
  const isWhole = granted === undefined || scopes.every((each) => each === 'offline_access' || granted.includes(each));
  if (!isWhole) throw new NotGranted('failed', 'scopes_missing');
};

const toTokenSet = (answer: oauth.TokenEndpointResponse, refreshToken: string, now: number): TokenSet => ({
  accessToken: answer.access_token,
  refreshToken,
  expiresAt: now + (answer.expires_in ?? 3600) * 1000,
});

const isProtocolError = (error: unknown): boolean =>
  error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError;

const asNotGranted = (error: unknown): unknown => {
  if (error instanceof oauth.AuthorizationResponseError) {
    return new NotGranted(error.error === 'access_denied' ? 'denied' : 'failed', error.error);
  }
  if (error instanceof oauth.ResponseBodyError) return new NotGranted('failed', error.error);
  if (error instanceof NetworkError) return new NotGranted('failed', 'no_answer');
  return isProtocolError(error) ? new NotGranted('failed', 'unexpected_answer') : error;
};

/** Auth0, which serves Lever's login, answers a dead refresh token 403; any status with `invalid_grant` means the same. */
const asFailure = (error: unknown): unknown => {
  if (error instanceof oauth.ResponseBodyError) {
    return error.error === 'invalid_grant'
      ? new Failure('lever_grant_lapsed', 'The access that was granted in Lever has ended.')
      : new Failure('lever_unavailable', `Lever's login answered ${error.status}.`);
  }
  if (error instanceof NetworkError) {
    return new Failure('lever_unavailable', `Lever's login did not answer (${error.message}).`);
  }
  return isProtocolError(error)
    ? new Failure('lever_unavailable', "Lever's login answered in an unknown shape.")
    : error;
};
