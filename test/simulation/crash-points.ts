import { isDeepStrictEqual } from 'node:util';
import type { Environment, Fate } from './machine/environment.ts';
import type { FaultKind } from './machine/faults.ts';
import { createService, type Service } from './machine/service.ts';
import { type Ending, endingOf, type Scenario, type Scene, stories } from './scenarios.ts';
import { settleAndJudge } from './simulate.ts';

/** In which way a function is cut off at a call. Afterwards its message comes again, later by itself or at once as a double. */
export const ways = [
  { name: 'dies before it', fate: { kind: 'crash', when: 'before' }, isDoubled: false },
  { name: 'dies before it, doubled', fate: { kind: 'crash', when: 'before' }, isDoubled: true },
  { name: 'dies after it', fate: { kind: 'crash', when: 'after' }, isDoubled: false },
  { name: 'dies after it, doubled', fate: { kind: 'crash', when: 'after' }, isDoubled: true },
  // The queue gives the message to somebody else after 360 seconds.
  { name: 'wakes too late', fate: { kind: 'stall', when: 'before', ms: 363_000, isZombie: true }, isDoubled: false },
  {
    name: 'wakes too late, doubled',
    fate: { kind: 'stall', when: 'before', ms: 70_000, isZombie: true },
    isDoubled: true,
  },
] as const satisfies readonly { name: string; fate: Fate; isDoubled: boolean }[];

type Way = (typeof ways)[number];
/** The call of the story at which a function is cut off, counted from 1. */
export type Interruption = { readonly point: number; readonly way: Way };
export type CrashRun = {
  readonly points: number;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly events: number;
};

const like: Record<Fate['kind'], readonly FaultKind[]> = { crash: ['crash'], stall: ['zombie'] };
const minuteMs = 60_000;
/** Seldomer than deployed: what is looked at now and then is not what these stories are about. */
const maintenanceMs = 12 * 60 * minuteMs;
/** So soon after the alarm the Super Admin has granted access anew: an interrupted renewal may have cost it. */
const authorizedAnewMs = 5 * minuteMs;

/** Plays the story, cut off as said, and looks whether it comes to the same ending and every promise was kept. */
export const playScenario = async (
  story: Scenario,
  interruption: Interruption | null,
  isTraced: boolean,
): Promise<CrashRun> => {
  let points = 0;
  let service: Service | null = null;
  // What is done before anything has happened is the same in all stories: one of them is cut off there.
  let hasBegun = story === stories[0];
  const at = (environment: Environment, point: string): Fate | null => {
    if (!hasBegun) return null;
    points += 1;
    if (points !== interruption?.point) return null;
    const { way } = interruption;
    service?.say(() => `! ${environment.name} ${way.name}: ${point}`);
    // As early as it can be: while the first one still stands there.
    if (way.isDoubled) service?.platform.repeat(environment);
    return way.fate;
  };
  service = await createService({
    seed: 1,
    people: [story.people ?? 1],
    isShared: story.isShared ?? false,
    stoodBefore: story.stoodBefore ?? 0,
    rates: new Map(),
    isTraced,
    settings: story.settings ?? {},
    maintenanceMs,
    fates: { at, like: interruption === null ? [] : like[interruption.way.fate.kind] },
  });
  const [customer] = service.customers;
  if (customer === undefined) throw new Error('There is no customer.');
  const scene: Scene = { service, customer, id: customer.opportunities.at(-1) ?? '' };
  service.onLog(({ code }) => {
    if (code !== 'account_disconnected' || scene.service.truth.revoked.has(customer.accountId)) return;
    scene.service.scheduler.after(authorizedAnewMs, () => void customer.connect());
  });
  for (const [minute, does] of story.steps) {
    service.scheduler.after(minute * minuteMs, () => {
      hasBegun = true;
      void does(scene);
    });
  }
  await service.run(((story.steps.at(-1)?.[0] ?? 0) + 10) * minuteMs);
  if (service.violations.length === 0) await settleAndJudge(service, false);
  if (service.violations.length === 0) judgeEnding(story.ending, scene);
  const { violations, trace, scheduler } = service;
  return { points, violations, trace, events: scheduler.count() };
};

const judgeEnding = (expected: Ending, scene: Scene): void => {
  const ending = endingOf(scene);
  const sorted = { ...expected, tags: expected.tags.toSorted(), notes: expected.notes.toSorted() };
  if (!isDeepStrictEqual(ending, sorted)) scene.service.violate(`2: it came to another end: ${JSON.stringify(ending)}`);
};

export type CrashCase = { readonly story: Scenario; readonly interruption: Interruption };

/** Every call of every story, each cut off in every way. */
export const crashCases = async (): Promise<{ points: number; cases: CrashCase[] }> => {
  const cases: CrashCase[] = [];
  for (const story of stories) {
    const { points, violations } = await playScenario(story, null, false);
    if (violations.length > 0) throw new Error(`${story.name}: ${violations.join('; ')}`);
    for (let point = 1; point <= points; point++)
      for (const way of ways) cases.push({ story, interruption: { point, way } });
  }
  return { points: cases.length / ways.length, cases };
};
