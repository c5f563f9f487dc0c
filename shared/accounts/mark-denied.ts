import { type Account, withLeverDenied } from '#shared/domain/account.ts';
import type { Ports } from '#shared/ports.ts';

/** Lever forbids our access everything, or does not: the account says so on its settings page, and when it begins, once, to the operator too. */
export const markDenied = async (
  { accountId, leverDeniedSince }: Account,
  isDenied: boolean,
  ports: Pick<Ports, 'now' | 'accounts' | 'emit'>,
): Promise<void> => {
  if (isDenied === (leverDeniedSince !== undefined)) return;
  const change = (account: Account): Account => withLeverDenied(account, isDenied ? ports.now() : null);
  // Maintenance finds out when it is over.
  const update = await ports.accounts.update(accountId, change, isDenied ? ports.now() : undefined);
  if (isDenied && update !== null && update.before.leverDeniedSince === undefined)
    await ports.emit('lever_access_denied', { accountId });
};
