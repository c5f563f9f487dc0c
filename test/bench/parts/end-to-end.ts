import type { Order } from '../../end-to-end/from-outside/little-turn.ts';
import { pause } from '../../end-to-end/from-outside/started-system.ts';
import { type Customer, startWorld, TRIGGER, type World } from '../../end-to-end/from-outside/world.ts';
import { deadLettersOf } from '../measure.ts';
import { isShown, moveAll, newCandidate } from '../move-all.ts';
import { percentileOf, rounded, say, type Table } from '../say.ts';

/** How many candidates of another account are moved at once, just before. */
const crowds = [0, 10, 100, 1_000] as const;
const samples = 20;
const everyMs = 400;
const patienceMs = 120_000;
const callsOfStart = 3;
const lever = { perSecond: 10, burst: 20 } as const;

export type Lags = {
  readonly crowd: number;
  readonly startSeconds: readonly number[];
  readonly statusSeconds: readonly number[];
};

const secondsUntil = async (what: string, isSo: () => boolean): Promise<number> => {
  const startedAt = performance.now();
  while (!isSo()) {
    if (performance.now() - startedAt > patienceMs) throw new Error(`Waited in vain: ${what}`);
    await pause(10);
  }
  return (performance.now() - startedAt) / 1000;
};

/** Begins one after another, whether or not those before have ended; answers what each took. */
const spaced = async <T>(each: readonly T[], lag: (one: T) => Promise<number>): Promise<number[]> => {
  const lags: Promise<number>[] = [];
  for (const one of each) {
    lags.push(lag(one));
    await pause(everyMs);
  }
  return Promise.all(lags);
};

let candidateCount = 0;

/** From a move in Lever to the order at Turn, and from news at Turn to the tag in Lever. */
const measureLags = async (world: World, quiet: Customer): Promise<Omit<Lags, 'crowd'>> => {
  const candidates = Array.from({ length: samples }, () => newCandidate(quiet, candidateCount++));
  const startSeconds = await spaced(candidates, async (candidate) => {
    const ordered = secondsUntil('an order', () => quiet.orders(candidate).length > 0);
    await quiet.deliver(quiet.move(candidate, TRIGGER));
    return ordered;
  });
  for (const candidate of candidates)
    await secondsUntil('the first tag', () => quiet.statusTags(candidate).length === 1);
  const statusSeconds = await spaced(candidates, async (candidate) => {
    const shown = secondsUntil('the next tag', () => quiet.statusTags(candidate).join() === 'TurnStatus:consent');
    await world.turn.advance(quiet.orders(candidate)[0] as Order, 'consent');
    return shown;
  });
  return { startSeconds, statusSeconds };
};

export type EndToEnd = {
  readonly lags: readonly Lags[];
  /** How many times Lever's own rate it took to show those of the crowd of a hundred. */
  readonly paceOfHundred: number;
  readonly refused: number;
  readonly leverCalls: number;
  readonly deadLetters: number;
};

/** On the running system, with nothing but vendors that answer at once. */
export const measureEndToEnd = async (): Promise<EndToEnd> => {
  const accounts = ['acct_quiet', ...crowds.map((crowd) => `acct_crowd_${crowd}`)].map((accountId) => ({ accountId }));
  const world = await startWorld(accounts, { TIME_SCALE: '1' });
  try {
    const [quiet, ...busyOnes] = world.customers as [Customer, ...Customer[]];
    await measureLags(world, quiet);
    const lags: Lags[] = [];
    let paceOfHundred = Number.NaN;
    for (const [index, crowd] of crowds.entries()) {
      const busy = busyOnes[index] as Customer;
      const others = Array.from({ length: crowd }, () => newCandidate(busy, candidateCount++));
      const beganAt = performance.now();
      const delivered = moveAll(busy, others);
      // Told where it is waited for, not before.
      delivered.catch(() => undefined);
      lags.push({ crowd, ...(await measureLags(world, quiet)) });
      await delivered;
      const areShown = (): boolean => others.every((one) => isShown(busy, one));
      if (crowd === 1_000) break;
      await secondsUntil(`the crowd of ${crowd}`, areShown);
      const floor = (callsOfStart * crowd - lever.burst) / lever.perSecond;
      const last = Math.max(...busy.tenant.calls.map(({ at }) => at));
      if (crowd === 100) paceOfHundred = (last - (performance.timeOrigin + beganAt)) / 1000 / floor;
      say(`  … beside ${crowd}: done`);
    }
    const calls = world.customers.flatMap(({ tenant }) => tenant.calls);
    return {
      lags,
      paceOfHundred,
      refused: calls.filter(({ status }) => status === 429).length,
      leverCalls: calls.length,
      deadLetters: await deadLettersOf(world),
    };
  } finally {
    await world.stop();
  }
};

export const endToEndTable = ({ lags, paceOfHundred, refused, leverCalls, deadLetters }: EndToEnd): Table => {
  const both = (seconds: readonly number[]): string[] =>
    [0.5, 0.99].map((share) => rounded(percentileOf(seconds, share)));
  return {
    title: `End to end: seconds, of ${samples} candidates each`,
    columns: ['beside', 'start p50', 'start p99', 'status p50', 'status p99'],
    rows: lags.map(({ crowd, startSeconds, statusSeconds }) => [
      crowd === 0 ? 'nobody' : `${crowd.toLocaleString('en')} of another account`,
      ...both(startSeconds),
      ...both(statusSeconds),
    ]),
    notes: [
      'Start: from the webhook to the order at Turn. Status: from Turn’s callback to the tag in Lever.',
      `The hundred were shown within ${rounded(paceOfHundred)} × the floor of Lever’s rate; ${refused} of ${leverCalls} calls were refused with 429; dead letters: ${deadLetters}.`,
    ],
  };
};
