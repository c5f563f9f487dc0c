import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';
import * as z from 'zod';

const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/** How functions are bundled, for the CDK and for whoever has to know what is in them. */
export const functionBundling = {
  // Older than the runtime: what the tests run on Node 20 is what ships.
  target: 'node20',
  // esbuild's default picks the SDK's CommonJS build, which dies at load with "Dynamic require of node:https".
  mainFields: ['module', 'main'],
  minify: true,
};

/** What stands in our functions in the place of a package: the name of a file of ours, by package.json's imports. */
export const ownReplacements = { '@aws-sdk/credential-provider-node': '#shared/aws/function-credentials.ts' };

/** Licences that ask for nothing but their notice. What stands under another is not shipped before somebody has read it. */
const permissive = z.enum(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0']);
const packageSchema = z.object({ name: z.string(), version: z.string(), license: z.string().optional() });

const noticeFile = /^(licen[cs]e|copying|notice)/i;

type Outputs = Metafile['outputs'];

/** What the bundle of the function in this folder must say about the packages in it, as text. */
export const noticesOfFunction = (folder: string): string => {
  builtFunctions ??= buildFunctions();
  return noticesOf(builtFunctions, `out/${folder}/handler.js`);
};

/** What a built file must say about the packages in it and in the files that it imports, as text. Throws where the licence of one is not permissive. `root`: what the inputs' paths begin at. */
export const noticesOf = (outputs: Outputs, file: string, root = projectRoot): string => {
  const inputs = [...withImported(outputs, file)].flatMap((each) => Object.entries(outputs[each]?.inputs ?? {}));
  const shipped = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const folders = shipped.flatMap(([input]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? []);
  const packagesOf = new Map<string, string[]>();
  for (const folder of [...new Set(folders)].sort()) {
    const { name, text } = readNotice(path.join(root, folder));
    packagesOf.set(text, [...(packagesOf.get(text) ?? []), name]);
  }
  return [...packagesOf].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`);
};

const withImported = (outputs: Outputs, file: string, seen = new Set<string>()): Set<string> => {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { path: imported } of outputs[file]?.imports ?? []) withImported(outputs, imported, seen);
  return seen;
};

let builtFunctions: Outputs | undefined;

/** Once for all of them, and what they share once: so it takes a second. */
const buildFunctions = (): Outputs =>
  buildSync({
    ...functionBundling,
    alias: ownReplacements,
    absWorkingDir: projectRoot,
    entryPoints: readdirSync(`${projectRoot}functions`).map((folder) => `functions/${folder}/handler.ts`),
    outbase: 'functions',
    outdir: 'out',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'warning',
  }).metafile.outputs;

const readNotice = (folder: string): { name: string; text: string } => {
  const { name, version, license } = packageSchema.parse(JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')));
  if (!permissive.safeParse(license).success)
    throw new Error(`${name} would be shipped, but its licence (${license ?? 'none'}) is none of those in notices.ts.`);
  const files = readdirSync(folder).filter((file) => noticeFile.test(file));
  const texts = files.sort().map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim());
  return { name: `${name} ${version}`, text: [`Licence: ${license}`, ...texts].join('\n\n') };
};
