import { withEndedAccess } from '#shared/domain/account.ts';
import type { Ports } from '#shared/ports.ts';

/** Work that began then met an access that has ended: the account is disconnected, and says so once, by mail too. Its work waits until the Super Admin authorizes again. */
export const markDisconnected = async (
  accountId: string,
  beganAt: number,
  ports: Pick<Ports, 'now' | 'accounts' | 'mailLists' | 'emit'>,
): Promise<void> => {
  const update = await ports.accounts.update(accountId, (account) => withEndedAccess(account, beganAt, ports.now()));
  if (update === null || update.before.connectionState === update.after.connectionState) return;
  await ports.emit('account_disconnected', { accountId, detail: 'access ended in Lever' });
  await ports.mailLists.lookSoon(accountId, ports.now());
};
