import { type Account, withLeverDenied } from '#shared/domain/account.ts';
import { Failure, kindOf } from '#shared/domain/failure.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import type { Ports } from '#shared/ports.ts';

/** Lever forbids our access everything, or does not: the account says so on its settings page, and when it begins, once, to the operator too. What waited for its end is done then. */
export const markDenied = async (
  { accountId, leverDeniedSince }: Account,
  isDenied: boolean,
  ports: Pick<Ports, 'now' | 'accounts' | 'mailLists' | 'emit' | 'records' | 'enqueueDecision'>,
): Promise<void> => {
  if (isDenied === (leverDeniedSince !== undefined)) return;
  const change = (account: Account): Account => withLeverDenied(account, isDenied ? ports.now() : null);
  // Maintenance finds out when it is over, and then what happened meanwhile.
  const update = await ports.accounts.update(accountId, change, ports.now());
  if (update === null) return;
  await ports.mailLists.lookSoon(accountId, ports.now());
  if (!isDenied) return requeueDenied(accountId, ports);
  if (update.before.leverDeniedSince === undefined) await ports.emit('lever_access_denied', { accountId });
};

/** Does Lever forbid us everything? Which candidates we may see is what counts: its stages may be forbidden alone. */
export const isDeniedAll = async (lever: Pick<Lever, 'probe'>): Promise<boolean> => {
  try {
    await lever.probe();
    return false;
  } catch (error) {
    if (!(error instanceof Failure) || kindOf(error) !== 'permanent') throw error;
    return error.code === 'lever_forbidden';
  }
};

/** A thousand candidates at most are seen to at once, the longest waiting first; the others when their next try is due. */
const requeueDenied = async (
  accountId: string,
  { records, enqueueDecision }: Pick<Ports, 'records' | 'enqueueDecision'>,
): Promise<void> => {
  for (const { opportunityId, nextDecision } of (await records.listOpen(accountId)).records) {
    if (nextDecision?.lastFailure === 'lever_access_denied') await enqueueDecision({ accountId, opportunityId });
  }
};
