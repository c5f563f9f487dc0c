import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Bundle } from './bundles/bundle.ts';
import type { Interleaved } from './interleave.ts';
import type { Calls } from './parts/calls.ts';

/** What the gates hold the present code against. A gate names each way in which it is worse, or no longer what was recorded. */
export type Recorded = {
  readonly bundles: Readonly<Record<string, { readonly bytes: number; readonly builtins: readonly string[] }>>;
  /** Calls of the table, the queues, AWS and the vendors, by what happened. */
  readonly calls: Readonly<Record<string, Calls>>;
  /** CPU, as a ratio to a bare process. */
  readonly cold: Readonly<Record<string, number>>;
  /** CPU of one webhook, as a ratio to the floor. */
  readonly warm: Readonly<Record<string, number>>;
};

const file = fileURLToPath(new URL('recorded.json', import.meta.url));

export const recorded = (): Recorded => JSON.parse(readFileSync(file, 'utf8')) as Recorded;

/** Puts what is true now in the place of what was recorded. */
export const record = (changes: Partial<Recorded>): void =>
  writeFileSync(file, `${JSON.stringify({ ...recorded(), ...changes }, null, 2)}\n`);

const bytesTolerance = 0.05;

/** What is wrong with a bundle's size and with what it loads of node. */
export const judgeBundle = (
  { name, bytes, builtins }: Pick<Bundle, 'name' | 'bytes' | 'builtins'>,
  { bundles }: Pick<Recorded, 'bundles'>,
): string[] => {
  const before = bundles[name];
  if (before === undefined) return [`${name} is not recorded.`];
  const isOff = Math.abs(bytes / before.bytes - 1) > bytesTolerance;
  return [
    ...(isOff ? [`${name} has ${bytes} bytes, and ${before.bytes} are recorded.`] : []),
    ...builtins.filter((each) => !before.builtins.includes(each)).map((each) => `${name} loads ${each} too.`),
    ...before.builtins.filter((each) => !builtins.includes(each)).map((each) => `${name} no longer loads ${each}.`),
  ];
};

/** What was called otherwise than recorded. */
export const judgeCalls = (what: string, calls: Calls, { calls: all }: Pick<Recorded, 'calls'>): string[] => {
  const before = all[what];
  if (before === undefined) return [`What is called for ${what} is not recorded.`];
  return [...new Set([...Object.keys(before), ...Object.keys(calls)])]
    .filter((name) => (calls[name] ?? 0) !== (before[name] ?? 0))
    .map((name) => `${what} calls ${name} ${calls[name] ?? 0} times, and ${before[name] ?? 0} are recorded.`);
};

/** Machines differ, and the same one from hour to hour: what was slow before takes that much longer only where something heavy came in. */
const ratioTolerance = 1.4;

/** What takes longer than recorded; null where the machine was too busy to say. */
export const judgeRatios = (
  measured: Interleaved,
  ratios: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
): string[] | null => {
  if (!measured.isConclusive) return null;
  return Object.entries(ratios).flatMap(([name, ratio]) => {
    const known = before[name];
    if (known === undefined) return [`${name} is not recorded.`];
    const most = known * ratioTolerance;
    return ratio > most ? [`${name} takes ${ratio.toFixed(2)} times the floor, and ${known} are recorded.`] : [];
  });
};
