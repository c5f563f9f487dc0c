import type { State } from '../read-state-now.ts';
import type { WorkView } from './console-view.ts';

export type WorkWatch = { now(): Promise<WorkView | null> };

// Reading the state reads the whole table.
const trustedForMs = 700;

/** Whether anything is being worked on, asked at most about once a second however many look; null when it cannot be told. */
export const createWorkWatch = (readState: () => Promise<State>): WorkWatch => {
  let seen: Promise<WorkView | null> = Promise.resolve(null);
  let seenAt = Number.NEGATIVE_INFINITY;
  const read = async (): Promise<WorkView | null> => {
    try {
      const { idle, parked, queues } = await readState();
      return { idle, parked, dead: Object.values(queues).reduce((sum, { dead }) => sum + dead, 0) };
    } catch {
      // Between stopping and stopped there is nothing to read.
      return null;
    }
  };
  return {
    now: () => {
      if (Date.now() - seenAt > trustedForMs) {
        seenAt = Date.now();
        seen = read();
      }
      return seen;
    },
  };
};
