import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export type PageFile = { type: string; body: Uint8Array };

const folder = new URL('./page/', import.meta.url);

/** The page's three files by the path under which they are served, built in memory. */
export const buildPage = async (): Promise<ReadonlyMap<string, PageFile>> => {
  const { outputFiles } = await build({
    entryPoints: { console: fileURLToPath(new URL('console.tsx', folder)) },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    outdir: '/',
    write: false,
    logLevel: 'warning',
  });
  const script = outputFiles[0]?.contents ?? new Uint8Array();
  const [html, css] = await Promise.all(['console.html', 'console.css'].map((name) => readFile(new URL(name, folder))));
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', body: html ?? new Uint8Array() }],
    ['/console.css', { type: 'text/css; charset=utf-8', body: css ?? new Uint8Array() }],
    ['/console.js', { type: 'text/javascript; charset=utf-8', body: script }],
  ]);
};
