// `npm run bench:accounts`: how long the running system takes to maintain so many accounts whose hour has come all at once; `-- --accounts 10000` (half an hour), 1,000 otherwise (some two minutes).
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { pause } from '../end-to-end/from-outside/started-system.ts';
import { startWorld } from '../end-to-end/from-outside/world.ts';
import { deadLettersOf, measure } from './measure.ts';
import { say } from './say.ts';

const HOURS = 3;
/** What ten thousand accounts come to in an hour. */
const WANTED_PER_SECOND = 10_000 / 3_600;
/** Of a process that keeps what it has seen, the memory grows with each hour. */
const MOST_GROWTH = 1.2;

const { values } = parseArgs({ options: { accounts: { type: 'string', default: '1000' } } });
const count = Number(values.accounts);
const world = await startWorld(
  Array.from({ length: count }, (_, n) => ({ accountId: `acct_${n}` })),
  { TIME_SCALE: '1' },
  count * 500 + 240_000,
);

/** What the processes of the functions hold, in MiB: those that the system has started. */
const functionsMemory = (): number => {
  const lines = execFileSync('ps', ['-eo', 'rss,args'], { encoding: 'utf8' }).split('\n');
  const sizes = lines.filter((line) => line.includes('bootstrap.mjs')).map((line) => Number.parseInt(line, 10));
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
};

/** Has an hour pass, and answers the seconds until Lever has been asked about every account and nothing is left to do. */
const passHour = async (): Promise<number> => {
  const startedAt = Date.now();
  await world.system.advanceClock(3_700);
  for (;;) {
    const asked = world.customers.filter(({ tenant }) => (tenant.calls.at(-1)?.at ?? 0) > startedAt).length;
    if (asked === count && (await world.system.state()).idle) return (Date.now() - startedAt) / 1000;
    await pause(250);
  }
};

await measure(world, async () => {
  say(`${count.toLocaleString('en')} connected accounts, all of them due at once, in each of ${HOURS} hours:`);
  const hours: { perSecond: number; memory: number }[] = [];
  for (let hour = 1; hour <= HOURS; hour++) {
    const seconds = await passHour();
    const [perSecond, memory] = [count / seconds, functionsMemory()];
    hours.push({ perSecond, memory });
    say(
      `  after ${seconds.toFixed(0)} s: ${perSecond.toFixed(1)} a second; the functions hold ${memory.toFixed(0)} MiB`,
    );
  }
  const slowest = Math.min(...hours.map(({ perSecond }) => perSecond));
  const growth = (hours.at(-1)?.memory ?? 0) / (hours.at(1)?.memory ?? 0);
  say(
    `At least ${slowest.toFixed(1)} a second (wanted, for 10,000 an hour: ${WANTED_PER_SECOND.toFixed(1)}); memory ${growth.toFixed(2)} times that of the second hour (wanted: at most ${MOST_GROWTH})`,
  );
  const dead = await deadLettersOf(world);
  say(`Dead letters: ${dead} (wanted: none)`);
  const isGood = slowest >= WANTED_PER_SECOND && growth <= MOST_GROWTH && dead === 0;
  say(isGood ? 'As wanted.' : 'Not as wanted.');
  return isGood;
});
