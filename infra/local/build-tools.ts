import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles the two small programs that run on plain Node beside the runner: the functions' bootstrap and the watchdog. */
export const buildTools = async (folder: string): Promise<void> => {
  await build({
    entryPoints: {
      bootstrap: fileURLToPath(new URL('./runtime/bootstrap.ts', import.meta.url)),
      watchdog: fileURLToPath(new URL('./watchdog.ts', import.meta.url)),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    logLevel: 'warning',
  });
};
