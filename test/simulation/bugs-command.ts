// `npm run simulate:bugs` takes one safeguard after the other out of the product and looks whether a promise is seen to break; `-- --only words` tries some of them, `--from 1 --every 5` every fifth seed alone, where a kind of plan has seeds of its own.
import { parseArgs } from 'node:util';
import { planting } from './plant-bug.ts';
import { type PlantedBug, plantedBugs } from './planted-bugs.ts';
import { bundleWorker, runMany } from './processes.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    every: { type: 'string', default: '1' },
  },
});
/** So long without a word of any seed: the bug keeps the simulation from ever coming to rest. */
const longestSilenceMs = 180_000;
const print = (text: string): void => void process.stdout.write(`${text}\n`);

const hunt = async (bug: PlantedBug): Promise<string | null> => {
  const { failed } = await runMany({
    worker: await bundleWorker('seeds-worker', 'planted-bug', [planting(bug)]),
    from: Number(values.from),
    every: Number(values.every),
    count: Number(values.seeds),
    stopAtFirst: true,
    longestSilenceMs,
  });
  const [first] = failed;
  return first === undefined ? null : `${String(first.number).padStart(5)}  ${first.gist}`;
};

const bugs = plantedBugs.filter(({ name }) => name.includes(values.only));
const missed: string[] = [];
const startedAt = performance.now();
print(`${' '.repeat(9)} seed  what was seen`);
for (const [index, bug] of bugs.entries()) {
  const found = await hunt(bug);
  if (found === null) missed.push(bug.name);
  print(`${`${index + 1}/${bugs.length}`.padStart(8)}  ${bug.name}\n${' '.repeat(9)}${found ?? ' MISSED'}`);
}
const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
print(
  `\n${bugs.length - missed.length} of ${bugs.length} bugs caught within ${values.seeds} seeds each, in ${seconds} s`,
);
for (const name of missed) print(`missed: ${name}`);
process.exitCode = missed.length > bugs.length * 0.05 ? 1 : 0;
