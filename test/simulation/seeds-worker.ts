// A process of its own that runs some of the seeds.

import { planOf } from './plan.ts';
import { gistOf } from './shrink.ts';
import { simulate } from './simulate.ts';
import { workThrough } from './work-through.ts';

await workThrough(async (seed) => {
  const run = await simulate(planOf(seed), false);
  return { gist: gistOf(run.violations), events: run.events };
});
