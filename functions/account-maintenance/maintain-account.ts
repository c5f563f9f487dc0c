import { isDeepStrictEqual } from 'node:util';
import { countAlreadyInStage } from '#shared/accounts/list-in-stage.ts';
import { isDeniedAll, markDenied } from '#shared/accounts/mark-denied.ts';
import { markDisconnected } from '#shared/accounts/mark-disconnected.ts';
import { reportStagesGone } from '#shared/accounts/report-stages-gone.ts';
import { requeuePaused } from '#shared/accounts/requeue-paused.ts';
import type { Account, StageMap } from '#shared/domain/account.ts';
import { Failure, kindOf } from '#shared/domain/failure.ts';
import { nextMaintenanceAt } from '#shared/domain/next-maintenance.ts';
import { withStages } from '#shared/domain/trigger-stage.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import { rememberedMs } from '#shared/stores/remembered.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { maintainConnection } from './maintain-connection.ts';
import { reconcile } from './reconcile.ts';

/**
 * Maintains one account that is due: reads its stages, so that names stay fresh and so does the access, which would die after 90
 * idle days, and maintains that access; then reconciles with what no webhook told us of. Comes again at once where
 * there is more than a run can do. Two at once do some of it twice, which does no harm.
 */
export const maintainAccount = async (accountId: string, ports: AppPorts): Promise<void> => {
  const { config } = ports;
  const found = await ports.accounts.findPlanned(accountId);
  // The sweep sends another message where one seems lost: whoever comes later finds it done.
  if (found === null || found.maintenanceAt - ports.now() > 2 * config.redeliveryMs) return;
  const { account, maintenanceAt: planned } = found;
  const beganAt = ports.now();
  const later = isNewlyChosen(account, beganAt)
    ? beganAt + untilAllKnowMs
    : nextMaintenanceAt(accountId, beganAt, config.maintenanceMs);
  /** Somebody who wants it sooner, or has done it too, has planned it anew meanwhile. */
  const unlessPlannedAnew = (at: number) => (present: number) => (present === planned ? at : present);
  await ports.credentials.reencrypt(accountId);
  await ports.webhookSecrets.reencrypt(accountId);
  await ports.people.reencrypt(accountId);
  if (account.enabled && account.connectionState === 'disconnected')
    await ports.emit('account_still_disconnected', { accountId });
  try {
    const { outcome, stages } = await maintainConnected(account, ports);
    const maintained = (before: Account): Account => ({
      ...(stages === null ? before : withStages(before, stages)),
      maintainedAt: beganAt,
    });
    const next = unlessPlannedAnew(outcome === 'more' ? ports.now() : later);
    const update = await ports.accounts.update(accountId, maintained, next);
    if (update !== null) await reportStagesGone(update.before, update.after, ports.emit);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await ports.emit('maintenance_failed', { accountId, reason: error.code });
    if (kindOf(error) === 'needs_reconnect') await markDisconnected(accountId, beganAt, ports);
    const next = Math.min(later, ports.now() + againInMs(error, config));
    await ports.accounts.update(accountId, (before) => before, unlessPlannedAnew(next));
  }
};

/** After that, nobody goes by what was chosen before. */
const untilAllKnowMs = 2 * rememberedMs;

/** Has a trigger been chosen so lately that a move into it may have been ignored by somebody who remembered the choice before? Then the account is read once more. */
const isNewlyChosen = ({ triggerStages }: Account, now: number): boolean =>
  triggerStages.some(({ since }) => since !== undefined && now - since < untilAllKnowMs);

/** What may be over in a few minutes does not cost a whole round: work may wait for it. */
const againInMs = (failure: Failure, { redeliveryMs, maintenanceMs }: AppPorts['config']): number => {
  const kind = kindOf(failure);
  return kind === 'throttled' ? 0 : kind === 'transient' ? redeliveryMs : maintenanceMs;
};

/** What came of it, and Lever's stages as they were read, if that is still to be saved. */
type Maintained = { readonly outcome: 'complete' | 'more'; readonly stages: StageMap | null };

const maintainConnected = async (account: Account, ports: AppPorts): Promise<Maintained> => {
  const { accountId } = account;
  if (!account.enabled || account.connectionState !== 'connected') return { outcome: 'complete', stages: null };
  await requeuePaused(account, ports);
  const lever = ports.leverOf(accountId, { reservationId: 'maintenance' });
  const read = await readStages(account, lever, ports);
  if (read === null) return { outcome: 'complete', stages: null };
  await maintainConnection(read.account, ports);
  const outcome = await reconcile(read.account, lever, ports);
  if (outcome === 'complete') await countAlreadyInStage(read.account, lever, ports);
  return { outcome, stages: read.stages };
};

/** The account with Lever's stages as they are now; saved at once if they changed. Where Lever refuses to list them alone, those that are known serve; null: it refuses everything, and what happens meanwhile is read once that is over. */
const readStages = async (
  account: Account,
  lever: Lever,
  ports: AppPorts,
): Promise<{ account: Account; stages: StageMap | null } | null> => {
  try {
    const names = await lever.readStages();
    const stages = { readAt: ports.now(), names };
    await markDenied(account, false, ports);
    const present = withStages(account, stages);
    if (isSameBut({ readAt: 0 }, account, present)) return { account: present, stages };
    const update = await ports.accounts.update(account.accountId, (before) => withStages(before, stages));
    if (update === null) return { account, stages: null };
    await reportStagesGone(update.before, update.after, ports.emit);
    return { account: update.after, stages: null };
  } catch (error) {
    if (!(error instanceof Failure) || kindOf(error) !== 'permanent') throw error;
    await ports.emit('stages_unread', { accountId: account.accountId, reason: error.code });
    const isDenied = error.code === 'lever_forbidden' && (await isDeniedAll(lever));
    await markDenied(account, isDenied, ports);
    return isDenied ? null : { account, stages: null };
  }
};

/** Do the two differ in nothing but when their stages were read? */
const isSameBut = (same: Pick<StageMap, 'readAt'>, one: Account, other: Account): boolean =>
  isDeepStrictEqual(
    { ...one, stages: one.stages && { ...one.stages, ...same } },
    { ...other, stages: other.stages && { ...other.stages, ...same } },
  );
