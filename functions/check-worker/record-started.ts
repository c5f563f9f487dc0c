import type { Check } from '#shared/domain/check.ts';
import type { Nudge } from '#shared/domain/nudge.ts';
import { nudged, type Planned } from '#shared/domain/planned.ts';
import { withCheck } from '#shared/domain/screening.ts';
import { startedDetail } from '#shared/domain/started-package.ts';
import type { CheckWorkerPorts } from './ports.ts';

/** When to consider the opportunity again because somebody came while its order was in flight. */
export const revisitOf = (known: Check | undefined, now: number): Planned | null =>
  known?.attempt?.revisit === true ? { dueAt: now, attempts: 0 } : null;

const isSame = (one: Planned | null, other: Planned | null): boolean =>
  one?.dueAt === other?.dueAt && one?.attempts === other?.attempts;

/** Records that Turn has the check, and has Lever show it. The worker is remembered first: a callback may come at once. `planned`: what was to be considered when we came; it is done now, but not what somebody else planned meanwhile. */
export const recordStarted = async (
  nudge: Nudge,
  check: Check,
  workerId: string,
  planned: Planned | null,
  ports: CheckWorkerPorts,
): Promise<void> => {
  const { accountId, opportunityId } = nudge;
  await ports.screenings.rememberWorker(accountId, workerId, opportunityId);
  let isNews = false;
  await ports.screenings.update(accountId, opportunityId, (screening) => {
    const known = screening.checks.find((each) => each.enteredAt === check.enteredAt);
    isNews = known?.state !== 'started';
    if (known?.state === 'started') return screening;
    return {
      ...withCheck(screening, {
        ...(known ?? check),
        ...{ state: 'started', workerId, problem: null, changedAt: ports.now() },
      }),
      reconsider:
        revisitOf(known, ports.now()) ?? (isSame(screening.reconsider, planned) ? null : screening.reconsider),
      refresh: nudged(screening.refresh, ports.now(), ports.waiting),
    };
  });
  await ports.nudgeCheckUpdate(nudge);
  if (!isNews) return;
  await ports.journal.record(accountId, { kind: 'check_started', opportunityId, detail: startedDetail(check) });
  await ports.journal.note(accountId, 'lastCheckAt');
};
