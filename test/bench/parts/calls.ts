import { randomUUID } from 'node:crypto';
import type { Table as StoredTable } from '#shared/stores/table.ts';
import { createWorld } from '../../fakes/world.ts';
import { seedAccount } from '../aws/seed-account.ts';
import { startCountedAws } from '../aws/start-aws.ts';
import { bundleFunction } from '../bundles/bundle.ts';
import { buildProcesses } from '../bundles/bundle-contender.ts';
import { ACCOUNT_ID, httpEvent, type Scenario, webhookEvent } from '../deliveries.ts';
import { startWarmProcess } from '../processes/warm-process.ts';
import type { Table } from '../say.ts';

/** How often each thing was asked for. */
export type Calls = Readonly<Record<string, number>>;

const tableCalls = ['get', 'put', 'overwrite', 'advance', 'remove', 'list', 'listDue', 'listOpen', 'postpone'] as const;
const statuses = ['consent', 'processing', 'review', 'review__identity', 'approved'] as const;
export const trigger = 'Reference check';

/** The fake world, counting what its use cases ask of the table, the queues, Lever and Turn; over another table, if one is given. */
export const createCountedWorld = async (options: { readonly table?: StoredTable } = {}) => {
  const world = await createWorld();
  if (options.table !== undefined) {
    for (const item of world.table.items.values()) await options.table.overwrite(item);
    Object.assign(world.table, options.table);
  }
  await world.authorize();
  let calls: Record<string, number> = {};
  const count = (name: string): void => {
    calls[name] = (calls[name] ?? 0) + 1;
  };
  const { table } = world;
  for (const name of tableCalls) {
    const plain = table[name] as (...args: unknown[]) => unknown;
    Object.assign(table, {
      [name]: (...args: unknown[]) => {
        count(`table: ${name}`);
        return plain(...args);
      },
    });
  }
  for (const [name, queue] of Object.entries(world.queues)) {
    const push = (...items: unknown[]): number => {
      count(`queue: ${name}`);
      return Array.prototype.push.apply(queue, items);
    };
    Object.assign(queue, { push });
  }
  const asked = { lever: 0, turn: 0 };
  return {
    ...world,
    /** What was asked since it was last taken. */
    takeCalls(): Calls {
      for (const vendor of ['lever', 'turn'] as const) {
        const more = world[vendor].requests.slice(asked[vendor]);
        asked[vendor] += more.length;
        // Another host than its API's, with limits of its own.
        for (const { path } of more) count(path === '/oauth/token' ? `${vendor}: login` : vendor);
      }
      const taken = calls;
      calls = {};
      return Object.fromEntries(Object.entries(taken).toSorted(([one], [other]) => (one < other ? -1 : 1)));
    },
  };
};

const plus = (one: Calls, other: Calls): Calls =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])]
      .toSorted()
      .map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]),
  );

/** What one check asks for, step by step, in a world whose time stands still: the function that takes each message starts with nothing remembered but what this process does. */
export const countCheck = async (): Promise<Record<string, Calls>> => {
  const world = await createCountedWorld();
  const { recruiter, lever, turn, queues, takeCalls } = world;
  const carry = async (outbox: typeof lever.outbox): Promise<void> => {
    for (const delivery of outbox.takeDue()) outbox.settle(delivery.id, await world.receive(delivery));
  };
  const workOff = async (): Promise<void> => {
    for (let item = queues.sync.shift(); item !== undefined; item = queues.sync.shift()) await world.sync(item);
  };
  // A candidate before this one, so that what is read once a while has been.
  recruiter.moveToStage(
    recruiter.addOpportunity({ name: 'Ottilie Wren', emails: ['o.wren@mail.example'] }).id,
    trigger,
  );
  await world.settle();
  const { id } = recruiter.addOpportunity({ name: 'Ambrose Finch', emails: ['a.finch@mail.example'] });
  takeCalls();

  const steps: Record<string, Calls> = {};
  recruiter.moveToStage(id, trigger);
  await carry(lever.outbox);
  steps['webhook'] = takeCalls();
  for (const item of queues.decision.splice(0)) await world.process(item);
  steps['order'] = takeCalls();
  await workOff();
  steps['first tag and note'] = takeCalls();
  const workerId = (await world.recordOf(id)).entries.flatMap((entry) =>
    'workerId' in entry ? [entry.workerId] : [],
  )[0];
  for (const state of statuses) {
    turn.advance(workerId ?? '', state);
    await carry(turn.outbox);
    steps[`callback: ${state}`] = takeCalls();
    await workOff();
    steps[`sync: ${state}`] = takeCalls();
  }
  await world.settle();
  const rest = takeCalls();
  const whole = [...Object.values(steps), rest].reduce(plus, {});
  return { ...steps, [`the whole check with ${statuses.length} statuses`]: whole };
};

const days = 5;

/** What a connected account asks for in an hour in which nothing happens, and a check that takes five days beyond that. */
export const countFiveDays = async (): Promise<Record<string, Calls>> => {
  const idle = await createCountedWorld();
  await idle.wait(3_600);
  idle.takeCalls();
  await idle.wait(3_600);
  const hour = idle.takeCalls();
  idle.takeCalls();
  await idle.wait((days * 24 - 2) * 3_600);
  const rest = idle.takeCalls();

  const busy = await createCountedWorld();
  const { recruiter, turn } = busy;
  await busy.wait(3_600);
  busy.takeCalls();
  const { id } = recruiter.addOpportunity({ name: 'Ambrose Finch', emails: ['a.finch@mail.example'] });
  recruiter.moveToStage(id, trigger);
  await busy.settle();
  const workerId = (await busy.recordOf(id)).entries.flatMap((entry) =>
    'workerId' in entry ? [entry.workerId] : [],
  )[0];
  const seconds = (days * 24 - 1) * 3_600;
  for (const state of statuses) {
    await busy.wait(seconds / statuses.length);
    turn.advance(workerId ?? '', state);
    await busy.settle();
  }
  const all = busy.takeCalls();
  const vendors = (calls: Calls): Calls => ({ lever: calls['lever'] ?? 0, turn: calls['turn'] ?? 0 });
  const without = plus(hour, rest);
  return {
    'an idle hour of an account': hour,
    [`a check of ${days} days beside that`]: {
      lever: (vendors(all)['lever'] ?? 0) - (vendors(without)['lever'] ?? 0),
      turn: (vendors(all)['turn'] ?? 0) - (vendors(without)['turn'] ?? 0),
    },
  };
};

/** What the two public functions ask of AWS, as shipped: their bundles in a process of their own, AWS on loopback. */
export const countPublicFunctions = async (folder: string): Promise<Record<string, Calls>> => {
  const { serve } = await buildProcesses(folder);
  const nowhere = { leverUrl: 'http://127.0.0.1:9/v1', turnUrl: 'http://127.0.0.1:9/v1' };
  const aws = await startCountedAws(`${folder}/aws`, nowhere);
  try {
    const { callbackPath } = await seedAccount(aws);
    aws.takeCalls();
    const counted: Record<string, Calls> = {};
    const verify = await startWarmProcess(
      serve,
      (await bundleFunction('webhook-verify', folder)).file,
      aws.environment,
    );
    const take = async (name: string, scenario: Scenario): Promise<void> => {
      await verify.work({ events: [webhookEvent(scenario)] });
      counted[`webhook-verify, ${name}`] = aws.takeCalls();
    };
    await take('first in its process', 'accepted');
    // What it counts ahead grows with what comes: after some, each is as the next.
    await verify.work({ events: Array.from({ length: 3 }, () => webhookEvent('accepted')) });
    aws.takeCalls();
    await take('accepted', 'accepted');
    await take('ignored', 'ignored');
    await verify.work({ events: [webhookEvent('replayed')] });
    aws.takeCalls();
    await take('replayed', 'replayed');
    await take('forged', 'forged');
    verify.end();

    const key = callbackPath.split('/').at(-1) ?? '';
    const callback = (path: string): object => {
      const body = JSON.stringify({ worker_id: randomUUID(), state: 'processing' });
      return httpEvent('POST', '/turn/{account}/{key}', { account: ACCOUNT_ID, key: path }, body);
    };
    const status = await startWarmProcess(
      serve,
      (await bundleFunction('status-callback', folder)).file,
      aws.environment,
    );
    for (const [name, path] of [
      ['first in its process', key],
      ['of nobody we know', key],
      ['with a wrong key', 'x'.repeat(43)],
    ] as const) {
      await status.work({ events: [callback(path)] });
      counted[`status-callback, ${name}`] = aws.takeCalls();
    }
    status.end();
    return counted;
  } finally {
    await aws.stop();
  }
};

const sum = (calls: Calls, isCounted: (name: string) => boolean): number =>
  Object.entries(calls).reduce((total, [name, times]) => total + (isCounted(name) ? times : 0), 0);

export const callsTable = (steps: Readonly<Record<string, Calls>>): Table => ({
  title: 'Calls: of one check, in a world whose time stands still',
  columns: ['', 'Lever', 'Turn', 'table', 'queues', 'of the table'],
  rows: Object.entries(steps).map(([name, calls]) => [
    name,
    calls['lever'] ?? 0,
    calls['turn'] ?? 0,
    sum(calls, (each) => each.startsWith('table: ')),
    sum(calls, (each) => each.startsWith('queue: ')),
    Object.entries(calls)
      .filter(([each]) => each.startsWith('table: '))
      .map(([each, times]) => `${each.slice('table: '.length)} ${times}`)
      .join(', '),
  ]),
  notes: [`Lever's budget for a check with S later statuses is 2 S + 4: ${2 * statuses.length + 4} here.`],
});

export const publicCallsTable = (counted: Readonly<Record<string, Calls>>): Table => ({
  title: 'Calls of AWS by the public functions, as shipped',
  columns: ['', 'all', 'which'],
  rows: Object.entries(counted).map(([name, calls]) => [
    name,
    sum(calls, () => true),
    Object.entries(calls)
      .map(([each, times]) => `${each} ${times}`)
      .join(', '),
  ]),
});
