import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Answer } from './exchange.ts';
import { inventText, type Random } from './invented-values.ts';

/** What an authorisation yields; `expiresAt` in epoch milliseconds. */
export type LeverTokenPair = { accessToken: string; refreshToken: string; expiresAt: number };

type Grant = {
  organizationId: string;
  userId: string;
  clientId: string;
  scope: string;
  redirectUri: string;
  grantedAt: number;
};
/** What came with the request for a code: the SHA-256 of the app's proof key; null: none. */
type Code = Grant & { codeChallenge: string | null };
type Family = Grant & { refreshToken: string; usedAt: number; dead: boolean };
type Bearer = { organizationId: string; userId: string; scope: string };

export type LeverTokens = {
  /** A connection that exists already, without the pages. */
  connect(grant: Omit<Grant, 'grantedAt' | 'redirectUri'>): LeverTokenPair;
  /** A code for the token endpoint, as the consent page gives it to the redirect URL. */
  issueCode(grant: Omit<Code, 'grantedAt'>): string;
  /** `POST {auth}/oauth/token`. */
  exchange(body: unknown): Answer;
  bearer(authorization: string | undefined): Bearer | undefined;
  /** Who may act for the organization now: the list under Authorized Apps. */
  grants(organizationId: string): Pick<Grant, 'clientId' | 'scope' | 'grantedAt'>[];
  /** A Super Admin's "Revoke access"; whether access tokens die at once is not known, so both can be had. */
  revoke(organizationId: string, options?: { accessTokensToo?: boolean }): void;
  expireAccessTokens(organizationId: string): void;
};

const SECOND_MS = 1000;
const DAY_MS = 86_400 * SECOND_MS;
const ACCESS_SECONDS = 3600;

const tokenRequestSchema = z.discriminatedUnion('grant_type', [
  z.object({
    grant_type: z.literal('authorization_code'),
    code: z.string(),
    redirect_uri: z.string(),
    code_verifier: z.string().optional(),
  }),
  z.object({ grant_type: z.literal('refresh_token'), refresh_token: z.string() }),
]);
const appSchema = z.object({ client_id: z.string(), client_secret: z.string() });

const refusal = (status: number, error: string, error_description: string): Answer => ({
  status,
  body: { error, error_description },
});

const challengeOf = (verifier: string | undefined): string | null =>
  verifier === undefined ? null : createHash('sha256').update(verifier).digest('base64url');

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Lever's authorization server: one-hour access tokens, refresh tokens that rotate and die of reuse (Auth0's answers). */
export const createLeverTokens = (options: {
  now: () => number;
  random: Random;
  apps: { clientId: string; clientSecret: string }[];
}): LeverTokens => {
  const { now, random } = options;
  const codes = new Map<string, Code>();
  const families: Family[] = [];
  const retired = new Map<string, Family>();
  const access = new Map<string, { family: Family; expiresAt: number }>();

  const accessTokenFor = (family: Family): string => {
    const issuedAt = Math.floor(now() / SECOND_MS);
    const payload = {
      'https://oauth.lever.co/userId': family.userId,
      'https://oauth.lever.co/accountId': family.organizationId,
      'https://oauth.lever.co/clientId': family.clientId,
      iss: 'https://auth.lever.co/',
      sub: `auth0|${family.userId}`,
      aud: 'https://api.lever.co/v1/',
      iat: issuedAt,
      exp: issuedAt + ACCESS_SECONDS,
      azp: family.clientId,
      scope: family.scope,
    };
    return `${base64url({ alg: 'RS256', typ: 'JWT' })}.${base64url(payload)}.${inventText(random, 43)}`;
  };
  const issue = (family: Family): LeverTokenPair => {
    const accessToken = accessTokenFor(family);
    const expiresAt = now() + ACCESS_SECONDS * SECOND_MS;
    access.set(accessToken, { family, expiresAt });
    return { accessToken, refreshToken: family.refreshToken, expiresAt };
  };
  const startFamily = (grant: Grant): LeverTokenPair => {
    const family = { ...grant, refreshToken: inventText(random, 45), usedAt: now(), dead: false };
    families.push(family);
    return issue(family);
  };
  const answer = ({ accessToken, refreshToken }: LeverTokenPair, scope: string): Answer => ({
    status: 200,
    body: {
      access_token: accessToken,
      refresh_token: refreshToken,
      token_type: 'Bearer',
      scope,
      expires_in: ACCESS_SECONDS,
    },
  });
  const exchangeCode = (code: string, redirectUri: string, clientId: string, verifier: string | undefined): Answer => {
    const issued = codes.get(code);
    codes.delete(code);
    if (!issued || issued.clientId !== clientId) return refusal(403, 'invalid_grant', 'Invalid authorization code');
    const { codeChallenge, ...grant } = issued;
    // A proof key for a code that was asked for without one is refused too (RFC 9700, 2.1.1): somebody has taken the challenge out.
    if (challengeOf(verifier) !== codeChallenge) return refusal(403, 'invalid_grant', 'Failed to verify code verifier');
    if (grant.redirectUri !== redirectUri) return refusal(403, 'invalid_grant', 'The redirect URI is wrong.');
    return answer(startFamily(grant), grant.scope);
  };
  const refresh = (refreshToken: string, clientId: string): Answer => {
    const reused = retired.get(refreshToken);
    if (reused) reused.dead = true;
    const family = families.find((candidate) => candidate.refreshToken === refreshToken);
    const stale = family && (now() - family.usedAt > 90 * DAY_MS || now() - family.grantedAt > 365 * DAY_MS);
    if (!family || family.dead || stale || family.clientId !== clientId)
      return refusal(403, 'invalid_grant', 'Unknown or invalid refresh token.');
    retired.set(refreshToken, family);
    family.refreshToken = inventText(random, 45);
    family.usedAt = now();
    return answer(issue(family), family.scope);
  };

  return {
    connect: (grant) => startFamily({ ...grant, redirectUri: '', grantedAt: now() }),
    issueCode: (grant) => {
      const code = inventText(random, 40);
      codes.set(code, { ...grant, grantedAt: now() });
      return code;
    },
    exchange: (body) => {
      const app = appSchema.safeParse(body).data;
      const known = options.apps.some((a) => a.clientId === app?.client_id && a.clientSecret === app.client_secret);
      if (!app || !known) return refusal(401, 'access_denied', 'Unauthorized');
      const request = tokenRequestSchema.safeParse(body).data;
      if (!request) return refusal(403, 'unauthorized_client', 'Grant type not allowed or a field is missing.');
      return request.grant_type === 'authorization_code'
        ? exchangeCode(request.code, request.redirect_uri, app.client_id, request.code_verifier)
        : refresh(request.refresh_token, app.client_id);
    },
    bearer: (authorization) => {
      const held = access.get(authorization?.replace(/^Bearer /, '') ?? '');
      return held && held.expiresAt > now() ? held.family : undefined;
    },
    grants: (organizationId) => families.filter((family) => family.organizationId === organizationId && !family.dead),
    revoke: (organizationId, { accessTokensToo = true } = {}) => {
      for (const family of families) if (family.organizationId === organizationId) family.dead = true;
      for (const held of access.values())
        if (accessTokensToo && held.family.organizationId === organizationId) held.expiresAt = 0;
    },
    expireAccessTokens: (organizationId) => {
      for (const held of access.values()) if (held.family.organizationId === organizationId) held.expiresAt = 0;
    },
  };
};
