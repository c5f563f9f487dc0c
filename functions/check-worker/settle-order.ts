import { type Check, checkIdOf, type OrderAttempt } from '#shared/domain/check.ts';
import { postponed } from '#shared/domain/planned.ts';
import { withAttempt } from '#shared/domain/screening.ts';
import type { Loaded } from '#shared/stores/screening-store.ts';
import type { CheckWorkerPorts } from './ports.ts';
import { recordStarted } from './record-started.ts';

/**
 * Finds out what became of an order whose answer we do not have. Turn is asked by our reference before anything is ever
 * ordered again; "not found" counts only once the attempt is older than the settle time, for Turn may be slow to know.
 */
export const settleOrder = async (
  loaded: Loaded,
  check: Check,
  ports: CheckWorkerPorts,
): Promise<'waiting' | 'settled' | 'not_ordered'> => {
  const { accountId, opportunityId } = loaded.screening;
  const attempt: OrderAttempt = check.attempt ?? { attemptedAt: 0, inFlightUntil: null, revisit: false };
  if ((attempt.inFlightUntil ?? 0) > ports.now()) {
    // What brought us here must not be lost: whoever has the order in flight sees to it, or else the sweep.
    let isOut = false;
    await ports.screenings.update(accountId, opportunityId, (screening) => {
      const noted = withAttempt(screening, check, { revisit: true });
      isOut = noted !== null;
      return noted ?? screening;
    });
    return isOut ? 'waiting' : 'settled';
  }

  if (attempt.isRefused === true) return 'not_ordered';
  const turn = await ports.turnOf(accountId);
  const askedAt = ports.now();
  const status = await turn.findCheck(checkIdOf(opportunityId, check.enteredAt));
  if (status !== null) {
    await recordStarted({ accountId, opportunityId }, check, status.workerId, loaded.screening.reconsider, ports);
    ports.report('check_adopted', { accountId, opportunityId, checkId: checkIdOf(opportunityId, check.enteredAt) });
    return 'settled';
  }
  const settlesAt = attempt.attemptedAt + ports.waiting.settleMs;
  // By the time at which Turn was asked: we may have stood still since.
  if (settlesAt <= askedAt) return 'not_ordered';
  await ports.screenings.update(accountId, opportunityId, (screening) => ({
    ...screening,
    reconsider: postponed(screening.reconsider, settlesAt),
  }));
  return 'waiting';
};
