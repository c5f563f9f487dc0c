import { type Check, checkIdOf, problemNow } from '#shared/domain/check.ts';
import type { Nudge } from '#shared/domain/nudge.ts';
import { nudged } from '#shared/domain/planned.ts';
import { withCheck } from '#shared/domain/screening.ts';
import { uncertainAfterMs } from '#shared/domain/waiting.ts';
import type { CheckWorkerPorts } from './ports.ts';

/** Has Lever say that Turn has left it open for a day whether it has the order. We go on asking. */
export const tellUncertainty = async (nudge: Nudge, claim: Check, ports: CheckWorkerPorts): Promise<void> => {
  const { accountId, opportunityId } = nudge;
  const now = ports.now();
  if (now - claim.changedAt < uncertainAfterMs(ports.waiting) || claim.problem?.code === 'order_uncertain') return;
  await ports.screenings.update(accountId, opportunityId, (screening) => {
    const known = screening.checks.find((check) => check.enteredAt === claim.enteredAt);
    if (known?.state !== 'claimed') return screening;
    return {
      ...withCheck(screening, { ...known, problem: problemNow('order_uncertain', null, known, now) }),
      refresh: nudged(screening.refresh, now, ports.waiting),
    };
  });
  await ports.nudgeCheckUpdate(nudge);
  await ports.journal.record(accountId, { kind: 'problem', opportunityId, detail: 'order_uncertain' });
  const checkId = checkIdOf(opportunityId, claim.enteredAt);
  ports.report('problem_found', { accountId, opportunityId, checkId, reason: 'order_uncertain' });
};
