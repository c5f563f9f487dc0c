type Sleeper = { readonly at: number; readonly wake: () => void };

/** Time that passes only when everybody waits for it: for many workers that sleep at once. */
export const createVirtualTime = (startsAt = Date.parse('2026-03-02T09:00:00Z')) => {
  let time = startsAt;
  let sleepers: Sleeper[] = [];
  const whenIdle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    now: (): number => time,
    sleep: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        sleepers.push({ at: time + ms, wake: resolve });
      }),
    pass: (ms: number): void => {
      time += ms;
    },
    /** Lets the work run to its end, jumping to the next sleeper's time whenever nothing else happens. */
    run: async <T>(work: Promise<T>): Promise<T> => {
      let isOver = false;
      const over = (): void => {
        isOver = true;
      };
      work.then(over, over);
      while (!isOver) {
        for (let turns = 0; turns < 3; turns++) await whenIdle();
        const next = Math.min(...sleepers.map(({ at }) => at));
        if (isOver || next === Number.POSITIVE_INFINITY) continue;
        time = Math.max(time, next);
        const due = sleepers.filter(({ at }) => at <= time);
        sleepers = sleepers.filter(({ at }) => at > time);
        for (const { wake } of due) wake();
      }
      return work;
    },
  };
};
