import * as z from 'zod/mini';
import type { Account } from '#shared/domain/account.ts';
import { tidied } from '#shared/domain/folded.ts';
import { cutTo, hasHalfLetter } from '#shared/domain/half-letters.ts';
import { isAccountId } from '#shared/domain/ids.ts';
import { type Ports, requestPeriodMs } from '#shared/ports.ts';
import type { Config } from '#shared/world.ts';
import type { Answer, Incoming } from './http-handler.ts';
import type { Refusal } from './posted-handler.ts';

/** The person who calls, by a token that the authorizer has found valid. */
export type Caller = {
  readonly accountId: string;
  readonly userId: string;
  readonly isSuperAdmin: boolean;
  /** Has the person a role of the account that we know? Without one nobody sees anything. */
  readonly hasRole: boolean;
};

const longestName = 100;
const accountId = z.string().check(z.refine(isAccountId));
const userId = z.string().check(
  z.minLength(1),
  z.maxLength(255),
  z.refine((id) => !hasHalfLetter(id)),
);
const personName = z.pipe(
  z.string(),
  z.transform((text) => cutTo(tidied(text), longestName)),
);

/** Who calls, and for which account: only ever out of the token. Null where it names no account, or nobody, or a program that got it for itself. */
export const readCaller = (claims: Incoming['claims'], names: Config['claimNames']): Caller | null => {
  const account = accountId.safeParse(ownClaim(claims, names.account)).data;
  const user = userId.safeParse(ownClaim(claims, 'sub')).data;
  if (account === undefined || user === undefined) return null;
  if (isMachine(claims)) return null;
  const role = ownClaim(claims, names.role);
  const isSuperAdmin = role === names.superAdminRole;
  const hasRole = isSuperAdmin || names.memberRoles.some((each) => each === role);
  return { accountId: account, userId: user, isSuperAdmin, hasRole };
};

/** What the person's own token calls them: by name, else by e-mail address; null where it says neither. */
export const readName = (claims: Incoming['claims']): string | null =>
  ['name', 'email'].map((claim) => personName.safeParse(ownClaim(claims, claim)).data ?? '').find(Boolean) ?? null;

/** A program that signs in as itself (client credentials) is its own subject (RFC 9068, 2.2); Auth0 says so besides. */
const isMachine = (claims: Incoming['claims']): boolean =>
  ['client_id', 'azp'].some((name) => ownClaim(claims, name) === ownClaim(claims, 'sub')) ||
  ownClaim(claims, 'gty') === 'client-credentials';

/** Not what every object inherits, should a claim be named `constructor`. */
const ownClaim = (claims: Incoming['claims'], name: string): unknown =>
  Object.hasOwn(claims, name) ? claims[name] : undefined;

type Authorized = { readonly caller: Caller; readonly account: Account };

/** A request of somebody whom the token lets in. */
export type Request = Authorized & { readonly incoming: Incoming };

/** A use case for people of an account. */
export type OnRequest<AllPorts> = (request: Request, ports: AllPorts) => Promise<Answer>;

/** The use case, for those whom `authorize` lets in; what their token calls them is remembered, to be shown where the account's people see who did something. */
export const onlyFor =
  <AllPorts extends Pick<Ports, 'config' | 'accounts' | 'people' | 'admitRequest' | 'admitMember' | 'emit' | 'now'>>(
    who: 'anyone' | 'super_admin',
    useCase: OnRequest<AllPorts>,
  ) =>
  async (incoming: Incoming, ports: AllPorts): Promise<Answer> => {
    const authorized = await authorize(incoming, who, ports);
    if ('refusal' in authorized) return authorized.refusal;
    const { accountId: ofAccount, userId: whoCalls } = authorized.caller;
    const name = readName(incoming.claims);
    if (name !== null) await ports.people.remember(ofAccount, whoCalls, name);
    return useCase({ ...authorized, incoming }, ports);
  };

/** Lets people of a living account in, up to its limit, and where something is to be changed only its Super Admins; the account is the token's, whatever the request says. Refusing costs one read, and two writes at most. */
export const authorize = async (
  { claims }: Pick<Incoming, 'claims'>,
  who: 'anyone' | 'super_admin',
  {
    config,
    accounts,
    admitRequest,
    admitMember,
    emit,
    now,
  }: Pick<Ports, 'config' | 'accounts' | 'admitRequest' | 'admitMember' | 'emit' | 'now'>,
): Promise<Authorized | { readonly refusal: Refusal }> => {
  const caller = readCaller(claims, config.claimNames);
  const account = caller === null ? null : await accounts.find(caller.accountId);
  if (caller === null || account === null) {
    const message = 'Your sign-in belongs to no account here. Ask Turn support to add it.';
    return { refusal: { status: 403, code: 'no_account', message } };
  }
  if (!caller.hasRole) {
    const message = 'Your sign-in has no role in this account. Ask Turn support to give it one.';
    return { refusal: { status: 403, code: 'no_role', message } };
  }
  if (!account.enabled) {
    const message = 'This account is disabled, so no check starts. Ask Turn support to enable it again.';
    return { refusal: { status: 403, code: 'account_disabled', message } };
  }
  if (who === 'super_admin' && !caller.isSuperAdmin) {
    const message = 'Only a Super Admin of the account may do this.';
    return { refusal: { status: 403, code: 'not_super_admin', message } };
  }
  const isInShare = caller.isSuperAdmin || (await admitMember(account.accountId));
  if (isInShare && (await admitRequest(account.accountId))) return { caller, account };
  await emit('requests_above_limit', { accountId: account.accountId });
  const message = 'The people of this account have asked for too much within a minute. Please try again in a minute.';
  const retryAfterSeconds = Math.ceil((requestPeriodMs - (now() % requestPeriodMs)) / 1000);
  return { refusal: { status: 429, code: 'too_many_requests', message, retryAfterSeconds } };
};
