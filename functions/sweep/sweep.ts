import { Failure } from '#shared/domain/failure.ts';
import { upkeepNudge } from '#shared/stores/account-store.ts';
import { accountsDuePartition, duePartitions } from '#shared/stores/keys.ts';
import { readOwner } from '#shared/stores/read-owner.ts';
import type { Item } from '#shared/stores/table.ts';
import { allAtOnce } from './all-at-once.ts';
import { keepUp } from './keep-up.ts';
import { knockAtLever } from './knock-at-lever.ts';
import type { SweepPorts } from './ports.ts';

const mostPerPartition = 500;
const atOnce = 8;
/** Below the function's time-out: what is not begun by then is due still, and the next run's. */
const longestRunMs = 35_000;

/** Finds what is due in the table and feeds it to the same queues as everybody else; looks after the accounts meanwhile. */
export const sweep = async (ports: SweepPorts): Promise<void> => {
  const endsAt = ports.now() + longestRunMs;
  const isOver = (): boolean => ports.now() > endsAt;
  let count = 0;
  const bugs: unknown[] = [];
  const noteBug = (error: unknown): void => {
    if (!(error instanceof Failure)) bugs.push(error);
  };
  const knocking = knockAtLever(ports, isOver).catch(noteBug);
  try {
    for (const partition of [...duePartitions, accountsDuePartition]) {
      const due = await ports.table.listDue(partition, ports.now(), mostPerPartition);
      await allAtOnce(due, atOnce, isOver, async (item) => {
        try {
          if (await seeTo(item, ports)) count += 1;
        } catch (error) {
          // What is met at one item must not keep the sweep from all the others; a bug fails loudly at its end.
          ports.report('work_failed', { accountId: readOwner(item).accountId, reason: 'sweep' });
          noteBug(error);
        }
      });
    }
  } finally {
    await knocking;
  }
  ports.report('sweep_finished', { count });
  if (bugs.length > 0) throw bugs[0];
};

const seeTo = async (item: Item, ports: SweepPorts): Promise<boolean> => {
  if (item.due === null) return false;
  const { accountId, opportunityId } = readOwner(item);
  // Put off before anything is done: a crash in between delays, and whoever changed the item meanwhile sees to it himself.
  const later: Item = {
    ...item,
    version: item.version + 1,
    due: { ...item.due, dueAt: ports.now() + ports.renudgeMs },
  };
  if (!(await ports.table.put(later, item.version))) return false;
  if (item.due.nudge === upkeepNudge) {
    await keepUp(accountId, ports);
    return true;
  }
  if (opportunityId === null) return false;
  const nudge = { accountId, opportunityId };
  await (item.due.nudge === 'stageChanges' ? ports.nudgeStageChange(nudge) : ports.nudgeCheckUpdate(nudge));
  return true;
};
