import type { HttpFront } from './http/http-front.ts';
import type { FunctionPool } from './runtime/function-pool.ts';
import type { Queue, QueueCounts } from './stand-ins/queue.ts';

export type Screenings = { parked: number; parkedDue: number; checks: object[] };

export type State = {
  /** Nothing visible or in flight, no function running, no parked work due. */
  idle: boolean;
  queues: Record<string, QueueCounts & { dead: number }>;
  parked: number;
  checks: object[];
};

type Watched = {
  queues: readonly Queue[];
  pools: readonly FunctionPool[];
  front: HttpFront;
  readScreenings(): Promise<Screenings>;
};

/** What `GET /local/state` answers. Idle only if nothing has moved while the table was being read. */
export async function readStateNow({ queues, pools, front, readScreenings }: Watched): Promise<State> {
  const invocations = (): number => pools.reduce((sum, pool) => sum + pool.total(), 0);
  const before = invocations();
  const { parked, parkedDue, checks } = await readScreenings();
  const deadLetters = new Set(queues.map(({ settings }) => settings.redrive?.to));
  const working = queues.filter((queue) => !deadLetters.has(queue));
  const counted = working.map((queue) => {
    const dead = queue.settings.redrive?.to.counts();
    return [
      queue.settings.name,
      { ...queue.counts(), dead: dead === undefined ? 0 : dead.visible + dead.inFlight + dead.delayed },
    ] as const;
  });
  const quiet =
    counted.every(([, { visible, inFlight }]) => visible === 0 && inFlight === 0) &&
    pools.every((pool) => pool.running() === 0) &&
    front.running() === 0;
  return {
    idle: quiet && parkedDue === 0 && invocations() === before,
    queues: Object.fromEntries(counted),
    parked,
    checks,
  };
}
