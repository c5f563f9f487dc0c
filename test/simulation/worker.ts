// A process of its own that runs every n-th seed and tells its parent how it went.
import { gistOf } from './shrink.ts';
import { planOf, simulate } from './simulate.ts';

const [from = 1, until = 1, step = 1, isStoppedByFirst = 0] = process.argv.slice(2).map(Number);
let done = 0;
let events = 0;
for (let seed = from; seed < until; seed += step) {
  const run = await simulate(planOf(seed), false);
  done += 1;
  events += run.events;
  if (run.violations.length > 0) process.send?.({ failed: { seed, gist: gistOf(run) }, done, events });
  if (run.violations.length > 0 && isStoppedByFirst === 1) break;
  if (done % 50 === 0) process.send?.({ done, events });
}
process.send?.({ done, events });
process.disconnect?.();
