import type { Plugin } from 'esbuild';
import { bundlePrograms } from '#infra/local/build-tools.ts';
import { type Bundle, bundle, type Entry, projectRoot } from './bundle.ts';

/** Who does the job of `webhook-verify` beside it. */
export const contenderNames = ['bare', 'usual-stack', 'hono', 'powertools-router', 'express'] as const;

/** How the tables call them. */
export const contenderTitles: Readonly<Record<string, string>> = {
  floor: 'floor',
  bare: 'bare handler',
  'usual-stack': 'usual stack (middy, Powertools, zod)',
  hono: 'Hono',
  'powertools-router': 'Powertools’ router',
  express: 'Express',
};

/** Somebody else's function over AWS by its SDK, or with AWS taken out. */
export const bundleContender = (name: string, aws: 'aws-by-sdk' | 'aws-in-memory', folder: string): Promise<Bundle> => {
  const text = `import { create } from './${name}.ts'; import { aws } from './${aws}.ts'; export const handler = create(aws);`;
  // Express is CommonJS, and requires node's own modules.
  return bundle(`${name}-${aws}`, { text }, folder, { format: name === 'express' ? 'cjs' : 'esm' });
};

/** Puts `still-world.ts` in the place of the files from which the handler has its world. */
const withoutAws: Plugin = {
  name: 'without-aws',
  setup({ onResolve }) {
    onResolve({ filter: /^#shared\/aws\/(?:webhook-world|signed-calls)\.ts$/ }, () => ({
      path: `${projectRoot}test/bench/contenders/still-world.ts`,
    }));
  },
};

/** Our own function with AWS taken out, or another entry that uses it. */
export const bundleWithoutAws = (
  folder: string,
  name = 'webhook-verify-still',
  entry: Entry = { file: 'functions/webhook-verify/handler.ts' },
): Promise<Bundle> => bundle(name, entry, folder, { plugins: [withoutAws] });

/** The two programs in which bundles are run; answers where they lie. */
export const buildProcesses = async (folder: string): Promise<{ runOnce: string; serve: string }> => {
  const programs = ['run-once', 'serve'].map((name) => [name, `${projectRoot}test/bench/processes/${name}.ts`]);
  await bundlePrograms(Object.fromEntries(programs), folder);
  return { runOnce: `${folder}/run-once.mjs`, serve: `${folder}/serve.mjs` };
};
