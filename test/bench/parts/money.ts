import { rounded, type Table } from '../say.ts';
import { type Calls, countCheck, countFiveDays } from './calls.ts';
import { prices } from './prices.ts';

/** Arm, and how long a function is billed for one event: stated, not measured. The public ones wait for AWS alone, the others for Lever and Turn too. */
const assumed = { memoryGb: 0.5, publicSeconds: 0.02, workerSeconds: 0.5 } as const;

/** A message is sent, received and deleted. */
const requestsOfMessage = 3;
/** An item is up to a kilobyte, and of what is written half lies in an index too. */
const unitsOf: Readonly<Record<string, { read?: number; write?: number }>> = {
  get: { read: 1 },
  list: { read: 2 },
  listDue: { read: 0.5 },
  listOpen: { read: 0.5 },
  put: { write: 1.5 },
  postpone: { write: 1.5 },
  overwrite: { write: 1 },
  advance: { write: 1 },
  remove: { write: 1 },
};

const perMillion = (price: number, count: number): number => (price * count) / 1_000_000;

/** What these calls cost, in dollars, by service. `invocations`: of functions that anybody calls, and of workers. */
export const costOf = (calls: Calls, invocations: { readonly public: number; readonly workers: number }) => {
  const tableCalls = Object.entries(calls).flatMap(([name, times]) =>
    name.startsWith('table: ') ? [{ times, units: unitsOf[name.slice('table: '.length)] ?? {} }] : [],
  );
  const messages = Object.entries(calls).reduce(
    (sum, [name, times]) => sum + (name.startsWith('queue: ') ? times : 0),
    0,
  );
  const reads = tableCalls.reduce((sum, { times, units }) => sum + times * (units.read ?? 0), 0);
  const writes = tableCalls.reduce((sum, { times, units }) => sum + times * (units.write ?? 0), 0);
  const all = invocations.public + invocations.workers;
  const seconds = invocations.public * assumed.publicSeconds + invocations.workers * assumed.workerSeconds;
  const costs = {
    lambda: perMillion(prices.lambda.perMillionRequests, all) + seconds * assumed.memoryGb * prices.lambda.perGbSecond,
    dynamodb:
      perMillion(prices.dynamodb.perMillionReadUnits, reads) + perMillion(prices.dynamodb.perMillionWriteUnits, writes),
    sqs: perMillion(prices.sqs.perMillionRequests, messages * requestsOfMessage),
    httpApi: perMillion(prices.httpApi.perMillionRequests, invocations.public),
  };
  return { ...costs, all: Object.values(costs).reduce((sum, cost) => sum + cost, 0) };
};

const hoursOfMonth = 730;
const minutesOfHour = 60;

const times = (calls: Calls, factor: number): Calls =>
  Object.fromEntries(Object.entries(calls).map(([name, count]) => [name, count * factor]));

export const measureMoney = async (): Promise<Record<string, ReturnType<typeof costOf>>> => {
  const steps = await countCheck();
  const check = steps['the whole check with 5 statuses'] ?? {};
  const idleHour = (await countFiveDays())['an idle hour of an account'] ?? {};
  const isSweeps = (name: string): boolean => name === 'table: listDue';
  const ofSweep = Object.fromEntries(Object.entries(idleHour).filter(([name]) => isSweeps(name)));
  const ofAccount = Object.fromEntries(Object.entries(idleHour).filter(([name]) => !isSweeps(name)));
  const messages = Object.entries(check).reduce(
    (sum, [name, count]) => sum + (name.startsWith('queue: ') ? count : 0),
    0,
  );
  return {
    'a check with five statuses': costOf(check, { public: messages, workers: messages }),
    'a thousand webhooks that start a check': costOf(times(steps['webhook'] ?? {}, 1_000), {
      public: 1_000,
      workers: 0,
    }),
    'an idle account, a month': costOf(times(ofAccount, hoursOfMonth), { public: 0, workers: hoursOfMonth }),
    'the sweep, a month': costOf(times(ofSweep, hoursOfMonth), { public: 0, workers: hoursOfMonth * minutesOfHour }),
  };
};

export const moneyTable = (costs: Awaited<ReturnType<typeof measureMoney>>): Table => ({
  title: 'Money: US dollars by list price (parts/prices.ts)',
  columns: ['', 'all', 'Lambda', 'DynamoDB', 'SQS', 'HTTP API'],
  rows: Object.entries(costs).map(([name, { all, lambda, dynamodb, sqs, httpApi }]) => [
    name,
    ...[all, lambda, dynamodb, sqs, httpApi].map((cost) => rounded(cost)),
  ]),
  notes: [
    `From counted calls. Assumed: ${assumed.memoryGb} GB, ${assumed.publicSeconds} s of a public function and ${assumed.workerSeconds} s of a worker an event, items up to a kilobyte. Without logs, traces, storage and keys.`,
  ],
});
