import { readFileSync } from 'node:fs';
import type { Node } from 'constructs';
import * as z from 'zod';
import { parseJson } from '#shared/http/parse-json.ts';
import { alarmTargets } from './alarm-targets.ts';
import { nearest } from './nearest.ts';
import { type Stage, type StageName, stageNames, stageOf, valuesSchema } from './stages.ts';

/** What the operator can put right in the stage's file; its message says how. */
export class StageFault extends Error {
  override readonly name = 'StageFault';
}

const stageKeys = Object.keys(valuesSchema.shape);

/** What a file must say beyond what every stage must: where to deploy, and in production who is told. */
const neededToDeploy = (name: StageName): Record<string, string> => ({
  account: 'the twelve digits of the AWS account',
  region: 'the AWS region, like eu-central-1',
  ...(name === 'production' && {
    alarmPage: 'whom alarms wake: an e-mail address or the ARN of an SNS topic',
    alarmTicket: 'who handles what can wait for the next working day; likewise',
    alarmCustomer: 'who looks after customers; likewise',
  }),
});

/** The stage that the context names (`cdk -c stage=NAME`), from its file; programs may give `stageValues`, an object, in its place. Throws a `StageFault`. */
export const readStageOf = (node: Node): Stage => {
  const name = readStageName(node.tryGetContext('stage'));
  const values = node.tryGetContext('stageValues');
  if (typeof values === 'object') return readStage(name, values);
  const astray = ['stageValues', ...stageKeys].filter((key) => node.tryGetContext(key) !== undefined);
  if (astray.length === 0) return readStageFile(name);
  throw new StageFault(
    `With -c only the name of the stage is given: ${astray.join(', ')} must stand in infra/stages/${name}.json.`,
  );
};

/** The stage as `infra/stages/NAME.json` has it. Throws a `StageFault` that names all that is wrong, or still to be filled in. */
export const readStageFile = (name: StageName, folder = new URL('./stages/', import.meta.url)): Stage => {
  const source = `infra/stages/${name}.json`;
  const values = parseJson(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
  if (values === undefined) throw new StageFault(`${source} is not JSON.`);
  return readStage(name, values, { source, needed: neededToDeploy(name) });
};

/** The stage of this name with these values. Throws a `StageFault` that names every value at fault; `source` says where they stand. */
export const readStage = (
  name: StageName,
  values: unknown,
  { source = 'the values given', needed = {} }: { source?: string; needed?: Record<string, string> } = {},
): Stage => {
  const { success, data, error } = valuesSchema.safeParse(values);
  const given = z.record(z.string(), z.unknown()).catch({}).parse(values);
  const toFillIn = Object.entries(given).flatMap(([key, value]) => {
    const what = typeof value === 'string' ? placeholder.exec(value) : null;
    return what === null ? [] : [[key, `is still to be filled in: ${what[1]}`] as const];
  });
  const missing = Object.entries(needed).flatMap(([key, what]) =>
    Object.hasOwn(given, key) ? [] : [[key, `is missing: ${what}`] as const],
  );
  const named = new Set([...toFillIn, ...missing].map(([key]) => key));
  const faults = [
    ...toFillIn,
    ...missing,
    ...(error?.issues ?? []).flatMap(faultsOf).filter(([key]) => !named.has(key)),
  ];
  if (success && faults.length === 0) return stageOf(name, data);
  const lines = faults.map(([key, what]) => `  ${key}: ${what}`);
  throw new StageFault([`The stage ${name} cannot be used as it stands in ${source}:`, ...lines].join('\n'));
};

/** How a new file says what belongs there. */
const placeholder = /^fill in:? *(.*)/i;

/** One of the stages' names. Throws a `StageFault`. */
export const readStageName = (given: unknown): StageName => {
  const name = stageNames.find((each) => each === given);
  if (name !== undefined) return name;
  const said = typeof given === 'string' ? `There is no stage ${given}. ` : '';
  throw new StageFault(`${said}Say which stage: ${stageNames.join(' or ')} (cdk: -c stage=NAME).`);
};

const faultsOf = (issue: z.core.$ZodIssue): (readonly [key: string, what: string])[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => [key, `nothing has this name; did you mean ${nearest(key, stageKeys)}?`] as const)
    : [[issue.path.join('.') || 'the file', issue.message]];

/** Who will be told of alarms, in lines for whoever deploys. */
export const whoIsTold = ({ name, env, alarms }: Stage): string[] => [
  `Stage ${name}${env === undefined ? '' : `, AWS account ${env.account}, ${env.region}`}. Alarms tell:`,
  ...alarmTargets.map((target) => `  ${`${target}:`.padEnd(10)}${alarms[target] ?? 'NOBODY'}`),
];
