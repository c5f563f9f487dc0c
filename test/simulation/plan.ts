import type { NotFoundAnswer } from '#infra/local/sandbox/turn-model.ts';
import type { Settings } from '#shared/domain/account.ts';
import { seededRandom } from '../fakes/seeded-random.ts';
import { type Action, type ActionKind, actionKinds } from './actions.ts';
import { targetStages } from './machine/customers.ts';
import { type FaultKind, faultKinds } from './machine/faults.ts';

/** Everything that a run follows from. */
export type Plan = {
  readonly seed: number;
  readonly people: readonly number[];
  /** Are most candidates of a customer one person? */
  readonly isShared: boolean;
  /** So many candidates of each customer were in the stage before the start. */
  readonly stoodBefore: number;
  readonly actions: readonly Action[];
  readonly rates: ReadonlyMap<FaultKind, number>;
  /** Environments die, stand still, or are overtaken at calls alone whose names, their function's in front, hold this; everywhere, where it is empty. */
  readonly weakPoint: string;
  readonly leftOut: ReadonlySet<number>;
  readonly settings: Partial<Settings>;
  readonly readDelayMs: number;
  /** How Turn says that it has no such check. */
  readonly notFound: NotFoundAnswer;
  /** So long Turn takes for an order. */
  readonly orderTakesMs: number;
  /** Are there looks now and then and catching up, which find what went astray? Without them, nothing may go astray. */
  readonly hasNets: boolean;
  readonly maintenanceMs: number;
  readonly skewMs: number;
  readonly skewAmongMs: number;
  /** The true time at the start, epoch milliseconds. */
  readonly beginsAt: number;
};

/** Things that go wrong together: what a plan of chance alone would seldom bring about. */
type Theme = {
  readonly actions: readonly ActionKind[];
  readonly faults: readonly FaultKind[];
  readonly weakPoints?: readonly string[];
  readonly hasNets?: boolean;
  readonly people?: readonly number[];
  readonly hourlyCap?: 1;
  readonly isShared?: true;
  readonly orderTakesMs?: number;
  readonly gapsMs?: readonly number[];
  /** The actions come in this order, with few others between, and no other kind of fault strikes. */
  readonly isScenario?: true;
};

const quickGapsMs = [20, 100, 300, 1_000, 3_000, 30_000, 600_000];
const noTheme: Theme = { actions: [], faults: [] };
const themes: readonly Theme[] = [
  noTheme,
  noTheme,
  noTheme,
  noTheme,
  // Orders that Turn refuses, loses, or answers late.
  {
    actions: ['enter', 'enter', 'turn works'],
    faults: ['zombie', 'stall', 'slow', 'turn 4xx', 'turn answer lost', 'message twice'],
    weakPoints: ['POST turn', 'table.put ACCOUNT'],
    people: [1],
    gapsMs: quickGapsMs,
  },
  // Who comes in again while an order is out, and is read by somebody who then stands still.
  {
    actions: ['enter', 'enter'],
    faults: ['stall'],
    weakPoints: ['check-worker table.get ACCOUNT#acct_1 OPPORTUNITY'],
    hasNets: false,
    people: [1],
    orderTakesMs: 6_000,
    gapsMs: [500, 1_000, 3_000, 3_000],
    isScenario: true,
  },
  // Passes over Lever's tags and notes that overtake one another.
  {
    actions: ['turn works', 'turn works', 'turn tells once more', 'enter'],
    faults: ['zombie', 'stall', 'lever answer lost', 'lever 4xx', 'callback twice', 'message twice'],
    weakPoints: ['POST lever', 'DELETE lever', 'table.put ACCOUNT'],
    people: [1],
    gapsMs: quickGapsMs,
  },
  // Renewals of the access that come slowly, or in another form than usual.
  { actions: ['enter', 'turn works'], faults: ['login drifts', 'login slow', 'lever 401'] },
  // Vendors that are away for long, while the table refuses at times.
  {
    actions: ['lever goes down', 'turn goes down', 'enter', 'everybody enters', 'turn works'],
    faults: ['table throttled'],
  },
  // What no webhook tells of.
  {
    actions: ['webhooks fall silent', 'everybody enters', 'everybody enters', 'delete candidate', 'turn works'],
    faults: ['webhook lost', 'callback lost'],
    hasNets: true,
    people: [3],
  },
  // Who was archived, enters, and comes back, of which no webhook may tell.
  {
    actions: ['archive or back', 'enter', 'archive or back'],
    faults: ['webhook lost'],
    hasNets: true,
    people: [1],
    isScenario: true,
  },
  {
    actions: ['archive or back', 'enter', 'archive or back'],
    faults: [],
    hasNets: false,
    people: [1],
    isScenario: true,
  },
  // Who is archived with a problem.
  { actions: ['change e-mails', 'enter', 'archive or back'], faults: [], people: [1], isScenario: true },
  // Half of an old state, read after a candidate was archived and came back at once.
  {
    actions: ['enter', 'archive or back', 'archive or back'],
    faults: ['lever half read'],
    people: [1],
    gapsMs: [20, 1_000, 10_000],
    isScenario: true,
  },
  // What Lever shows too little of.
  { actions: ['lever shows too little', 'enter', 'archive or back'], faults: ['webhook lost'], hasNets: true },
  // What Turn refused, or is held, while the access is gone.
  {
    actions: ['everybody enters', 'revoke access', 'turn works', 'enter'],
    faults: ['turn 4xx'],
    people: [3],
    gapsMs: [1_000, 30_000, 600_000, 1_800_000, 7_200_000],
    isScenario: true,
  },
  // One person who comes in by several ways at once, and whose first opportunity goes.
  {
    actions: ['everybody enters', 'turn works', 'turn works', 'delete candidate', 'enter', 'turn works'],
    faults: ['message twice', 'callback twice'],
    people: [3],
    gapsMs: [100, 3_000, 30_000, 600_000, 7_200_000],
    isShared: true,
    isScenario: true,
  },
  {
    actions: ['everybody enters', 'everybody enters', 'turn works'],
    faults: ['crash', 'stall', 'zombie', 'turn answer lost', 'message twice'],
    weakPoints: ['table.put ACCOUNT', 'POST turn', 'check-worker'],
    people: [2],
    gapsMs: quickGapsMs,
    isShared: true,
  },
  // What Turn gives to be shown, and may not be.
  {
    actions: ['enter', 'turn answers oddly', 'turn works', 'turn answers oddly', 'turn works'],
    faults: [],
    people: [1],
    isScenario: true,
  },
  // The cap, at the end of an hour.
  { actions: ['everybody enters', 'enter'], faults: [], people: [3], hourlyCap: 1 },
];

const hourMs = 3_600_000;
const monday = Date.parse('2026-03-02T09:00:00Z');
/** By then the first sweep has read the stages. */
const firstActionMs = 61_000;
const weighted: ActionKind[] = Object.entries(actionKinds).flatMap(([kind, { weight }]) =>
  Array.from({ length: Math.round(weight * 10) }, () => kind as ActionKind),
);
const gapsMs = [20, 200, 1_000, 1_000, 10_000, 30_000, 120_000, 600_000, 7_200_000];

/** Faults after which much has to be done again. */
export const isDeadly = (kind: FaultKind): boolean =>
  ['crash', 'stall', 'zombie', 'slow', 'lever 401'].includes(kind) || /^(?:table|queue)/u.test(kind);

/** Every third account has its candidates moved after a check; chosen apart, so that the rest of a plan does not depend on it. */
const isMoving = (seed: number): boolean => seed % 3 === 0;

const movesOf = (seed: number): Partial<Settings> => {
  if (!isMoving(seed)) return {};
  const consider = seed % 2 === 0 ? null : { id: null, name: targetStages.consider };
  return { stageAfter: { clear: { id: null, name: targetStages.clear }, consider } };
};

/** In some of these plans hardly anything else happens, and who moves a candidate is often cut off there. */
const isCutOff = (seed: number): boolean => seed % 9 === 0;

/** Checks that come to an outcome, and recruiters who move the candidate just then. */
const movedActions = (seed: number, beginsMs: number): Action[] => {
  if (!isMoving(seed)) return [];
  const random = seededRandom(Math.imul(seed, 0x45d9_f3b) ^ 0x119d_e1f3);
  const others = (
    ['move', 'turn works', 'archive or back', 'turn works', 'enter', 'turn works', 'move'] as const
  ).filter((kind) => random() < (kind === 'turn works' ? 0.7 : kind === 'archive or back' ? 0.1 : 0.4));
  const kinds = ['enter', ...others] as const;
  let atMs = beginsMs;
  return kinds.map((kind) => {
    atMs += Math.round(([300, 3_000, 30_000, 600_000][Math.floor(random() * 4)] ?? 0) * (0.2 + random()));
    // Turn comes to `pending` or to `approved` with the latest check.
    const dice =
      kind === 'turn works' ? ([random() < 0.3 ? 0.38 : 0.55, 0.95] as const) : ([random(), random()] as const);
    return { atMs, kind, customer: 0, person: 0, dice };
  });
};

/** In some plans somebody stood in the stage before the start, and in others Super Admins press buttons; chosen apart too. */
const isAsking = (seed: number): boolean => seed % 5 === 1;
const isPressing = (seed: number): boolean => seed % 5 === 2;
/** In half of them hardly anything else happens, and the settings API is often cut off. */
const isPageCutOff = (seed: number): boolean => (isAsking(seed) || isPressing(seed)) && seed % 10 < 5;

/** And in some of these just where Turn is asked. */
const isPressCutOff = (seed: number): boolean => isPressing(seed) && seed % 4 === 0;

/** In every fourth plan somebody pauses new checks, just before or after something else is done, and resumes them. */
const withPauses = (seed: number, actions: readonly Action[]): Action[] => {
  if (seed % 4 !== 1 || isAsking(seed) || isPressing(seed)) return [...actions];
  const random = seededRandom(Math.imul(seed, 0x3d4d_51cb) ^ 0x2545_f491);
  const pauses = Array.from({ length: 1 + Math.floor(random() * 2) }, (): Action => {
    const beside = actions[Math.floor(random() * actions.length)]?.atMs ?? firstActionMs;
    const atMs = Math.max(firstActionMs, beside + Math.round((random() - 0.7) * (random() < 0.5 ? 300 : 120_000)));
    return { atMs, kind: 'pause', customer: Math.floor(random() * 2), person: 0, dice: [random(), random()] };
  });
  return [...actions, ...pauses].toSorted((one, other) => one.atMs - other.atMs);
};

/** In every fourth plan Turn tells of several states within seconds at the end, and callback keys are changed; chosen apart too. */
const isTelling = (seed: number): boolean => seed % 4 === 2;

const tellingActions = (seed: number, beginsMs: number): Action[] => {
  if (!isTelling(seed)) return [];
  const random = seededRandom(Math.imul(seed, 0x1b87_3593) ^ 0x7feb_352d);
  let atMs = beginsMs;
  const act = (kind: ActionKind, inMs: number, dice: Action['dice']): Action => {
    atMs += Math.round(inMs * (0.2 + random()));
    return { atMs, kind, customer: 0, person: 0, dice };
  };
  const entered = act('enter', 1_000, [0, 0]);
  const rotated = random() < 0.5 ? [act('rotate callback key', 30_000, [random(), 0])] : [];
  const gaps = Array.from({ length: 2 + Math.floor(random() * 3) }, (_, n) =>
    n === 0 ? 300_000 : ([300, 1_000, 3_000, 5_000][Math.floor(random() * 4)] ?? 0),
  );
  return [entered, ...rotated, ...gaps.map((gapMs) => act('turn works', gapMs, [random(), 0.95]))];
};

/** In every eighth plan the table is restored to an earlier state; chosen apart too. */
const isRestored = (seed: number): boolean => seed % 8 === 7 && !isAsking(seed) && !isPressing(seed);

/** Nothing that only the lost table knew: what Super Admins chose, and what they were told. */
const restoredKinds: readonly ActionKind[] = [
  ...(['enter', 'enter', 'enter', 'everybody enters', 'turn works', 'turn works', 'turn works', 'move'] as const),
  ...(['change e-mails', 'change package tag', 'archive or back', 'delete candidate', 'turn tells once more'] as const),
];

/** What happens before the backup, what of it is lost, and what comes after. */
const restoredActions = (seed: number): Action[] => {
  const random = seededRandom(Math.imul(seed, 0x1b87_3593) ^ 0x7feb_352d);
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const some = (most: number): ActionKind[] =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, () => pick(restoredKinds));
  const lost: ActionKind[] = [pick(['enter', 'everybody enters', 'turn works']), ...some(4)];
  const kinds: ActionKind[] = [...some(4), 'back up the table', ...lost, 'restore the table', ...some(4)];
  let atMs = firstActionMs;
  return kinds.map((kind) => {
    const dice = [random(), random()] as const;
    const action = { atMs, kind, customer: Math.floor(random() * 2), person: Math.floor(random() * 3), dice };
    atMs += Math.round(pick([300, 3_000, 30_000, 600_000, 7_200_000]) * (0.2 + random()));
    return action;
  });
};

const onPage = {
  asking: [
    ...(['archive or back', 'archive or back', 'ask for checks', 'look at the account', 'move', 'enter'] as const),
    ...(['ask for checks', 'revoke access', 'ask for a decision', 'turn works', 'ask for checks'] as const),
  ],
  pressing: [
    ...(['enter', 'press a button', 'press a button', 'turn works', 'press a button'] as const),
    ...(['look at the account', 'ask for a decision', 'turn works', 'press a button'] as const),
  ],
};

/** Amid the rest, or after it. */
const pageBegins = (seed: number): number => (seed % 4 < 2 ? 0.3 : 1);

/** What Super Admins do on the settings page, and what happens meanwhile. */
const pageActions = (seed: number, beginsMs: number): Action[] => {
  if (!isAsking(seed) && !isPressing(seed)) return [];
  const random = seededRandom(Math.imul(seed, 0x27d4_eb2f) ^ 0x1656_67b1);
  const rareOnes: readonly ActionKind[] = ['revoke access', 'move', 'look at the account'];
  const kinds = (isAsking(seed) ? onPage.asking : onPage.pressing).filter(
    (kind, n) => (n === 0 && isPressing(seed)) || random() < (rareOnes.includes(kind) ? 0.25 : 0.6),
  );
  let atMs = beginsMs;
  return kinds.map((kind) => {
    atMs += Math.round(([300, 3_000, 30_000, 200_000, 600_000][Math.floor(random() * 5)] ?? 0) * (0.2 + random()));
    // Buttons are pressed for one whose check has come to its end, or not.
    const dice = kind === 'turn works' ? ([0.55, 0.95] as const) : ([random(), random()] as const);
    return { atMs, kind, customer: 0, person: isAsking(seed) ? Math.floor(random() * 2) : 0, dice };
  });
};

/** In every fortieth plan a stage is chosen while moves into it are under way, and nothing else happens: all else would excuse what became of them. */
const isChoosing = (seed: number): boolean => seed % 40 === 13;

const choosingPlan = (seed: number): Plan => {
  const random = seededRandom(Math.imul(seed, 0x85eb_ca6b) ^ 0x27d4_eb2f);
  const dice = [random(), random()] as const;
  // The next sweep comes at any time within a minute.
  const atMs = firstActionMs + Math.floor(random() * 60_000);
  return {
    seed,
    people: [2],
    isShared: false,
    stoodBefore: 0,
    actions: [{ atMs, kind: 'choose a stage', customer: 0, person: 0, dice }],
    rates: new Map(),
    weakPoint: '',
    leftOut: new Set(),
    settings: {},
    readDelayMs: 0,
    notFound: '422',
    orderTakesMs: 0,
    hasNets: true,
    maintenanceMs: 2 * hourMs,
    skewMs: 0,
    skewAmongMs: 0,
    beginsAt: monday,
  };
};

/** The hour's orders are forgotten with the table. */
const capOf = (isBack: boolean, cap: number | null): number | null => (isBack ? null : cap);
const hasNetsOf = (isBack: boolean, hasNets: boolean): boolean => isBack || hasNets;

/** A plan that follows from its seed: few people, a handful of actions, some kinds of faults and not others. */
export const planOf = (seed: number): Plan => {
  if (isChoosing(seed)) return choosingPlan(seed);
  const random = seededRandom(Math.imul(seed, 0x2c1b_3c6d) ^ 0x5bd1_e995);
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const theme = pick(themes);
  const weakPoint = pick(theme.weakPoints ?? ['']);
  const rates = new Map<FaultKind, number>();
  const density = pick(theme.isScenario ? [0] : [0, 0.1, 0.2, 0.35]);
  for (const kind of faultKinds) {
    const isOfTheme = theme.faults.includes(kind);
    if (random() >= (isOfTheme ? 0.8 : density)) continue;
    // Where few calls are in danger, each is in the more.
    const scale = isDeadly(kind) && weakPoint === '' ? 0.3 : 1;
    rates.set(kind, pick(isOfTheme ? [0.1, 0.3, 0.5] : [0.01, 0.03, 0.1, 0.3]) * scale);
  }
  const isMoveInDanger = isCutOff(seed) && weakPoint === '' && !theme.isScenario;
  if (isMoveInDanger) rates.set('crash', 0.5);
  const isPageInDanger = isPageCutOff(seed) && weakPoint === '' && !theme.isScenario && !isMoveInDanger;
  if (isPageInDanger && isAsking(seed)) rates.set('table throttled', 0.1);
  if (isPageInDanger)
    for (const kind of ['crash', 'stall', 'zombie'] as const) rates.set(kind, isPressCutOff(seed) ? 0.3 : 0.05);
  const people = theme.people ?? pick([[1], [1], [2], [1, 1], [2, 1], [3]]);
  const isShared = theme.isShared ?? (theme.people === undefined && random() < 0.5);
  const actions: Action[] = [];
  let atMs = firstActionMs;
  let told = 0;
  const steps = theme.isScenario ? theme.actions.length + Math.floor(random() * 3) : 4 + Math.floor(random() * 9);
  for (let n = 0; n < steps; n++) {
    const isOfTheme = theme.actions.length > 0 && random() < (theme.isScenario ? 0.8 : 0.5);
    const next = theme.actions[told % theme.actions.length];
    const ofTheme = theme.isScenario && next !== undefined ? [next] : theme.actions;
    const kind = n === 0 && !isOfTheme ? 'enter' : pick(isOfTheme ? ofTheme : weighted);
    if (isOfTheme) told += 1;
    const [customer, person] = [Math.floor(random() * 2), Math.floor(random() * 3)];
    actions.push({ atMs, kind, customer, person, dice: [random(), random()] });
    atMs += Math.round(pick(theme.gapsMs ?? gapsMs) * (0.2 + random()));
  }
  const isBack = isRestored(seed) && theme.hourlyCap === undefined;
  // In half of them one person comes in by several ways, and Turn is often out of order.
  const isOnePerson = isBack && seed % 16 === 7;
  if (isOnePerson) rates.set('turn broken', 0.3);
  return {
    seed,
    people: isOnePerson ? [3] : people,
    isShared: isOnePerson || isShared,
    stoodBefore: isAsking(seed) ? 1 + (Math.floor(seed / 5) % 2) : 0,
    actions: withPauses(
      seed,
      isBack
        ? restoredActions(seed)
        : isPageInDanger
          ? pageActions(seed, firstActionMs)
          : isMoveInDanger
            ? movedActions(seed, firstActionMs)
            : [
                ...actions,
                ...movedActions(seed, atMs),
                ...tellingActions(seed, atMs),
                ...pageActions(seed, Math.max(firstActionMs, Math.floor(atMs * pageBegins(seed)))),
              ].toSorted((one, other) => one.atMs - other.atMs),
    ),
    rates,
    weakPoint: isPageInDanger
      ? isPressCutOff(seed)
        ? 'settings-api POST turn'
        : 'settings-api'
      : isMoveInDanger
        ? 'PUT lever'
        : weakPoint,
    leftOut: new Set<number>(),
    settings: {
      rerun: { kind: pick(['never', 'always']) },
      graceSeconds: pick([0, 0, 0, 0, 45, 300]),
      hourlyCap: capOf(isBack, theme.hourlyCap ?? pick([null, null, null, null, null, 1])),
      ...movesOf(seed),
    },
    readDelayMs: pick([0, 0, 3_000, 100_000]),
    notFound: pick(['422', '422', '404', 'empty 404', 'empty 200']),
    orderTakesMs: theme.orderTakesMs ?? pick([0, 0, 900, 6_000]),
    // What the lost table knew, nobody tells once more.
    hasNets: hasNetsOf(isBack, theme.hasNets ?? random() < 0.3),
    maintenanceMs: pick([2, 6, 12]) * hourMs,
    skewMs: pick([0, 0, 600_000, -600_000]),
    skewAmongMs: theme.hourlyCap === undefined ? pick([0, 0, 2_000]) : 2_000,
    beginsAt: theme.hourlyCap === undefined ? monday : monday + hourMs - firstActionMs - Math.floor(random() * 4_000),
  };
};
