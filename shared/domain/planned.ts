import type { FailureCode } from './failure.ts';
import { nudgeLostMs, retryDelayMs, type Waiting } from './waiting.ts';

/** Work to be done (again) at a time. `attempts`: how often it failed since it last went well; 0 means that it is planned, not that it failed. `why`: the last failure; `counts`: how many there were of each kind, of "not found" in a row. */
export type Planned = {
  readonly dueAt: number;
  readonly attempts: number;
  readonly why?: FailureCode;
  readonly counts?: Readonly<Partial<Record<FailureCode, number>>>;
};

/** Does it wait for the customer to authorize Lever again, not for its time? */
export const isHeld = ({ why }: Planned): boolean => why === 'lever_not_connected' || why === 'lever_grant_lapsed';

/** How often it failed for this reason, as far as it is counted. */
export const failuresFor = (code: FailureCode, planned: Planned | null): number => planned?.counts?.[code] ?? 0;

/** "Not found" makes a deletion, but only in a row: whatever comes between begins it anew. */
const lasting = (planned: Planned | null): NonNullable<Planned['counts']> => {
  const { lever_not_found: _inARow, ...counts } = planned?.counts ?? {};
  return counts;
};

/** The same work, to be seen to at another time whatever it failed for before. */
export const postponed = (planned: Planned | null, dueAt: number): Planned => ({
  ...{ dueAt, attempts: planned?.attempts ?? 0 },
  ...(planned !== null && { counts: lasting(planned) }),
});

/** Work that a queue is being told of: the table brings it back, should the message be lost. News make nobody reachable, so what it failed for before still counts. */
export const nudged = (planned: Planned | null, now: number, waiting: Waiting): Planned =>
  postponed(planned, now + nudgeLostMs(waiting));

/** Has it failed, and waits for the time of its next try? */
export const isPutOff = (planned: Planned | null, now: number): boolean =>
  planned?.why !== undefined && planned.dueAt > now;

/**
 * Work that has failed, now. Each reason counts for itself: a failure of another kind in between neither has a service
 * that is out of order called again at once, nor lets one that is fast to recover wait for hours. Who fails in the same
 * way as the last one, before the next try is due, says nothing new: workers that fail at once count as one. `random` in [0, 1).
 */
export const failedAgain = (
  planned: Planned | null,
  code: FailureCode,
  now: number,
  waiting: Waiting,
  random: number,
): Planned => {
  if (planned?.why === code && isPutOff(planned, now)) return { ...planned, attempts: planned.attempts + 1 };
  const count = failuresFor(code, planned) + 1;
  return {
    dueAt: now + retryDelayMs(count, waiting, random),
    attempts: (planned?.attempts ?? 0) + 1,
    why: code,
    counts: { ...lasting(planned), [code]: count },
  };
};
