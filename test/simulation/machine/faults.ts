/** Everything that can go wrong, by name. */
export const faultKinds = [
  'crash',
  'stall',
  'zombie',
  'slow',
  'cold start',
  'table throttled',
  'table answer lost',
  'table answer lost and retried',
  'index behind',
  'queue refuses',
  'queue answer lost',
  'message twice',
  'message late',
  'lever busy',
  'lever broken',
  'lever silent',
  'lever cut',
  'lever answer lost',
  'lever garbled',
  'lever half read',
  'lever 401',
  'lever 4xx',
  'login broken',
  'login answer lost',
  'login drifts',
  'login slow',
  'lever firewall',
  'turn busy',
  'turn broken',
  'turn silent',
  'turn cut',
  'turn answer lost',
  'turn garbled',
  'turn 4xx',
  'webhook twice',
  'webhook late',
  'webhook refused on the way',
  'webhook lost',
  'callback twice',
  'callback late',
  'callback lost',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export type Faults = {
  /** Does it go wrong this time? `detail` goes into the trace. */
  strikes(kind: FaultKind, detail: string): boolean;
  /** From now on nothing goes wrong any more. */
  cease(): void;
  /** Faults that struck so far, left out ones included. */
  count(): number;
  has(kind: FaultKind): boolean;
};

/**
 * Faults of these kinds at these rates, as the random numbers say. `leftOut`: the numbers of single faults that do not
 * happen after all, for finding out which ones a failure needs.
 */
export const createFaults = (options: {
  rates: ReadonlyMap<FaultKind, number>;
  leftOut: ReadonlySet<number>;
  random: () => number;
  say: (what: () => string) => void;
}): Faults => {
  const { rates, leftOut, random, say } = options;
  let hasCeased = false;
  let count = 0;
  return {
    strikes(kind, detail) {
      if (hasCeased) return false;
      const rate = rates.get(kind);
      if (rate === undefined || random() >= rate) return false;
      count += 1;
      if (leftOut.has(count)) return false;
      const number = count;
      say(() => `! fault ${number}: ${kind} (${detail})`);
      return true;
    },
    cease: () => {
      hasCeased = true;
    },
    count: () => count,
    has: (kind) => rates.has(kind),
  };
};
