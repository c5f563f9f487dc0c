import * as z from 'zod';
import { Failure } from '#shared/domain/failure.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { NoAnswer, type SendRequest } from '#shared/http/send-request.ts';

/** The access that a customer granted. `expiresAt` of the access token in epoch milliseconds. */
export type Grant = { readonly accessToken: string; readonly refreshToken: string; readonly expiresAt: number };

/** Generous: an answer that is given up on may hold the only living refresh token. */
export const refreshTimeoutMs = 8_000;

const deadSchema = z.object({ error: z.literal('invalid_grant') });
const grantSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.number().positive().nullish(),
});

/**
 * Trades a refresh token for a new grant. Lever returns a new refresh token each time and the old one dies: save the
 * answer before using it, and never trade one token twice. Nothing is sent after `notAfter` (epoch milliseconds). Throws `lever_grant_lapsed` where only the customer can help.
 */
export const refreshGrant = async (
  options: { authUrl: string; clientId: string; clientSecret: string; send: SendRequest; now: () => number },
  refreshToken: string,
  notAfter: number,
): Promise<Grant> => {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: options.clientId,
    client_secret: options.clientSecret,
    refresh_token: refreshToken,
  });
  const answer = await options
    .send({
      method: 'POST',
      url: new URL(`${options.authUrl}/oauth/token`),
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form.toString(),
      timeoutMs: refreshTimeoutMs,
      notAfter,
    })
    .catch((error: unknown) => {
      if (error instanceof NoAnswer)
        throw new Failure('lever_unavailable', `Lever's login did not answer (${error.message}).`);
      throw error;
    });
  const json = parseJson(answer.body);
  // Auth0, which serves Lever's login, answers a dead token 403; any of these with `invalid_grant` means the same.
  const isDead = deadSchema.safeParse(json).success;
  if (isDead) throw new Failure('lever_grant_lapsed', 'The access that was granted in Lever has ended.');
  const grant = grantSchema.safeParse(json);
  if (answer.status !== 200 || !grant.success) {
    throw new Failure('lever_unavailable', `Lever's login answered ${answer.status}.`);
  }
  return {
    accessToken: grant.data.access_token,
    refreshToken: grant.data.refresh_token ?? refreshToken,
    expiresAt: options.now() + (grant.data.expires_in ?? 3600) * 1000,
  };
};
