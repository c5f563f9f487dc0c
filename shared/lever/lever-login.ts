import * as oauth from 'oauth4webapi';
import * as z from 'zod';
import { Failure } from '#shared/domain/failure.ts';
import type { TokenSet } from '#shared/domain/token-set.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { type HttpAnswer, NetworkError, type SendRequest } from '#shared/http/send-request.ts';
import { inRegion, leverHostSchema, regionOf } from './lever-region.ts';

/** What a customer grants; nothing is asked for that is not used. */
export const scopes = [
  'offline_access',
  'opportunities:write:admin',
  'notes:write:admin',
  'stages:read:admin',
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

/** Why there was no access: Lever refuses our app itself, for every customer. */
export const appRejected = 'app_rejected';

/** Lever's login, as an authorization server of OAuth 2. */
export type LeverLogin = {
  /** Where to send the Super Admin's browser. */
  authorizeUrl(state: string): string;
  /** The tokens for what Lever sent the browser back with. Throws `NotGranted`. */
  exchange(callback: URLSearchParams, state: string): Promise<TokenSet>;
  /**
   * Uses a refresh token for new tokens. Lever returns a new refresh token each time and the old one dies: save the answer
   * before using it, and never use one token twice. Nothing is sent after `deadline` (epoch milliseconds) but what Lever
   * redirects. `authHost`: where Lever redirected to last time. Throws `lever_grant_lapsed` where only the customer can help,
   * `lever_app_rejected` where only the operator can, else `lever_unavailable`.
   */
  refresh(refreshToken: string, deadline: number, authHost?: string): Promise<TokenSet>;
};

/** As long as a function can afford: an answer that is given up on may hold the only living refresh token. */
export const refreshTimeoutMs = 40_000;
/** A person waits for it, and API Gateway for no more than half a minute. */
const exchangeTimeoutMs = 20_000;
/** What is redirected is sent again at once, or the process was stalled. */
const redirectMs = 1_000;
const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

/** Lever's login for our app. Lever publishes no metadata (it is Auth0's), so that they are put together here. */
export const createLeverLogin = (options: {
  authUrl: string;
  apiUrl: string;
  redirectUri: string;
  app: { clientId: string; clientSecret: string };
  send: SendRequest;
  now: () => number;
}): LeverLogin => {
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
    authorizeUrl(state) {
      const query = new URLSearchParams({
        client_id: app.clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        state,
        audience,
        scope: scopes.join(' '),
      });
      return `${server.authorization_endpoint}?${query}`;
    },
    async exchange(callback, state) {
      try {
        const line = openLine(options, { deadline: null, timeoutMs: exchangeTimeoutMs });
        const parameters = oauth.validateAuthResponse(server, client, callback, state);
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          authentication,
          parameters,
          redirectUri,
          // Lever documents no proof key; the state is bound to the browser and the client keeps a secret.
          oauth.nopkce,
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
    async refresh(refreshToken, deadline, authHost) {
      const line = openLine(options, { deadline, timeoutMs: refreshTimeoutMs, authHost });
      try {
        const response = await oauth.refreshTokenGrantRequest(
          server,
          client,
          authentication,
          refreshToken,
          requestOptions(line),
        );
        const answer = await oauth.processRefreshTokenResponse(server, client, response);
        return toTokenSet(answer, answer.refresh_token ?? refreshToken, line.authHost(), options.now());
      } catch (error) {
        throw asFailure(error);
      }
    },
  };
};

/** Tokens that Lever has issued, whatever else it says or leaves out: whoever drops them for their form has lost the access. */
const issuedSchema = z.object({
  access_token: z.string().min(1),
  token_type: z.string().catch('Bearer'),
  refresh_token: z.string().min(1).optional().catch(undefined),
  // Shorter than we renew beforehand, it would be renewed for ever; one that has ended is refused, and renewed then.
  expires_in: z.coerce
    .number()
    .positive()
    .transform((seconds) => Math.max(seconds, 300))
    .optional()
    .catch(undefined),
  scope: z.string().optional().catch(undefined),
});
const refusalSchema = z.object({ error: z.string().min(1) });

/** Lever's login answered with no tokens. `error`: the code of OAuth that it gave, if any. */
class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
  readonly status: number;
  readonly error: string | null;

  constructor(status: number, error: string | null) {
    super(`Lever's login answered ${status}.`);
    this.status = status;
    this.error = error;
  }
}

/** How one request is sent, for the OAuth library, and where it was answered. */
type Line = {
  fetch(url: string, request: oauth.CustomFetchOptions<'POST', URLSearchParams>): Promise<Response>;
  /** The host to which Lever redirects this customer; undefined: none. */
  authHost(): string | undefined;
};

/** Sends for the OAuth library, to the customer's data centre where Lever says so, and tells it of Lever's answers in the strict form that it wants: tokens that a server has issued must not be lost for a missing header. */
const openLine = (
  { send, now }: { send: SendRequest; now: () => number },
  limits: { deadline: number | null; timeoutMs: number; authHost?: string | undefined },
): Line => {
  let authHost = leverHostSchema.safeParse(limits.authHost).data;
  return {
    authHost: () => authHost,
    async fetch(url, { headers, body }) {
      const { timeoutMs, deadline } = limits;
      const asked = inRegion(new URL(url), authHost);
      const request = { method: 'POST', headers, body: body.toString() } as const;
      const answersBy = (deadline ?? now()) + timeoutMs;
      const answer = await send({ ...request, url: asked, timeoutMs, deadline });
      const elsewhere = regionOf(answer, asked);
      const isRenewal = deadline !== null;
      if (elsewhere === null) return strictly(answer, isRenewal);
      // A redirect used nothing up. What is left of the time goes for the request that does.
      const leftMs = answersBy - now() - redirectMs;
      if (leftMs < redirectMs) throw new NetworkError('redirected too late');
      const there = { ...request, url: elsewhere, timeoutMs: leftMs, deadline: now() + redirectMs };
      const redirected = await send(there);
      authHost = elsewhere.hostname === new URL(url).hostname ? undefined : elsewhere.hostname;
      return strictly(redirected, isRenewal);
    },
  };
};

/** What a renewal yields is kept whatever kind of token Lever calls it: the one before it is dead. */
const strictly = ({ status, body }: HttpAnswer, isRenewal: boolean): Response => {
  const json = parseJson(body);
  const isGood = status >= 200 && status < 300;
  const issued = isGood ? issuedSchema.safeParse(json).data : undefined;
  const contentType = { 'content-type': 'application/json' };
  if (issued !== undefined) {
    const known = isRenewal ? { ...issued, token_type: 'Bearer' } : issued;
    return new Response(JSON.stringify(known), { headers: contentType });
  }
  const error = refusalSchema.safeParse(json).data?.error ?? null;
  if (!isGood || error !== null) throw new LoginRefused(status, error);
  return new Response(body, { headers: contentType });
};

/** An answer that names its scopes leaves out what was not granted (RFC 6749, 5.1). */
const assertScopes = ({ scope }: oauth.TokenEndpointResponse): void => {
  const granted = scope?.split(' ');
  const isWhole = granted === undefined || scopes.every((each) => each === 'offline_access' || granted.includes(each));
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

/** Is it our app that Lever's login refuses, not the customer's access? Its server answers a wrong secret 401 `access_denied`, the standard says `invalid_client`. */
const isAppRejected = ({ status, error }: LoginRefused): boolean =>
  error === 'invalid_client' || (status === 401 && (error === 'access_denied' || error === 'unauthorized_client'));

/** What only somebody of the customer's can end, by granting access again. A server that is broken or busy says nothing of that. */
const lapsedErrors = [
  'access_denied',
  'unauthorized_client',
  'consent_required',
  'interaction_required',
  'login_required',
];
/** Auth0, which serves Lever's login, answers a dead refresh token 403; any status with `invalid_grant` means the same. */
const isLapsed = ({ status, error }: LoginRefused): boolean =>
  error === 'invalid_grant' || (error !== null && lapsedErrors.includes(error) && status < 500 && status !== 429);

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
