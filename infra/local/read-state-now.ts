import type { Queue, QueueCounts } from './emulators/queue.ts';
import type { HttpFront } from './http/http-front.ts';
import type { FunctionPool } from './runtime/function-pool.ts';

type RecordsSeen = { retryScheduled: number; due: number; checks: object[] };

export type State = {
  /** Nothing visible or in flight, no function running, no scheduled work due. */
  idle: boolean;
  queues: Record<string, QueueCounts & { dead: number }>;
  /** Pieces of work of which a try has failed and another is scheduled. */
  parked: number;
  checks: object[];
};

type Watched = {
  queues: readonly Queue[];
  pools: readonly FunctionPool[];
  front: HttpFront;
  readRecords(): Promise<RecordsSeen>;
};

const workQueues = (queues: readonly Queue[]): Queue[] => {
  const deadLetters = new Set(queues.map(({ settings }) => settings.redrive?.to));
  return queues.filter((queue) => !deadLetters.has(queue));
};

/** Is there a message that is being worked on, or could be? */
export const isBusy = (queues: readonly Queue[]): boolean =>
  workQueues(queues).some((queue) => queue.counts().visible + queue.counts().inFlight > 0);

/** What `GET /local/state` answers. Idle only if nothing has moved while the table was being read. */
export const readStateNow = async ({ queues, pools, front, readRecords }: Watched): Promise<State> => {
  const invocations = (): number => pools.reduce((sum, pool) => sum + pool.total(), 0);
  const before = invocations();
  const { retryScheduled, due, checks } = await readRecords();
  const counted = workQueues(queues).map((queue) => {
    const dead = queue.settings.redrive?.to.counts();
    return [
      queue.settings.name,
      { ...queue.counts(), dead: dead === undefined ? 0 : dead.visible + dead.inFlight + dead.delayed },
    ] as const;
  });
  const isStill = !isBusy(queues) && pools.every((pool) => pool.running() === 0) && front.running() === 0;
  return {
    idle: isStill && due === 0 && invocations() === before,
    queues: Object.fromEntries(counted),
    parked: retryScheduled,
    checks,
  };
};
