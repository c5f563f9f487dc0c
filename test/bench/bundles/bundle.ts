import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Metafile, type Plugin } from 'esbuild';
import { buildPage } from '#infra/build-page.ts';
import { functionBundling, ownReplacements } from '#infra/notices.ts';

export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** A bundle on disk, as it would be shipped: `file` with its source map beside it. */
export type Bundle = {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  /** Node's own modules that it loads, by name and sorted. */
  readonly builtins: readonly string[];
  /** Bytes of each package, and of our own code, the heaviest first. */
  readonly weights: readonly { readonly name: string; readonly bytes: number }[];
};

/** What is bundled: a file, or the text of one that would lie in `test/bench/contenders`. */
export type Entry = { readonly file: string } | { readonly text: string };

export const functionNames = (): string[] => readdirSync(`${projectRoot}functions`).toSorted();

type Options = {
  readonly plugins?: readonly Plugin[];
  readonly format?: 'esm' | 'cjs';
  /** Packages that something else stands for; by default none, as others bundle. */
  readonly alias?: Record<string, string>;
};

/** Bundles as the CDK does: its own options for functions (`infra/constructs/service-function.ts`), one bundle at a time. */
export const bundle = async (
  name: string,
  entry: Entry,
  folder: string,
  { plugins = [], format = 'esm', alias = {} }: Options = {},
): Promise<Bundle> => {
  const file = path.join(folder, name, format === 'esm' ? 'index.mjs' : 'index.cjs');
  const { outputFiles, metafile } = await build({
    ...functionBundling,
    ...('file' in entry
      ? { entryPoints: [entry.file] }
      : { stdin: { contents: entry.text, resolveDir: `${projectRoot}test/bench/contenders`, loader: 'ts' as const } }),
    absWorkingDir: projectRoot,
    bundle: true,
    platform: 'node',
    format,
    sourcemap: true,
    sourcesContent: false,
    outfile: file,
    write: false,
    metafile: true,
    plugins: [...plugins],
    alias,
    logLevel: 'warning',
  });
  mkdirSync(path.dirname(file), { recursive: true });
  for (const output of outputFiles) writeFileSync(output.path, output.contents);
  const code = outputFiles.find((output) => output.path === file);
  if (code === undefined) throw new Error(`Nothing was built of ${name}.`);
  return {
    name,
    file,
    bytes: code.contents.length,
    gzipBytes: gzipSync(code.contents).length,
    builtins: builtinsOf(metafile, code.text),
    weights: weightsOf(metafile),
  };
};

export const bundleFunction = (name: string, folder: string): Promise<Bundle> =>
  bundle(name, { file: `functions/${name}/handler.ts` }, folder, { alias: ownReplacements });

/** The settings page reads its files from beside the bundle. */
export const putPageBeside = async ({ file }: Bundle): Promise<void> =>
  writeFileSync(path.join(path.dirname(file), 'page.json'), await buildPage());

/** What is imported, and what is asked for by `process.getBuiltinModule`. */
const builtinsOf = ({ outputs }: Metafile, text: string): string[] => {
  const imported = Object.values(outputs).flatMap(({ imports }) =>
    imports.filter(({ external }) => external === true).map((each) => each.path),
  );
  const asked = [...text.matchAll(/getBuiltinModule\(\s*["'`]([\w:/]+)["'`]/gu)].map(([, name = '']) => name);
  return [...new Set([...imported, ...asked].map((name) => name.replace(/^node:/u, '')))].toSorted();
};

const weightsOf = ({ outputs }: Metafile): Bundle['weights'] => {
  const weights = new Map<string, number>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/u.exec(input)?.[1] ?? 'our own code';
      weights.set(name, (weights.get(name) ?? 0) + bytesInOutput);
    }
  }
  return [...weights].map(([name, bytes]) => ({ name, bytes })).toSorted((one, other) => other.bytes - one.bytes);
};
