// `npm run bench:pace`: how well the running system keeps to Lever's pace, and how little a busy customer delays another; some two minutes, or seven with `-- --candidates 1000` at once (150 otherwise).
import { parseArgs } from 'node:util';
import type { Candidate } from '../end-to-end/from-outside/little-lever.ts';
import { pause } from '../end-to-end/from-outside/started-system.ts';
import { type Customer, startWorld } from '../end-to-end/from-outside/world.ts';
import { deadLettersOf, measure } from './measure.ts';
import { isShown, moveAll, newCandidate } from './move-all.ts';
import { say } from './say.ts';

const BURST = 20;
const PER_SECOND = 10;
const CALLS_A_START = 3;
const WANTED_PACE = 1.1;

const { values } = parseArgs({ options: { candidates: { type: 'string', default: '150' } } });
const count = Number(values.candidates);

/** Answers the seconds until Lever shows the last one. */
const move = async (customer: Customer, candidates: readonly Candidate[]): Promise<number> => {
  const startedAt = Date.now();
  await moveAll(customer, candidates);
  for (let told = 0; ; ) {
    const shown = candidates.filter((candidate) => isShown(customer, candidate)).length;
    if (shown === candidates.length) return (Date.now() - startedAt) / 1000;
    if (shown >= told + 50)
      say(`  … ${shown} of ${candidates.length} after ${((Date.now() - startedAt) / 1000).toFixed(0)} s`);
    told = Math.max(told, shown - (shown % 50));
    await pause(100);
  }
};

const world = await startWorld([{ accountId: 'acct_bulk' }, { accountId: 'acct_busy' }, { accountId: 'acct_quiet' }], {
  TIME_SCALE: '1',
});
const [bulk, busy, quiet] = world.customers as [Customer, Customer, Customer];
const many = (customer: Customer, count: number): Candidate[] =>
  Array.from({ length: count }, (_, n) => newCandidate(customer, n));
/** Moves one candidate after another; answers the longest time. */
const slowestOf = async (count: number, customer: Customer): Promise<number> => {
  let slowest = 0;
  for (let n = 0; n < count; n++) slowest = Math.max(slowest, await move(customer, many(customer, 1)));
  return slowest;
};

await measure(world, async () => {
  await move(bulk, many(bulk, 1));
  await pause(3_000);
  const callsBefore = bulk.tenant.calls.length;
  const candidates = many(bulk, count);
  say(`${count} candidates at once, Lever taking ${PER_SECOND} a second with bursts of ${BURST}:`);
  const took = await move(bulk, candidates);
  const floor = (CALLS_A_START * candidates.length - BURST) / PER_SECOND;
  const calls = bulk.tenant.calls.slice(callsBefore);
  const refused = calls.filter(({ status }) => status === 429).length;
  say(
    `  all shown after ${took.toFixed(1)} s: ${(took / floor).toFixed(2)} times the floor of ${floor} s (wanted: at most ${WANTED_PACE})`,
  );
  say(`  ${calls.length} calls, ${refused} refused with 429 (wanted: none)`);

  await slowestOf(1, quiet);
  const alone = await slowestOf(2, quiet);
  say(`One candidate of another customer: shown after ${alone.toFixed(2)} s where nothing else is going on.`);
  say('While 1,000 candidates of a busy customer are moved at once, wanted each time: at most twice that, or 5 s.');
  const thousand = many(busy, 1000);
  let areDelivered = false;
  const delivered = moveAll(busy, thousand).then(() => {
    areDelivered = true;
  });
  // A refused webhook is told where it is waited for, not before.
  delivered.catch(() => undefined);
  await pause(3_000);
  const besideDeliveries = await slowestOf(5, quiet);
  if (areDelivered) throw new Error('The webhooks were all in before their effect was measured.');
  say(`  while their webhooks come in: ${besideDeliveries.toFixed(2)} s at most`);
  await delivered;
  await pause(2_000);
  const besideWork = await slowestOf(5, quiet);
  const left = thousand.filter((candidate) => !isShown(busy, candidate)).length;
  say(`  while the ${left} that are left are worked off: ${besideWork.toFixed(2)} s at most`);
  if (left === 0) throw new Error('The work was all done before its effect was measured.');
  const dead = await deadLettersOf(world);
  say(`Dead letters: ${dead} (wanted: none)`);
  const isGood =
    took <= WANTED_PACE * floor &&
    refused === 0 &&
    dead === 0 &&
    Math.max(besideDeliveries, besideWork) <= Math.max(2 * alone, 5);
  say(isGood ? 'As wanted.' : 'Not as wanted.');
  return isGood;
});
