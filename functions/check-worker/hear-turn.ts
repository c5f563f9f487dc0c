import type { Check } from '#shared/domain/check.ts';
import type { Screening } from '#shared/domain/screening.ts';
import type { CheckWorkerPorts } from './ports.ts';

/**
 * The screening as Turn knows it now. What we know of checks that were started may be old: one may have ended without a
 * word, and an entry that was ignored because of it would be lost; one that had ended may run again. What is new is for
 * lever-update to keep and to show.
 */
export const hearTurn = async (screening: Screening, ports: CheckWorkerPorts): Promise<Screening> => {
  const { accountId, opportunityId } = screening;
  const checks: Check[] = [];
  for (const check of screening.checks) {
    const isAsked = check.state === 'started' && check.workerId !== null;
    const status = isAsked ? await (await ports.turnOf(accountId)).findCheck(check.workerId) : null;
    checks.push(status === null ? check : { ...check, progress: status.progress });
  }
  const isNews = checks.some(({ progress }, n) => progress?.status !== screening.checks[n]?.progress?.status);
  if (isNews) await ports.nudgeCheckUpdate({ accountId, opportunityId });
  return { ...screening, checks };
};
