import { actionKinds, perform } from './actions.ts';
import {
  judge,
  judgeErasures,
  judgePromptness,
  judgeResumption,
  judgeUnreadable,
  polledBy,
  promptMs,
  unreadableOf,
} from './judge.ts';
import { createService, type Service } from './machine/service.ts';
import { isDeadly, type Plan } from './plan.ts';

export type Run = {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly faults: number;
  readonly events: number;
};

const hourMs = 3_600_000;
const yearMs = 365 * 24 * hourMs;

/** A day, after which everything that is looked at now and then has been, and some hours for what comes of it. Only checks that have ended may have to wait longer. */
const pollIntervalMs = 27 * hourMs;

/** The longest wait for a next try, and then the hour for which it is tried. */
const longestWaitMs = 10 * hourMs;

/** So long a message may be with a function, or wait there for its turn. */
const underWayMs = 60_000;

/** The service that a plan speaks of, with nothing done in it yet. */
export const serviceOf = (plan: Plan, isTraced: boolean): Promise<Service> =>
  createService({
    seed: plan.seed,
    people: plan.people,
    isVaried: true,
    isShared: plan.isShared,
    stoodBefore: plan.stoodBefore,
    rates: plan.rates,
    leftOut: plan.leftOut,
    isTraced,
    readDelayMs: plan.readDelayMs,
    notFound: plan.notFound,
    orderTakesMs: plan.orderTakesMs,
    weakPoint: plan.weakPoint,
    skewMs: plan.skewMs,
    skewAmongMs: plan.skewAmongMs,
    settings: plan.settings,
    hasNets: plan.hasNets,
    beginsAt: plan.beginsAt,
    ...(plan.hasNets ? { maintenanceMs: plan.maintenanceMs } : { maintenanceMs: yearMs, pollIntervalMs: yearMs }),
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
  if (!service.mayResumeLate) service.scheduler.after(hourMs, () => void judgeResumption(service));
  if (service.hasNets) service.scheduler.after(service.maintenanceMs + hourMs, () => void judgeErasures(service));
  if (service.customers.some((customer) => unreadableOf(customer).length > 0)) {
    // Whose webhook was lost is found by the next maintenance.
    const foundWithinMs = service.hasNets ? service.maintenanceMs : 0;
    await service.run(Math.max(0, service.lastArrivalAt() - service.now()) + foundWithinMs + longestWaitMs);
    if (service.violations.length === 0) await judgeUnreadable(service);
    for (const customer of service.customers)
      for (const [id] of unreadableOf(customer)) customer.recruiter.spoil(id, null);
  }
  await service.run(Math.max(0, service.lastArrivalAt() - service.now()) + pollIntervalMs);
  if (service.hasNets) await service.run(Math.max(0, (await polledBy(service)) + hourMs - service.now()));
  // A look that began in the last seconds is not judged while it is under way.
  if (service.queues.some(({ queue }) => queue.counts().inFlight > 0)) await service.run(underWayMs);
  if (service.violations.length === 0) await judge(service);
};

/** Does what the plan says, lets all faults end, waits until it is quiet, and looks what became of the promises. */
export const simulate = async (plan: Plan, isTraced: boolean): Promise<Run> => {
  const service = await serviceOf(plan, isTraced);
  for (const action of plan.actions) service.scheduler.after(action.atMs, () => perform(action, service));
  await service.run((plan.actions.at(-1)?.atMs ?? 0) + promptMs);
  await service.run(Math.max(0, service.outagesEndAt() - service.now()));
  // The access that came back with the table may last for another hour, and is then found to be spent.
  const { restoredAt } = service.truth;
  if (restoredAt !== null) await service.run(Math.max(0, restoredAt + 2 * hourMs - service.now()));
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
