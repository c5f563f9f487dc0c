import { Failure } from '#shared/domain/failure.ts';
import { maintenanceWork } from '#shared/stores/account-store.ts';
import { accountsDuePartition, duePartitions, readOwner } from '#shared/stores/keys.ts';
import type { Item } from '#shared/stores/table.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { maintainAccount } from './maintain-account.ts';
import { mapConcurrently } from './map-concurrently.ts';
import { probeConnections } from './probe-connections.ts';

const mostPerPartition = 500;
const atOnce = 8;
/** Below the function's time-out: what is not begun by then is due still, and the next run's. */
const longestRunMs = 35_000;

/** Finds what is due in the table and feeds it to the same queues as everybody else; maintains the accounts meanwhile. */
export const sweep = async (ports: AppPorts): Promise<void> => {
  const endsAt = ports.now() + longestRunMs;
  const isOver = (): boolean => ports.now() > endsAt;
  let count = 0;
  const bugs: unknown[] = [];
  const noteBug = (error: unknown): void => {
    if (!(error instanceof Failure)) bugs.push(error);
  };
  const probing = probeConnections(ports, isOver).catch(noteBug);
  try {
    for (const partition of [...duePartitions, accountsDuePartition]) {
      const due = await ports.table.listDue(partition, ports.now(), mostPerPartition);
      await mapConcurrently(due, atOnce, isOver, async (item) => {
        try {
          if (await seeTo(item, ports)) count += 1;
        } catch (error) {
          // What is met at one item must not keep the sweep from all the others; a bug fails loudly at its end.
          await ports.emit('work_failed', { accountId: readOwner(item).accountId, reason: 'sweep' });
          noteBug(error);
        }
      });
    }
  } finally {
    await probing;
  }
  await ports.emit('sweep_finished', { count });
  if (bugs.length > 0) throw bugs[0];
};

const seeTo = async (item: Item, ports: AppPorts): Promise<boolean> => {
  if (item.due === null) return false;
  const { accountId, opportunityId } = readOwner(item);
  // Put off before anything is done: a crash in between delays, and whoever changed the item meanwhile sees to it himself.
  const later: Item = {
    ...item,
    version: item.version + 1,
    due: { ...item.due, dueAt: ports.now() + ports.config.redeliveryMs },
  };
  if (!(await ports.table.put(later, item.version))) return false;
  if (item.due.workType === maintenanceWork) {
    await maintainAccount(accountId, ports);
    return true;
  }
  if (opportunityId === null) return false;
  const work = { accountId, opportunityId };
  await (item.due.workType === 'decision' ? ports.enqueueDecision(work) : ports.enqueueSync(work));
  return true;
};
