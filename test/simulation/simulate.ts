import type { Settings } from '#shared/domain/account.ts';
import { seededRandom } from '../fakes/seeded-random.ts';
import { type Action, type ActionKind, actionKinds, perform } from './actions.ts';
import { judge, judgePromptness, judgeResumption } from './judge.ts';
import { type FaultKind, faultKinds } from './machine/faults.ts';
import { createService, type Service } from './machine/service.ts';

/** Everything that a run follows from. */
export type Plan = {
  readonly seed: number;
  readonly people: readonly number[];
  readonly actions: readonly Action[];
  readonly rates: ReadonlyMap<FaultKind, number>;
  readonly leftOut: ReadonlySet<number>;
  readonly settings: Partial<Settings>;
  readonly readDelayMs: number;
  /** Are there looks now and then and catching up, which find what went astray? Without them, nothing may go astray. */
  readonly hasNets: boolean;
  readonly upkeepMs: number;
  readonly skewMs: number;
  readonly skewAmongMs: number;
};

export type Run = {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly faults: number;
  readonly events: number;
};

const hourMs = 3_600_000;
const yearMs = 365 * 24 * hourMs;
const weighted: ActionKind[] = Object.entries(actionKinds).flatMap(([kind, { weight }]) =>
  Array.from({ length: Math.round(weight * 10) }, () => kind as ActionKind),
);
const gapsMs = [20, 200, 1_000, 1_000, 10_000, 30_000, 120_000, 600_000, 7_200_000];

/** A plan that follows from its seed: few people, a handful of actions, some kinds of faults and not others. */
export const planOf = (seed: number): Plan => {
  const random = seededRandom(Math.imul(seed, 0x2c1b_3c6d) ^ 0x5bd1_e995);
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const rates = new Map<FaultKind, number>();
  const density = pick([0, 0.1, 0.2, 0.35]);
  for (const kind of faultKinds) {
    if (random() < density) rates.set(kind, pick([0.01, 0.03, 0.1, 0.3]) * (isDeadly(kind) ? 0.3 : 1));
  }
  const people = pick([[1], [1], [2], [1, 1], [2, 1], [3]]);
  const actions: Action[] = [];
  // By then the first sweep has read the stages.
  let atMs = 61_000;
  const steps = 4 + Math.floor(random() * 9);
  for (let n = 0; n < steps; n++) {
    const kind = n === 0 ? 'enter' : pick(weighted);
    const [customer, person] = [Math.floor(random() * 2), Math.floor(random() * 3)];
    actions.push({ atMs, kind, customer, person, dice: [random(), random()] });
    atMs += Math.round(pick(gapsMs) * (0.2 + random()));
  }
  return {
    ...{ seed, people, actions, rates, leftOut: new Set<number>() },
    settings: {
      rerun: { kind: pick(['never', 'always']) },
      graceSeconds: pick([0, 0, 0, 0, 45, 300]),
      hourlyCap: pick([null, null, null, null, null, 1]),
    },
    readDelayMs: pick([0, 0, 3_000, 100_000]),
    hasNets: random() < 0.3,
    upkeepMs: pick([6, 12, 12]) * hourMs,
    skewMs: pick([0, 0, 600_000, -600_000]),
    skewAmongMs: pick([0, 0, 2_000]),
  };
};

/** Faults after which much has to be done again. */
const isDeadly = (kind: FaultKind): boolean =>
  ['crash', 'stall', 'zombie', 'slow', 'lever 401'].includes(kind) || /^(?:table|queue)/u.test(kind);

/** A day, after which everything that is looked at now and then has been, and some hours for what comes of it. */
const quietMs = 27 * hourMs;
/** So soon everything is done where nothing goes wrong, without any help of the sweep. */
const promptMs = 40_000;

/** The service that a plan speaks of, with nothing done in it yet. */
export const serviceOf = (plan: Plan, isTraced: boolean): Promise<Service> =>
  createService({
    ...{ seed: plan.seed, people: plan.people, isVaried: true, rates: plan.rates, leftOut: plan.leftOut, isTraced },
    ...{ readDelayMs: plan.readDelayMs, skewMs: plan.skewMs, skewAmongMs: plan.skewAmongMs },
    ...{ settings: plan.settings, hasNets: plan.hasNets },
    ...(plan.hasNets ? { upkeepMs: plan.upkeepMs } : { upkeepMs: yearMs, quietMs: yearMs }),
  });

/** Lets it be quiet for a day and looks what became of the promises. */
export const settleAndJudge = async (service: Service, mayHaveDeadLetters: boolean): Promise<void> => {
  service.beQuiet();
  service.redrive(1);
  // Where the answer to a renewal was lost, the access is lost with it: only the customer can grant it again.
  for (const customer of service.customers) await customer.connect();
  service.planNextSweep();
  // What had to wait too long for the table is in the dead letters: the operator, called by the alarm, moves it back.
  service.scheduler.after(2 * hourMs, () => {
    if (service.redrive(1) > 0 && !mayHaveDeadLetters) service.violate('8: there were dead letters');
  });
  if (!service.truth.mayLag) service.scheduler.after(hourMs, () => void judgeResumption(service));
  await service.run(Math.max(0, service.lastArrivalAt() - service.now()) + quietMs);
  if (service.violations.length === 0) await judge(service);
};

/** Does what the plan says, lets all faults end, waits until it is quiet, and looks what became of the promises. */
export const simulate = async (plan: Plan, isTraced: boolean): Promise<Run> => {
  const service = await serviceOf(plan, isTraced);
  for (const action of plan.actions) service.scheduler.after(action.atMs, () => perform(action, service));
  await service.run((plan.actions.at(-1)?.atMs ?? 0) + promptMs);
  // A token that dies as soon as it was issued is for the next attempt to renew.
  const expiries = plan.actions.filter(({ kind }) => kind === 'access expires').length;
  const isDisturbed = expiries > 1 || plan.actions.some(({ kind }) => actionKinds[kind].disturbs);
  if (plan.rates.size === 0 && plan.readDelayMs === 0 && !isDisturbed && service.violations.length === 0) {
    await judgePromptness(service);
  }
  if (service.violations.length === 0) await settleAndJudge(service, [...plan.rates.keys()].some(isDeadly));
  const { violations, trace, faults, scheduler } = service;
  return { seed: plan.seed, violations, trace, faults: faults.count(), events: scheduler.count() };
};
