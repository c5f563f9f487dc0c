// `npm run simulate -- --seed N` replays one seed with its trace; `-- --seeds N --from S` runs many.
import { parseArgs } from 'node:util';
import { planOf } from './plan.ts';
import { bundleWorker, runMany } from './processes.ts';
import { explain } from './shrink.ts';
import { simulate } from './simulate.ts';

const { values } = parseArgs({
  options: {
    quiet: { type: 'boolean', default: false },
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
  },
});
const print = (text: string): void => void process.stdout.write(`${text}\n`);

if (values.seed !== undefined) {
  const run = await simulate(planOf(Number(values.seed)), true);
  print(run.trace.join('\n'));
  if (run.violations.length > 0) print(`\nShrunk:\n\n${await explain(Number(values.seed))}`);
  else print(`seed ${values.seed}: every promise was kept (${run.events} events, ${run.faults} faults)`);
  process.exitCode = run.violations.length > 0 ? 1 : 0;
} else {
  let printedAt = 0;
  let told = 0;
  const run = await runMany({
    worker: await bundleWorker('seeds-worker'),
    from: Number(values.from),
    count: Number(values.seeds),
    onProgress: ({ done, failed, seconds }) => {
      for (const { number, gist } of failed.slice(told)) print(`seed ${number}: ${gist}`);
      told = failed.length;
      if (seconds - printedAt < 5) return;
      printedAt = seconds;
      print(`${done} of ${values.seeds} seeds, ${failed.length} failed, ${(done / seconds).toFixed(0)} a second`);
    },
  });
  print(
    `${run.done} seeds from ${values.from} in ${run.seconds.toFixed(0)} s (${(run.done / run.seconds).toFixed(0)} a second, ${Math.round(run.events / run.done)} events each): ${run.failed.length} failed`,
  );
  if (run.failed[0] !== undefined) {
    for (const gist of new Set(run.failed.map((each) => each.gist))) {
      const seeds = run.failed.filter((each) => each.gist === gist).map(({ number }) => number);
      print(`${String(seeds.length).padStart(6)} × ${gist} (${seeds.slice(0, 5).join(', ')})`);
    }
    if (!values.quiet) print(`\n${await explain(run.failed[0].number)}`);
    process.exitCode = 1;
  }
}
