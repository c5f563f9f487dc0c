import { type Check, isLive } from '#shared/domain/check.ts';
import type { Screening } from '#shared/domain/screening.ts';
import type { CheckWorkerPorts } from './ports.ts';

/**
 * The screening as Turn knows it now, where checks run as far as we know: their end may not have been heard of yet, and an
 * entry that was ignored because of them would be lost. What is new is for lever-update to keep and to show.
 */
export const hearTurn = async (screening: Screening, ports: CheckWorkerPorts): Promise<Screening> => {
  const { accountId, opportunityId } = screening;
  const checks: Check[] = [];
  for (const check of screening.checks) {
    const isAsked = check.state === 'started' && check.workerId !== null && isLive(check);
    const status = isAsked ? await (await ports.turnOf(accountId)).findCheck(check.workerId) : null;
    checks.push(status === null ? check : { ...check, progress: status.progress });
  }
  if (!checks.some(isLive)) await ports.nudgeCheckUpdate({ accountId, opportunityId });
  return { ...screening, checks };
};
