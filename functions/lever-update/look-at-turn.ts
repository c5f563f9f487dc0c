import { type Check, isLive } from '#shared/domain/check.ts';
import { Failure } from '#shared/domain/failure.ts';
import type { Screening } from '#shared/domain/screening.ts';
import type { LeverUpdatePorts } from './ports.ts';

/** The screening with what Turn says now of the last check that was started, which a recheck may reopen whatever Lever shows, and of any other that is still running. */
export const lookAtTurn = async (screening: Screening, ports: LeverUpdatePorts): Promise<Screening> => {
  const last = screening.checks.findLast(({ state }) => state === 'started');
  const checks: Check[] = [];
  for (const check of screening.checks) {
    const isWatched = check.state === 'started' && (check === last || isLive(check));
    checks.push(isWatched ? await looked(screening.accountId, check, ports) : check);
  }
  return { ...screening, checks };
};

const slowToKnowMs = 86_400_000;

const looked = async (accountId: string, check: Check, ports: LeverUpdatePorts): Promise<Check> => {
  if (check.workerId === null) return check;
  const turn = await ports.turnOf(accountId);
  const status = await turn.findCheck(check.workerId);
  if (status === null) {
    // Turn may be slow to know what it has just accepted. Later, it has lost or removed the check: what is shown stays.
    if (ports.now() - check.changedAt > slowToKnowMs) return check;
    throw new Failure('turn_unavailable', 'Turn does not know the check yet.');
  }
  const isNews = status.progress.status !== check.progress?.status;
  return {
    ...check,
    turnId: status.turnId ?? check.turnId,
    dashboardUrl: status.dashboardUrl ?? check.dashboardUrl,
    progress: status.progress,
    changedAt: isNews ? ports.now() : check.changedAt,
  };
};
