import type { Told } from './processes.ts';

/** What a process of its own does: every n-th of the runs that it was started for, telling its parent how they went. `gist`: how a promise was broken. */
export const workThrough = async (
  run: (number: number) => Promise<{ gist: string | undefined; events: number }>,
): Promise<void> => {
  const [from = 0, until = 0, step = 1] = process.argv.slice(2).map(Number);
  const tell = (told: Told): void => void process.send?.(told);
  let done = 0;
  let events = 0;
  for (let number = from; number < until; number += step) {
    const { gist, events: more } = await run(number).catch((error: unknown) => ({
      gist: `it broke: ${error}`,
      events: 0,
    }));
    done += 1;
    events += more;
    if (gist !== undefined) tell({ failed: { number, gist }, done, events });
    else if (done % 50 === 0) tell({ done, events });
  }
  tell({ done, events });
  process.disconnect?.();
};
