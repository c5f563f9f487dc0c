import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as z from 'zod';
import type { JwtAuthorizer } from '../assembly/plan.ts';

/** What API Gateway hands on of a valid token: every claim as text. */
export type Claims = Record<string, string>;
/** Answers the token's claims, or undefined where API Gateway would answer 401. */
export type Authorize = (authorizationHeader: string | undefined) => Promise<Claims | undefined>;

// API Gateway verifies RSA signatures only.
const algorithms = ['RS256', 'RS384', 'RS512'];
const discoverySchema = z.object({ jwks_uri: z.url() });

/** Checks tokens as the JWT authorizer of an HTTP API does; one whose issuer cannot be asked for its keys is refused too, and the log says so. */
export const createJwtAuthorizer = (
  { issuer, audiences }: JwtAuthorizer,
  { now, log }: { now(): number; log(line: string): void },
): Authorize => {
  let keys: JWTVerifyGetKey | undefined;

  const discoverKeys = async (): Promise<JWTVerifyGetKey> => {
    const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    return createRemoteJWKSet(new URL(discoverySchema.parse(await answer.json()).jwks_uri));
  };

  return async (authorizationHeader) => {
    const token = authorizationHeader?.replace(/^Bearer /i, '').trim() ?? '';
    if (token.split('.').length !== 3) return undefined;
    try {
      keys ??= await discoverKeys();
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        issuer,
        algorithms,
        requiredClaims: ['exp'],
        currentDate: new Date(now()),
      });
      if (protectedHeader.kid === undefined || !isMeantFor(payload, audiences)) return undefined;
      if (payload.iat !== undefined && payload.iat * 1000 > now()) return undefined;
      return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, claimText(value)]));
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) log(`the issuer ${issuer} could not be asked for its keys: ${error}`);
      return undefined;
    }
  };
};

/** Holds a token one of the scopes that a route asks for? A route that asks for none takes any. */
export const holdsScope = ({ scope = '', scp = '' }: Claims, scopes: readonly string[]): boolean =>
  scopes.length === 0 || [scope, scp].some((held) => held.split(/[[\] ]/u).some((each) => scopes.includes(each)));

/** `client_id` is looked at only where there is no `aud`. */
const isMeantFor = ({ aud, client_id: clientId }: JWTPayload, audiences: readonly string[]): boolean =>
  [aud ?? clientId].flat().some((each) => typeof each === 'string' && audiences.includes(each));

/** Lists come as `[a b]`, objects as `map[a:b]`: API Gateway prints what Go prints. */
const claimText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return value === null ? '<nil>' : String(value);
  return `map[${Object.entries(value)
    .map(([key, item]) => `${key}:${claimText(item)}`)
    .join(' ')}]`;
};
