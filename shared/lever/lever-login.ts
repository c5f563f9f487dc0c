import * as oauth from 'oauth4webapi';
import { NoAnswer, type SendRequest } from '#shared/http/send-request.ts';
import type { Grant } from './refresh-grant.ts';

/** What a customer grants; nothing is asked for that is not used. */
export const scopes = [
  'offline_access',
  'opportunities:write:admin',
  'notes:write:admin',
  'stages:read:admin',
  'tags:read:admin',
  'webhooks:write:admin',
] as const;

/** Lever's answer was no grant: `denied` by the person who was asked, or `failed`. `reason` is one of our words or an error code of OAuth. */
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
export type LeverLogin = {
  /** Where to send the Super Admin's browser. */
  authorizeUrl(state: string): string;
  /** The grant for what Lever sent the browser back with. Throws `NotGranted`. */
  exchange(callback: URLSearchParams, state: string): Promise<Grant>;
};

const timeoutMs = 8_000;
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
  const client: oauth.Client = { client_id: app.clientId };
  return {
    authorizeUrl(state) {
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
    async exchange(callback, state) {
      try {
        const parameters = oauth.validateAuthResponse(server, client, callback, state);
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          oauth.ClientSecretPost(app.clientSecret),
          parameters,
          redirectUri,
          // Lever documents no proof key; the state is bound to the browser and the client keeps a secret.
          oauth.nopkce,
          {
            [oauth.customFetch]: fetchBy(options.send),
            [oauth.allowInsecureRequests]: loopbackNames.includes(new URL(authUrl).hostname),
          },
        );
        return toGrant(await oauth.processAuthorizationCodeResponse(server, client, response), options.now());
      } catch (error) {
        throw asNotGranted(error);
      }
    },
  };
};

const fetchBy =
  (send: SendRequest) =>
  async (url: string, { headers, body }: oauth.CustomFetchOptions<'POST', URLSearchParams>): Promise<Response> => {
    const answer = await send({
      method: 'POST',
      url: new URL(url),
      headers,
      body: body.toString(),
      timeoutMs,
      notAfter: null,
    });
    return new Response(answer.body, {
      status: answer.status,
      headers: { 'content-type': String(answer.headers['content-type'] ?? '') },
    });
  };

const toGrant = (answer: oauth.TokenEndpointResponse, now: number): Grant => {
  const granted = answer.scope?.split(' ');
  // An answer that names its scopes leaves out what was not granted (RFC 6749, 5.1).
  const isWhole =
    granted === undefined || scopes.every((scope) => scope === 'offline_access' || granted.includes(scope));
  if (!isWhole) throw new NotGranted('failed', 'scopes_missing');
  if (answer.refresh_token === undefined) throw new NotGranted('failed', 'no_refresh_token');
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresAt: now + (answer.expires_in ?? 3600) * 1000,
  };
};

const asNotGranted = (error: unknown): unknown => {
  if (error instanceof oauth.AuthorizationResponseError) {
    return new NotGranted(error.error === 'access_denied' ? 'denied' : 'failed', error.error);
  }
  if (error instanceof oauth.ResponseBodyError) return new NotGranted('failed', error.error);
  if (error instanceof NoAnswer) return new NotGranted('failed', 'no_answer');
  const isProtocol =
    error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError;
  return isProtocol ? new NotGranted('failed', 'unexpected_answer') : error;
};
