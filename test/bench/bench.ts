// `npm run bench`: what the functions cost, each part as a table and as JSON beside it. Under ten minutes on two idle cores.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundlesTable, measureBundles } from './parts/bundles.ts';
import { callsTable, countCheck, countFiveDays, countPublicFunctions, publicCallsTable } from './parts/calls.ts';
import { coldTable, measureCold } from './parts/cold.ts';
import { endToEndTable, measureEndToEnd } from './parts/end-to-end.ts';
import { growthTable, measureGrowth } from './parts/growth.ts';
import { measureMoney, moneyTable } from './parts/money.ts';
import {
  measureMemory,
  measureOverLoopback,
  measureWarm,
  memoryTable,
  overLoopbackTable,
  warmTable,
} from './parts/warm.ts';
import { say, type Table, tableText } from './say.ts';

/** Each part answers its tables; `folder` takes what it builds. */
const parts: Readonly<Record<string, (folder: string) => Promise<readonly Table[]>>> = {
  bundles: async (folder) => [bundlesTable(await measureBundles(folder))],
  calls: async (folder) => [
    callsTable({ ...(await countCheck()), ...(await countFiveDays()) }),
    publicCallsTable(await countPublicFunctions(folder)),
  ],
  cold: async (folder) => [coldTable(await measureCold(folder, { rounds: 9 }))],
  warm: async (folder) => [
    warmTable(await measureWarm(folder, { rounds: 9 })),
    overLoopbackTable(await measureOverLoopback(folder, { rounds: 9 })),
    memoryTable(await measureMemory(folder)),
  ],
  'end-to-end': async () => [endToEndTable(await measureEndToEnd())],
  growth: async () => [growthTable(await measureGrowth())],
  money: async () => [moneyTable(await measureMoney())],
};

const { values } = parseArgs({
  options: {
    part: { type: 'string', multiple: true, default: Object.keys(parts) },
    out: { type: 'string', default: process.env['BENCH_OUT'] ?? path.join(tmpdir(), 'lever-turn-bench') },
  },
});

mkdirSync(values.out, { recursive: true });
for (const name of values.part) {
  const part = parts[name];
  if (part === undefined) throw new Error(`There is no part ${name}; there are ${Object.keys(parts).join(', ')}.`);
  const beganAt = Date.now();
  const tables = await part(mkdtempSync(path.join(tmpdir(), `bench-${name}-`)));
  for (const table of tables) say(tableText(table));
  const file = path.join(values.out, `${name}.json`);
  const measuredAt = new Date().toISOString();
  writeFileSync(file, `${JSON.stringify({ part: name, measuredAt, node: process.version, tables }, null, 2)}\n`);
  say(`${name}: ${Math.round((Date.now() - beganAt) / 1000)} s, ${file}\n`);
}
process.exit();
