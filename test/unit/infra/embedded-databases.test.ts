import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { chooseDatabase, type EmbeddedDatabase } from '#infra/local/emulators/embedded-databases.ts';
import { StartFault } from '#infra/local/start-fault.ts';

const database = (name: string, program: string | null): EmbeddedDatabase => {
  return { name, program, file: `table.${name}`, commandLine: () => [name] };
};
const quick = database('quick', '/quick');
const anywhere = database('anywhere', '/anywhere');
const without = (missing: EmbeddedDatabase): EmbeddedDatabase => ({ ...missing, program: null });

test('the preferred database is chosen where it is installed, and else the next', () => {
  expect(chooseDatabase(undefined, [quick, anywhere]).name).toBe('quick');
  expect(chooseDatabase(undefined, [without(quick), anywhere]).name).toBe('anywhere');
});

test('where none is installed, it is said what to do', () => {
  const choose = () => chooseDatabase(undefined, [without(quick), without(anywhere)]);
  expect(choose).toThrow(StartFault);
  expect(choose).toThrow(/\(quick, anywhere\): run npm ci, or set AWS_ENDPOINT_URL_DYNAMODB/u);
});

test("a table that another database wrote is not taken for an empty one, and one's own is read on", () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'lever-turn-data-'));
  writeFileSync(path.join(dataDir, quick.file), '');
  expect(chooseDatabase(dataDir, [quick, anywhere]).name).toBe('quick');
  const choose = () => chooseDatabase(dataDir, [without(quick), anywhere]);
  expect(choose).toThrow(StartFault);
  expect(choose).toThrow(/holds a table that quick wrote, and here runs anywhere/u);
});
