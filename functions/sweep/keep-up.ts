import type { Account } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import { withStages } from '#shared/domain/trigger-stage.ts';
import { noteLapse } from '#shared/edge/note-lapse.ts';
import { noteStagesGone } from '#shared/edge/note-stages-gone.ts';
import { catchUp } from './catch-up.ts';
import { lookAfterAccess } from './look-after-access.ts';
import type { SweepPorts } from './ports.ts';

/**
 * Looks after one account: reads its stages, so that names stay fresh and so does the access, which would die after 90
 * idle days, and looks after that access; then catches up with what no webhook told us of. Comes again at once where
 * there is more than a run can do.
 */
export const keepUp = async (accountId: string, ports: SweepPorts): Promise<void> => {
  const account = await ports.accounts.find(accountId);
  if (account === null) return;
  const beganAt = ports.now();
  const later = beganAt + ports.upkeepMs;
  await ports.credentials.reseal(accountId);
  try {
    const outcome = await keepUpConnected(account, ports);
    await ports.accounts.update(accountId, (before) => before, outcome === 'more' ? ports.now() : later);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    ports.report('upkeep_failed', { accountId, reason: error.code });
    if (error.kind === 'hold') await noteLapse(accountId, beganAt, ports);
    await ports.accounts.update(accountId, (before) => before, Math.min(later, ports.now() + againInMs(error, ports)));
  }
};

/** What may be over in a few minutes does not cost a whole round: work that was held may wait for it. */
const againInMs = ({ kind }: Failure, { renudgeMs, upkeepMs }: SweepPorts): number =>
  kind === 'soon' ? 0 : kind === 'transient' ? renudgeMs : upkeepMs;

const keepUpConnected = async (account: Account, ports: SweepPorts): Promise<'complete' | 'more'> => {
  const { accountId } = account;
  if (!account.enabled || account.connection !== 'connected') return 'complete';
  const lever = ports.leverOf(accountId, { holder: 'sweep' });
  const names = await lever.readStages();
  const readAt = ports.now();
  const learnt = await ports.accounts.update(accountId, (before) => withStages(before, { readAt, names }));
  if (learnt === null) return 'complete';
  await noteStagesGone(account, learnt, { record: ports.activities.record, report: ports.report });
  await lookAfterAccess(learnt, ports);
  return catchUp(learnt, lever, ports);
};
