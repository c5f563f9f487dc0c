import * as z from 'zod';
import { isAccountId } from '#shared/domain/ids.ts';
import type { Incoming } from './http-handler.ts';

/** Which claims of Turn's OpenID provider say what, as deployed. */
export type ClaimNames = {
  readonly account: string;
  readonly role: string;
  /** The role's value that makes a Super Admin. */
  readonly superAdminRole: string;
};

/** The variables that hold them, in this order. */
export const claimNameVariables = ['OIDC_ACCOUNT_CLAIM', 'OIDC_ROLE_CLAIM', 'OIDC_SUPER_ADMIN_ROLE'] as const;

/** The person who calls, by a token that the authorizer has found valid. */
export type Caller = { readonly accountId: string; readonly userId: string; readonly isSuperAdmin: boolean };

const accountId = z.string().refine(isAccountId);
const userId = z.string().min(1).max(255);

/** Who calls, and for which account: only ever out of the token. Null where it names no account, or nobody. */
export const readCaller = (claims: Incoming['claims'], names: ClaimNames): Caller | null => {
  const account = accountId.safeParse(ownClaim(claims, names.account)).data;
  const user = userId.safeParse(ownClaim(claims, 'sub')).data;
  if (account === undefined || user === undefined) return null;
  const isSuperAdmin = ownClaim(claims, names.role) === names.superAdminRole;
  return { accountId: account, userId: user, isSuperAdmin };
};

/** Not what every object inherits, should a claim be named `constructor`. */
const ownClaim = (claims: Incoming['claims'], name: string): unknown =>
  Object.hasOwn(claims, name) ? claims[name] : undefined;
