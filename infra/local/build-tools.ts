import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles programs that run on plain Node, each under its name as `NAME.mjs` in the folder. */
export const bundlePrograms = async (entryPoints: Readonly<Record<string, string>>, folder: string): Promise<void> => {
  await build({
    entryPoints,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    logLevel: 'warning',
  });
};

/** The two small programs that run beside the runner: the functions' bootstrap and the watchdog. */
export const buildTools = (folder: string): Promise<void> =>
  bundlePrograms(
    {
      bootstrap: fileURLToPath(new URL('./runtime/bootstrap.ts', import.meta.url)),
      watchdog: fileURLToPath(new URL('./watchdog.ts', import.meta.url)),
    },
    folder,
  );
