import type { Account } from '#shared/domain/account.ts';
import type { Ports } from '#shared/ports.ts';
import { type Caller, readCaller } from './caller.ts';
import type { Incoming, Refusal } from './http-handler.ts';

export type Authorized = { readonly caller: Caller; readonly account: Account };

/** Lets people of a living account in, and where something is to be changed only its Super Admins; the account is the token's, whatever the request says. */
export const authorize = async (
  { claims }: Pick<Incoming, 'claims'>,
  who: 'anyone' | 'super_admin',
  { config, accounts }: Pick<Ports, 'config' | 'accounts'>,
): Promise<Authorized | { readonly refusal: Refusal }> => {
  const caller = readCaller(claims, config.claimNames);
  const account = caller === null ? null : await accounts.find(caller.accountId);
  if (caller === null || account === null) {
    const message = 'Your sign-in belongs to no account here. Ask Turn support to add it.';
    return { refusal: { status: 403, code: 'no_account', message } };
  }
  if (!account.enabled) {
    const message = 'This account is disabled, so no check starts. Ask Turn support to enable it again.';
    return { refusal: { status: 403, code: 'account_disabled', message } };
  }
  if (who === 'super_admin' && !caller.isSuperAdmin) {
    const message = 'Only a Super Admin of the account may change this.';
    return { refusal: { status: 403, code: 'not_super_admin', message } };
  }
  return { caller, account };
};
