import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { Item } from '#shared/stores/table.ts';

/** One folder for each release, named by its version: what it stored, what it sent itself, and its bundles. */
export const releasesFolder = fileURLToPath(new URL('../fixtures/releases', import.meta.url));

/** What a release wrote. `sealed`: a secret as the release encrypted it, and what opens it. */
export type Written = {
  readonly items: readonly Item[];
  readonly messages: readonly string[];
  readonly sealed: {
    readonly ring: string;
    readonly context: string;
    readonly encrypted: string;
    readonly secret: string;
  };
};

const byNumber = (one: string, other: string): number => one.localeCompare(other, 'en', { numeric: true });

/** The versions that were recorded, oldest first. */
export const recordedReleases = (): string[] => readdirSync(releasesFolder).toSorted(byNumber);

const fileOf = (version: string, name: string): string => path.join(releasesFolder, version, name);

export const readWritten = (version: string): Written =>
  JSON.parse(readFileSync(fileOf(version, 'written.json'), 'utf8')) as Written;

/** Unpacks a release's bundles; answers the folder of each, by the construct id of the function. */
export const unpackFunctions = (version: string, into: string): Map<string, string> => {
  const packed = brotliDecompressSync(readFileSync(fileOf(version, 'functions.json.br'))).toString();
  return new Map(
    Object.entries(JSON.parse(packed) as Record<string, string>).map(([id, code]) => {
      const folder = path.join(into, version, id);
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, 'index.mjs'), code);
      return [id, folder];
    }),
  );
};

/** Writes what a release is remembered by. The bundles share most of their code, which a window as wide as all of them notices. */
export const writeRelease = (version: string, written: Written, functions: Readonly<Record<string, string>>): void => {
  mkdirSync(path.join(releasesFolder, version), { recursive: true });
  const lines = [
    `{"items":[\n${written.items.map((item) => JSON.stringify(item)).join(',\n')}\n],`,
    `"messages":${JSON.stringify(written.messages)},`,
    `"sealed":${JSON.stringify(written.sealed)}}`,
  ];
  writeFileSync(fileOf(version, 'written.json'), `${lines.join('\n')}\n`);
  const params = { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS };
  writeFileSync(fileOf(version, 'functions.json.br'), brotliCompressSync(JSON.stringify(functions), { params }));
};
