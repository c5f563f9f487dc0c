type Event = {
  readonly at: number;
  readonly rank: number;
  readonly order: number;
  readonly run: () => void;
  readonly wakes: boolean;
};

/** Everything that happens in a simulation, one thing at a time, on time that passes only here. */
export type Scheduler = {
  /** The true time, in epoch milliseconds. Nobody's clock in the simulation need agree. */
  now(): number;
  /** Runs it that much later. `wakes`: somebody's code goes on because of it, and is let run until it waits again. */
  after(ms: number, run: () => void, wakes?: boolean): void;
  /** Lets everything happen until that time, or until `isOver`. */
  runUntil(time: number, isOver?: () => boolean): Promise<void>;
  /** How many events there were. */
  count(): number;
};

/** All that the woken code does before it waits for another event: microtasks alone, for nothing here waits for the machine. */
const quiescence = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A scheduler whose order of simultaneous events follows from the random numbers alone. */
export const createScheduler = (startsAt: number, random: () => number): Scheduler => {
  const heap: Event[] = [];
  let time = startsAt;
  let order = 0;
  let ran = 0;

  const isBefore = (one: Event, other: Event): boolean =>
    one.at !== other.at ? one.at < other.at : one.rank !== other.rank ? one.rank < other.rank : one.order < other.order;
  const push = (event: Event): void => {
    let at = heap.push(event) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(event, heap[above] as Event)) break;
      heap[at] = heap[above] as Event;
      at = above;
    }
    heap[at] = event;
  };
  const pop = (): Event => {
    const first = heap[0] as Event;
    const last = heap.pop() as Event;
    if (heap.length > 0) {
      let at = 0;
      for (;;) {
        let below = at * 2 + 1;
        if (below >= heap.length) break;
        if (below + 1 < heap.length && isBefore(heap[below + 1] as Event, heap[below] as Event)) below += 1;
        if (!isBefore(heap[below] as Event, last)) break;
        heap[at] = heap[below] as Event;
        at = below;
      }
      heap[at] = last;
    }
    return first;
  };

  return {
    now: () => time,
    after: (ms, run, wakes = true) => {
      order += 1;
      push({ at: time + Math.max(0, Math.round(ms)), rank: random(), order, run, wakes });
    },
    async runUntil(until, isOver = () => false) {
      for (let next = heap[0]; next !== undefined && next.at <= until; next = heap[0]) {
        if (isOver()) return;
        pop();
        time = Math.max(time, next.at);
        ran += 1;
        next.run();
        if (next.wakes) await quiescence();
      }
      if (!isOver()) time = Math.max(time, until);
    },
    count: () => ran,
  };
};
