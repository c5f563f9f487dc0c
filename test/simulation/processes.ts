import { fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = `${root}node_modules/.cache/simulation`;

/** A run that broke a promise: its number, and in which way. */
export type FailedRun = { readonly number: number; readonly gist: string };
export type ManyRuns = {
  /** In the order in which they failed while it goes on, by number once it is over. */
  readonly failed: readonly FailedRun[];
  readonly done: number;
  readonly seconds: number;
  readonly events: number;
};
/** What a worker tells: how far it came since it began, and perhaps what failed. */
export type Told = { readonly failed?: FailedRun; readonly done: number; readonly events: number };

/** One file of plain JavaScript with the product and the simulator in it: it starts sooner and runs faster than what is translated on the way. */
export const bundleWorker = async (entry: string, name = entry, plugins: Plugin[] = []): Promise<string> => {
  mkdirSync(folder, { recursive: true });
  const outfile = `${folder}/${name}.mjs`;
  await build({
    entryPoints: [fileURLToPath(new URL(`./${entry}.ts`, import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    outfile,
    plugins,
    logLevel: 'error',
    logOverride: { 'direct-eval': 'silent' },
  });
  return outfile;
};

/** Has the bundled worker do the runs of these numbers, in as many processes as there are cores. */
export const runMany = async (options: {
  worker: string;
  from: number;
  count: number;
  /** Only every so many-th of them. */
  every?: number;
  processes?: number;
  /** The first failure ends all processes at once. */
  stopAtFirst?: boolean;
  /** So long without a word of any process counts as a failure of the run that it is at. */
  longestSilenceMs?: number;
  onProgress?: (run: ManyRuns) => void;
}): Promise<ManyRuns> => {
  const { worker, from, count, every = 1, processes = availableParallelism(), stopAtFirst = false } = options;
  const startedAt = performance.now();
  const failed: FailedRun[] = [];
  const each = Array.from({ length: processes }, () => ({ done: 0, events: 0 }));
  const state = (): ManyRuns => ({
    failed: [...failed],
    done: each.reduce((sum, { done }) => sum + done, 0),
    events: each.reduce((sum, { events }) => sum + events, 0),
    seconds: (performance.now() - startedAt) / 1000,
  });
  const children = each.map((_, n) => {
    const args = [from + n * every, from + count, processes * every].map(String);
    return fork(worker, args, { execArgv: [] });
  });
  const { longestSilenceMs = 600_000 } = options;
  const stop = (): void => {
    for (const child of children) child.kill('SIGKILL');
  };
  const silence = setTimeout(() => {
    failed.push({ number: from + state().done, gist: `no word for ${longestSilenceMs} ms` });
    stop();
  }, longestSilenceMs);
  await Promise.all(
    children.map(
      (child, n) =>
        new Promise<void>((resolve, reject) => {
          child.on('message', ({ failed: found, done, events }: Told) => {
            silence.refresh();
            Object.assign(each[n] ?? {}, { done, events });
            if (found !== undefined) failed.push(found);
            if (found !== undefined && stopAtFirst) stop();
            options.onProgress?.(state());
          });
          child.on('error', reject);
          child.on('exit', (code, signal) => {
            if (code === 0 || signal === 'SIGKILL') resolve();
            else reject(new Error(`A worker ended with ${code}.`));
          });
        }),
    ),
  );
  clearTimeout(silence);
  failed.sort((one, other) => one.number - other.number);
  return state();
};
