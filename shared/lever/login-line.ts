import type * as oauth from 'oauth4webapi';
import * as z from 'zod/mini';
import { parseJson } from '#shared/http/parse-json.ts';
import { type HttpAnswer, NetworkError, type SendRequest } from '#shared/http/send-request.ts';
import { inRegion, leverHostSchema, redirectedTo } from './lever-region.ts';

/** What is redirected is sent again at once, or the process was stalled. */
const redirectMs = 1_000;

/** Tokens that Lever has issued, whatever else it says or leaves out: whoever drops them for their form has lost the access. */
const issuedSchema = z.object({
  access_token: z.string().check(z.minLength(1)),
  token_type: z.catch(z.string(), 'Bearer'),
  refresh_token: z.catch(z.optional(z.string().check(z.minLength(1))), undefined),
  // Shorter than we renew beforehand, it would be renewed for ever; one that has ended is refused, and renewed then.
  expires_in: z.catch(
    z.optional(
      z.pipe(
        z.coerce.number().check(z.positive()),
        z.transform((seconds) => Math.max(seconds, 300)),
      ),
    ),
    undefined,
  ),
  scope: z.catch(z.optional(z.string()), undefined),
});
const refusalSchema = z.object({ error: z.string().check(z.minLength(1)) });

/** Lever's login answered with no tokens. `error`: the code of OAuth that it gave, if any. */
export class LoginRefused extends Error {
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
export type Line = {
  fetch(url: string, request: oauth.CustomFetchOptions<'POST', URLSearchParams>): Promise<Response>;
  /** The host to which Lever redirects this customer; undefined: none. */
  authHost(): string | undefined;
};

/** Sends for the OAuth library, to the customer's data centre where Lever says so, and tells it of Lever's answers in the strict form that it wants: tokens that a server has issued must not be lost for a missing header. */
export const openLine = (
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
      const elsewhere = redirectedTo(answer, asked);
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

/** Is it our app that Lever's login refuses, not the customer's access? Its server answers a wrong secret 401 `access_denied`, the standard says `invalid_client`. */
export const isAppRejected = ({ status, error }: LoginRefused): boolean =>
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
export const isLapsed = ({ status, error }: LoginRefused): boolean =>
  error === 'invalid_grant' || (error !== null && lapsedErrors.includes(error) && status < 500 && status !== 429);
