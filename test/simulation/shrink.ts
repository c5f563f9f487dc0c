import { type Plan, planOf } from './plan.ts';
import { simulate } from './simulate.ts';

/** What a violation is about, without the names in it: a smaller plan must fail for the same reason. */
export const gistOf = (violations: readonly string[]): string | undefined =>
  violations[0]?.replaceAll(/[\da-f-]{20,}|C\d{10}|\d{4,}|\(.*\)/gu, '…');

/** Leaves out of a failing plan what its failure does not need: kinds of faults, actions, then single faults. Runs it at most so many times. */
export const shrink = async (failing: Plan, mostRuns = 400): Promise<Plan> => {
  const wanted = gistOf((await simulate(failing, false)).violations);
  let plan = failing;
  let runs = 0;
  const accept = async (smaller: Plan): Promise<boolean> => {
    if (runs >= mostRuns) return false;
    runs += 1;
    if (gistOf((await simulate(smaller, false)).violations) !== wanted) return false;
    plan = smaller;
    return true;
  };
  for (const kind of plan.rates.keys()) {
    await accept({ ...plan, rates: new Map([...plan.rates].filter(([each]) => each !== kind)) });
  }
  for (let n = plan.actions.length - 1; n >= 0; n--) {
    await accept({ ...plan, actions: plan.actions.filter((_, index) => index !== n) });
  }
  if (plan.people.length > 1) await accept({ ...plan, people: plan.people.slice(0, 1) });
  for (const simpler of [{ skewMs: 0 }, { skewAmongMs: 0 }, { readDelayMs: 0 }, { orderTakesMs: 0 }])
    await accept({ ...plan, ...simpler });
  const { faults } = await simulate(plan, false);
  for (let number = faults; number > 0; number--) {
    await accept({ ...plan, leftOut: new Set([...plan.leftOut, number]) });
  }
  return plan;
};

/** The plan in words, for the one who has to understand it. */
export const describePlan = (plan: Plan): string =>
  [
    `candidates by customer: ${plan.people.join(', ')}; ${JSON.stringify(plan.settings)}; nets: ${plan.hasNets}; Turn's reads are ${plan.readDelayMs} ms late, and orders take ${plan.orderTakesMs} ms; clocks ${plan.skewMs}/${plan.skewAmongMs} ms`,
    `faults: ${[...plan.rates].map(([kind, rate]) => `${kind} ${rate}`).join(', ') || 'none'}; left out: ${[...plan.leftOut].length}${plan.weakPoint === '' ? '' : `; where: ${plan.weakPoint}`}`,
    ...plan.actions.map(
      ({ atMs, kind, customer, person }) =>
        `${(atMs / 1000).toFixed(1)} s: ${kind} (customer ${customer}, candidate ${person})`,
    ),
  ].join('\n');

/** What there is to know about a failing seed: what broke, the shortest plan found that breaks it, and all that happened in it. */
export const explain = async (seed: number): Promise<string> => {
  const plan = await shrink(planOf(seed));
  const { violations, trace } = await simulate(plan, true);
  return [
    `seed ${seed}: ${violations.join('; ')}`,
    '',
    describePlan(plan),
    '',
    ...trace,
    '',
    `Again: npm run simulate -- --seed ${seed}`,
  ].join('\n');
};
