import { fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { describePlan, shrink } from './shrink.ts';
import { planOf, simulate } from './simulate.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = `${root}node_modules/.cache/simulation`;

type FailedSeed = { readonly seed: number; readonly gist: string };
export type SeedsRun = {
  readonly failed: readonly FailedSeed[];
  readonly done: number;
  readonly seconds: number;
  readonly events: number;
};

/** One file of plain JavaScript with the product and the simulator in it: it starts sooner and runs faster than what is translated on the way. */
export const bundleWorker = async (name: string, plugins: Plugin[] = []): Promise<string> => {
  mkdirSync(folder, { recursive: true });
  const outfile = `${folder}/${name}.mjs`;
  await build({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external' },
    ...{ outfile, plugins, logLevel: 'error', logOverride: { 'direct-eval': 'silent' } },
  });
  return outfile;
};

/** Runs the seeds in as many processes as there are cores. */
export const runSeeds = async (options: {
  worker: string;
  from: number;
  count: number;
  processes?: number;
  stopAtFirst?: boolean;
  onProgress?: (run: SeedsRun) => void;
}): Promise<SeedsRun> => {
  const { worker, from, count, processes = availableParallelism(), stopAtFirst = false } = options;
  const startedAt = performance.now();
  const failed: FailedSeed[] = [];
  const each = Array.from({ length: processes }, () => ({ done: 0, events: 0 }));
  const state = (): SeedsRun => ({
    failed: failed.toSorted((one, other) => one.seed - other.seed),
    done: each.reduce((sum, { done }) => sum + done, 0),
    events: each.reduce((sum, { events }) => sum + events, 0),
    seconds: (performance.now() - startedAt) / 1000,
  });
  await Promise.all(
    each.map(
      (mine, n) =>
        new Promise<void>((resolve, reject) => {
          const args = [from + n, from + count, processes, stopAtFirst ? 1 : 0].map(String);
          const child = fork(worker, args, { execArgv: [], env: { ...process.env, POWERTOOLS_DEV: 'false' } });
          child.on('message', (message: { failed?: FailedSeed; done: number; events: number }) => {
            Object.assign(mine, { done: message.done, events: message.events });
            if (message.failed !== undefined) failed.push(message.failed);
            options.onProgress?.(state());
          });
          child.on('error', reject);
          child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A worker ended with ${code}.`))));
        }),
    ),
  );
  return state();
};

/** What there is to know about a failing seed: what broke, the shortest plan found that breaks it, and all that happened in it. */
export const explain = async (seed: number): Promise<string> => {
  const plan = await shrink(planOf(seed));
  const { violations, trace } = await simulate(plan, true);
  return [
    `seed ${seed}: ${violations.join('; ')}`,
    ...['', describePlan(plan), '', ...trace, ''],
    `Again: npm run simulate -- --seed ${seed}`,
  ].join('\n');
};
