import { type Check, isLive } from '#shared/domain/check.ts';
import { Failure } from '#shared/domain/failure.ts';
import { failuresFor, type Planned } from '#shared/domain/planned.ts';
import type { Screening } from '#shared/domain/screening.ts';
import type { CheckWorkerPorts } from './ports.ts';

/** So often Turn may fail to speak of a check that had ended before we go by what we know of it. */
const mostTries = 3;

/**
 * The checks as Turn knows them now. What we know of those that were started may be old: one may have ended without a word,
 * and an entry that was ignored because of it would be lost; one that had ended may run again. `planned`: why we come now;
 * an old check that Turn will not speak of must not keep a new one from starting. What is new is for lever-update to keep and to show.
 */
export const hearTurn = async (
  { accountId, opportunityId, checks: known }: Screening,
  planned: Planned | null,
  ports: CheckWorkerPorts,
): Promise<readonly Check[]> => {
  const checks: Check[] = [];
  for (const check of known) checks.push(await heard(accountId, check, planned, ports));
  const isNews = checks.some((check, n) => check !== known[n]);
  if (isNews) await ports.nudgeCheckUpdate({ accountId, opportunityId });
  return checks;
};

const heard = async (
  accountId: string,
  check: Check,
  planned: Planned | null,
  ports: CheckWorkerPorts,
): Promise<Check> => {
  const { state, workerId, progress } = check;
  if (state !== 'started' || workerId === null) return check;
  try {
    const status = await (await ports.turnOf(accountId)).findCheck(workerId);
    if (status === null || status.progress.status === progress?.status) return check;
    return { ...check, progress: status.progress, changedAt: ports.now() };
  } catch (error) {
    if (!(error instanceof Failure) || isLive(check)) throw error;
    // A token that Turn refuses is found out by the order, and told.
    const isKnown = planned?.why === error.code && failuresFor(error.code, planned) >= mostTries;
    if (error.code === 'turn_token_refused' || isKnown) return check;
    throw error;
  }
};
