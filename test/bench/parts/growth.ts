import { maintainAccount } from '#functions/account-maintenance/maintain-account.ts';
import { sweep } from '#functions/sweep/sweep.ts';
import * as keys from '#shared/stores/keys.ts';
import type { Item } from '#shared/stores/table.ts';
import { createGrowingTable } from '../growing-table.ts';
import { rounded, type Table } from '../say.ts';
import { createCountedWorld, trigger } from './calls.ts';

const accountCounts = [1, 100, 10_000] as const;
/** As many as are put there within seconds: what a sweep asks for follows what is due, not these. */
const manyChecks = 100_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

type World = Awaited<ReturnType<typeof createGrownWorld>>;

/**
 * The fake world over a table that may grow: so many accounts, whose maintenance is due evenly over the next hour, and so many ended
 * checks spread over them, each looked at again some time in the next two months. They share their contents with the first.
 */
const createGrownWorld = async (accounts: number, checks: number) => {
  const table = createGrowingTable();
  const world = await createCountedWorld({ table });
  const { recruiter, turn, accountId, now } = world;
  const { id } = recruiter.addOpportunity({ name: 'Ambrose Finch', emails: ['a.finch@mail.example'] });
  recruiter.moveToStage(id, trigger);
  await world.settle();
  turn.advance(turn.checks[0]?.workerId ?? '', 'approved');
  await world.settle();
  const [account, record] = await Promise.all([
    table.get(keys.account(accountId)),
    table.get(keys.opportunity(accountId, id)),
  ]);
  if (account === null || record === null) throw new Error('There is no account, or no check of it.');
  const idOf = (n: number): string => (n === 0 ? accountId : `acct_number_${n}`);
  for (let n = 0; n < accounts; n++) {
    const dueAt = now() + Math.floor((n / accounts) * hourMs);
    const due = { dueAt, partition: keys.accountsDuePartition, workType: 'maintenance' };
    const content = { ...Object(account.content), accountId: idOf(n) };
    await table.overwrite({ ...account, ...keys.account(idOf(n)), content, due });
  }
  for (let n = 0; n < checks; n++) {
    const owner = idOf(n % accounts);
    const due = { dueAt: now() + dayMs + n * 5_000, partition: keys.duePartitionOf(owner), workType: 'sync' };
    await table.overwrite({ ...record, ...keys.opportunity(owner, `check-${String(n).padStart(8, '0')}`), due });
  }
  world.takeCalls();
  return { ...world, table };
};

const cpuSecondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000_000;
};

const tableCallsOf = (world: World): number =>
  Object.entries(world.takeCalls()).reduce((sum, [name, times]) => sum + (name.startsWith('table: ') ? times : 0), 0);

export type Growth = {
  readonly accounts: number;
  readonly checks: number;
  /** A sweep that finds nothing. */
  readonly idleCalls: number;
  readonly idleMs: number;
  /** The dearest of the sweeps of one hour, one a minute, in which each account comes due once. */
  readonly busiestCalls: number;
  readonly busiestMs: number;
  readonly enqueued: number;
  /** The longest that an account waited for the sweep after its time. */
  readonly latestMinutes: number;
  readonly maintenanceCalls: number;
  readonly maintenanceMs: number;
};

const measure = async (accounts: number, checks: number): Promise<Growth> => {
  const world = await createGrownWorld(accounts, checks);
  const { ports, queues } = world;
  const past = { ...ports, now: () => 0 };
  await sweep(past);
  tableCallsOf(world);
  const idleMs = 1000 * (await cpuSecondsOf(() => sweep(past)));
  const idleCalls = tableCallsOf(world);

  const startedAt = world.now();
  let [busiestCalls, busiestMs, latestMinutes, enqueued] = [0, 0, 0, 0];
  for (let minute = 1; minute <= 60; minute++) {
    const now = startedAt + minute * minuteMs;
    const due = await world.table.listDue(keys.accountsDuePartition, now, Number.MAX_SAFE_INTEGER);
    const dueAt = new Map(due.map((item) => [accountIdOf(item), item.due?.dueAt ?? now]));
    world.takeCalls();
    const ms = 1000 * (await cpuSecondsOf(() => sweep({ ...ports, now: () => now })));
    busiestCalls = Math.max(busiestCalls, tableCallsOf(world));
    busiestMs = Math.max(busiestMs, ms);
    for (const { accountId } of queues.maintenance.splice(0)) {
      enqueued += 1;
      latestMinutes = Math.max(latestMinutes, (now - (dueAt.get(accountId) ?? now)) / minuteMs);
      // Whoever maintains it puts it off by an hour; that is not what is measured here.
      const item = await world.table.get(keys.account(accountId));
      if (item?.due) await world.table.overwrite({ ...item, due: { ...item.due, dueAt: now + hourMs } });
    }
  }
  const maintain = (): Promise<void> => maintainAccount(world.accountId, ports);
  await maintain();
  world.passTime(hourMs / 1000);
  tableCallsOf(world);
  const maintenanceMs = 1000 * (await cpuSecondsOf(maintain));
  const maintenanceCalls = tableCallsOf(world);
  return {
    accounts,
    checks,
    idleCalls,
    idleMs,
    busiestCalls,
    busiestMs,
    enqueued,
    latestMinutes,
    maintenanceCalls,
    maintenanceMs,
  };
};

const accountIdOf = ({ pk }: Pick<Item, 'pk'>): string => pk.slice(keys.accountPartition('').length);

export type Fairness = { readonly behind: number; readonly minutes: number };

/** How many sweeps it takes until one due item of an account is enqueued that lies behind so many of another, in the same partition. */
const measureFairness = async (behind: number): Promise<Fairness> => {
  const world = await createGrownWorld(1, 0);
  const { table, ports, queues } = world;
  const busy = 'acct_busy';
  const partition = keys.duePartitionOf(busy);
  const quiet = Array.from({ length: 1_000 }, (_, n) => `acct_quiet_${n}`).find(
    (each) => keys.duePartitionOf(each) === partition,
  );
  if (quiet === undefined) throw new Error('No account lies in that partition.');
  const item = (owner: string, id: string, dueAt: number): Item => ({
    ...keys.opportunity(owner, id),
    version: 1,
    content: {},
    expiresAt: null,
    due: { dueAt, partition, workType: 'decision' },
    open: null,
  });
  const startedAt = world.now();
  for (let n = 0; n < behind; n++)
    await table.overwrite(item(busy, `busy-${String(n).padStart(6, '0')}`, startedAt - 1_000_000 + n));
  await table.overwrite(item(quiet, 'quiet', startedAt));
  for (let minutes = 1; minutes <= 60; minutes++) {
    await sweep({ ...ports, now: () => startedAt + minutes * minuteMs });
    const enqueued = queues.decision.splice(0);
    if (enqueued.some(({ accountId }) => accountId === quiet)) return { behind, minutes };
    // What was enqueued is worked off: it is due no more.
    for (const { accountId, opportunityId } of enqueued) await table.remove(keys.opportunity(accountId, opportunityId));
  }
  return { behind, minutes: Number.POSITIVE_INFINITY };
};

export const measureGrowth = async (): Promise<{ growth: Growth[]; fairness: Fairness }> => {
  const growth: Growth[] = [];
  for (const accounts of accountCounts) growth.push(await measure(accounts, 0));
  growth.push(await measure(accountCounts[2], manyChecks));
  return { growth, fairness: await measureFairness(20_000) };
};

export const growthTable = ({ growth, fairness }: Awaited<ReturnType<typeof measureGrowth>>): Table => ({
  title: 'Growth: the sweep and one account’s maintenance, table in memory',
  columns: [
    'accounts',
    'stored checks',
    'idle sweep: calls',
    'ms CPU',
    'busiest sweep of an hour: calls',
    'ms CPU',
    'accounts enqueued in the hour',
    'latest after (min)',
    'maintenance: calls',
    'ms CPU',
  ],
  rows: growth.map((each) => [
    each.accounts.toLocaleString('en'),
    each.checks.toLocaleString('en'),
    each.idleCalls,
    rounded(each.idleMs),
    each.busiestCalls,
    rounded(each.busiestMs),
    each.enqueued.toLocaleString('en'),
    rounded(each.latestMinutes),
    each.maintenanceCalls,
    rounded(each.maintenanceMs),
  ]),
  notes: [
    `A due item behind another account's ${fairness.behind.toLocaleString('en')} was enqueued in minute ${fairness.minutes}.`,
    'Accounts are due evenly over an hour; ended checks are looked at again within two months.',
  ],
});
