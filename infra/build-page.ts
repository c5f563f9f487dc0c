import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { noticesOf } from './notices.ts';

const projectRoot = fileURLToPath(new URL('..', import.meta.url));
const source = `${projectRoot}functions/settings-page/browser/`;
const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64url');

/** Builds the settings page into one JSON document: its files by name, as the function settings-page reads them. */
export const buildPage = async (): Promise<string> => {
  const { outputFiles, metafile } = await build({
    absWorkingDir: projectRoot,
    entryPoints: ['start.tsx', 'page.css', 'icon.svg'].map((name) => source + name),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    loader: { '.svg': 'copy' },
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    outdir: 'settings',
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  const script = Object.keys(metafile.outputs).find((name) => name.endsWith('.js')) ?? '';
  const notices = Buffer.from(noticesOf(metafile.outputs, script));
  const files = [
    ...outputFiles.map((file) => ({ name: path.basename(file.path), bytes: Buffer.from(file.contents) })),
    { name: `third-party-notices-${hashOf(notices).slice(0, 8)}.txt`, bytes: notices },
  ];
  const html = readFileSync(`${source}page.html`, 'utf8').replaceAll(/\{\{(\S+)\}\}/g, (_, ending: string) => {
    const built = files.find(({ name }) => name.endsWith(ending));
    if (built === undefined) throw new Error(`page.html names ${ending}, which was not built.`);
    return `/settings/${built.name}`;
  });
  const page = [...files, { name: 'page.html', bytes: Buffer.from(html) }].map(({ name, bytes }) => [
    name,
    {
      contentType: contentTypes[path.extname(name)] ?? 'application/octet-stream',
      etag: `"${hashOf(bytes).slice(0, 22)}"`,
      brotli: brotliCompressSync(bytes).toString('base64'),
    },
  ]);
  return JSON.stringify(Object.fromEntries(page));
};
