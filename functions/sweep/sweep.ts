import { Failure } from '#shared/domain/failure.ts';
import type { Ports } from '#shared/ports.ts';
import { maintainedAtOf, maintenanceWork } from '#shared/stores/account-store.ts';
import { accountsDuePartition, duePartitions, readOwner } from '#shared/stores/keys.ts';
import type { DueItem } from '#shared/stores/table.ts';
import { inTurn } from './in-turn.ts';
import { mapConcurrently } from './map-concurrently.ts';

/** Of a partition, in one run: more than ever waits there, but for a long outage of everything. */
const mostListed = 25_000;
/** Of one account, in one run: about as many as Lever lets its workers do until the next one. More would wait in the queue, and be enqueued there again. */
const mostOfOneAccount = 500;
const worksAtOnce = 24;
/** Beside the work, so that neither has to wait for the other. */
const accountsAtOnce = 8;
/** Below the function's time-out: what is not begun by then is due still, and the next run's. */
const longestRunMs = 35_000;

type SweepPorts = Pick<
  Ports,
  'now' | 'config' | 'table' | 'emit' | 'enqueueDecision' | 'enqueueSync' | 'enqueueMaintenance'
>;

/** Finds what is due in the table, and feeds it to the same queues as everybody else, one account's turn after another's; and the accounts to the queue of their maintenance. */
export const sweep = async (ports: SweepPorts): Promise<void> => {
  const endsAt = ports.now() + longestRunMs;
  const isOver = (): boolean => ports.now() > endsAt;
  let count = 0;
  const bugs: unknown[] = [];
  const list = async (partition: string): Promise<DueItem[]> => {
    try {
      return await ports.table.listDue(partition, ports.now(), mostListed);
    } catch (error) {
      // Nobody else's work waits for that; the run fails loudly at its end.
      bugs.push(error);
      return [];
    }
  };
  const feed = async (item: DueItem): Promise<void> => {
    try {
      if (await enqueue(item, ports)) count += 1;
    } catch (error) {
      // What is met at one item must not keep the sweep from all the others; a bug fails loudly at its end.
      await ports.emit('item_skipped', { accountId: readOwner(item).accountId, reason: 'sweep' });
      if (!(error instanceof Failure)) bugs.push(error);
    }
  };
  const feedWork = async (): Promise<void> => {
    const due = (await Promise.all(duePartitions.map(list))).flat();
    const soonestFirst = due.toSorted((one, other) => one.due.dueAt - other.due.dueAt);
    const work = inTurn(soonestFirst, mostOfOneAccount, (item) => readOwner(item).accountId);
    await mapConcurrently(work, worksAtOnce, isOver, feed);
  };
  const feedAccounts = async (): Promise<void> =>
    mapConcurrently(await list(accountsDuePartition), accountsAtOnce, isOver, feed);
  await Promise.all([feedWork(), feedAccounts()]);
  await ports.emit('sweep_finished', { count });
  if (bugs.length > 0) throw bugs[0];
};

const enqueue = async (item: DueItem, ports: SweepPorts): Promise<boolean> => {
  const { accountId, opportunityId } = readOwner(item);
  // Put off before anything is done: a crash in between delays, and whoever changed the item meanwhile sees to it himself.
  const postponed = await ports.table.postpone(item, ports.now() + ports.config.redeliveryMs);
  if (postponed === null) return false;
  if (item.due.workType === maintenanceWork) {
    await ports.enqueueMaintenance({ accountId });
    await tellIfOverdue(accountId, maintainedAtOf(postponed), ports);
    return true;
  }
  if (opportunityId === null) return false;
  const work = { accountId, opportunityId };
  await (item.due.workType === 'decision' ? ports.enqueueDecision(work) : ports.enqueueSync(work));
  return true;
};

/** Somebody is told of maintenance that nobody does: it should have been done a whole period ago. */
const tellIfOverdue = async (accountId: string, maintainedAt: number | null, ports: SweepPorts): Promise<void> => {
  const { maintenanceMs } = ports.config;
  const overdueMs = ports.now() - (maintainedAt ?? ports.now()) - maintenanceMs;
  if (overdueMs < maintenanceMs) return;
  await ports.emit('maintenance_overdue', { accountId, seconds: Math.round(overdueMs / 1000) });
};
