import { countAlreadyInStage } from '#shared/accounts/list-in-stage.ts';
import { isDeniedAll, markDenied } from '#shared/accounts/mark-denied.ts';
import { markDisconnected } from '#shared/accounts/mark-disconnected.ts';
import { reportStagesGone } from '#shared/accounts/report-stages-gone.ts';
import { requeuePaused } from '#shared/accounts/requeue-paused.ts';
import type { Account } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import { withStages } from '#shared/domain/trigger-stage.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { maintainConnection } from './maintain-connection.ts';
import { reconcile } from './reconcile.ts';

/**
 * Maintains one account: reads its stages, so that names stay fresh and so does the access, which would die after 90
 * idle days, and maintains that access; then reconciles with what no webhook told us of. Comes again at once where
 * there is more than a run can do.
 */
export const maintainAccount = async (accountId: string, ports: AppPorts): Promise<void> => {
  const account = await ports.accounts.find(accountId);
  if (account === null) return;
  const beganAt = ports.now();
  const later = beganAt + ports.config.maintenanceMs;
  await ports.credentials.reencrypt(accountId);
  await ports.webhookSecrets.reencrypt(accountId);
  await ports.people.reencrypt(accountId);
  try {
    const outcome = await maintainConnected(account, ports);
    await ports.accounts.update(accountId, (before) => before, outcome === 'more' ? ports.now() : later);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await ports.emit('maintenance_failed', { accountId, reason: error.code });
    if (error.kind === 'needs_reconnect') await markDisconnected(accountId, beganAt, ports);
    await ports.accounts.update(
      accountId,
      (before) => before,
      Math.min(later, ports.now() + againInMs(error, ports.config)),
    );
  }
};

/** What may be over in a few minutes does not cost a whole round: work may wait for it. */
const againInMs = ({ kind }: Failure, { redeliveryMs, maintenanceMs }: AppPorts['config']): number =>
  kind === 'throttled' ? 0 : kind === 'transient' ? redeliveryMs : maintenanceMs;

const maintainConnected = async (account: Account, ports: AppPorts): Promise<'complete' | 'more'> => {
  const { accountId } = account;
  if (!account.enabled || account.connectionState !== 'connected') return 'complete';
  await requeuePaused(account, ports);
  const lever = ports.leverOf(accountId, { reservationId: 'sweep' });
  const known = await readStages(account, lever, ports);
  if (known === null) return 'complete';
  await maintainConnection(known, ports);
  const outcome = await reconcile(known, lever, ports);
  if (outcome === 'complete') await countAlreadyInStage(known, lever, ports);
  return outcome;
};

/** The account with Lever's stages as they are now. Where Lever refuses to list them alone, those that are known serve; null: it refuses everything, and what happens meanwhile is read once that is over. */
const readStages = async (account: Account, lever: Lever, ports: AppPorts): Promise<Account | null> => {
  try {
    const names = await lever.readStages();
    const readAt = ports.now();
    await markDenied(account, false, ports);
    const update = await ports.accounts.update(account.accountId, (before) => withStages(before, { readAt, names }));
    if (update === null) return account;
    await reportStagesGone(update.before, update.after, ports.emit);
    return update.after;
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'permanent') throw error;
    await ports.emit('stages_unread', { accountId: account.accountId, reason: error.code });
    const isDenied = error.code === 'lever_forbidden' && (await isDeniedAll(lever));
    await markDenied(account, isDenied, ports);
    return isDenied ? null : account;
  }
};
