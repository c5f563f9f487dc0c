import { withConnection } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import type { SendNudge } from '#shared/domain/nudge.ts';
import { withStages } from '#shared/domain/trigger-stage.ts';
import type { OpenLever } from '#shared/lever/lever-client.ts';
import type { Report } from '#shared/observability/log-codes.ts';
import { type AccountStore, upkeepNudge } from '#shared/stores/account-store.ts';
import { duePartitions } from '#shared/stores/keys.ts';
import { readOwner } from '#shared/stores/read-owner.ts';
import type { Item, Table } from '#shared/stores/table.ts';

const mostPerPartition = 500;

export type SweepPorts = {
  now: () => number;
  table: Pick<Table, 'listDue' | 'put'>;
  accounts: Pick<AccountStore, 'find' | 'update'>;
  leverOf: OpenLever;
  nudgeStageChange: SendNudge;
  nudgeCheckUpdate: SendNudge;
  /** How long the queue has before a nudge counts as lost. */
  renudgeMs: number;
  /** How often an account's stages are read again. */
  upkeepMs: number;
  report: Report;
};

/** Finds what is due in the table and feeds it to the same queues as everybody else; looks after the accounts meanwhile. */
export const sweep = async (ports: SweepPorts): Promise<void> => {
  let count = 0;
  const bugs: unknown[] = [];
  for (const partition of duePartitions) {
    for (const item of await ports.table.listDue(partition, ports.now(), mostPerPartition)) {
      try {
        if (await seeTo(item, ports)) count += 1;
      } catch (error) {
        // A bug met at one item must not keep the sweep from all the others; it fails loudly at its end.
        ports.report('work_failed', { accountId: readOwner(item).accountId, reason: 'sweep' });
        bugs.push(error);
      }
    }
  }
  ports.report('sweep_finished', { count });
  if (bugs.length > 0) throw bugs[0];
};

const seeTo = async (item: Item, ports: SweepPorts): Promise<boolean> => {
  if (item.due === null) return false;
  const owner = readOwner(item);
  if (item.due.nudge === upkeepNudge) {
    await keepUp(owner.accountId, ports);
    return true;
  }
  // Put off before it is sent: a crash in between delays, and whoever changed the item meanwhile sees to it himself.
  const later: Item = {
    ...item,
    version: item.version + 1,
    due: { ...item.due, dueAt: ports.now() + ports.renudgeMs },
  };
  if (owner.opportunityId === null || !(await ports.table.put(later, item.version))) return false;
  const nudge = { accountId: owner.accountId, opportunityId: owner.opportunityId };
  await (item.due.nudge === 'stageChanges' ? ports.nudgeStageChange(nudge) : ports.nudgeCheckUpdate(nudge));
  return true;
};

/** Reads the account's stages again: names stay fresh, and so does the access, which would die after 90 idle days. */
const keepUp = async (accountId: string, ports: SweepPorts): Promise<void> => {
  const nextAt = ports.now() + ports.upkeepMs;
  const account = await ports.accounts.find(accountId);
  if (account === null) return;
  try {
    const isUsable = account.enabled && account.connection === 'connected';
    const names = isUsable ? await ports.leverOf(accountId, { holder: 'sweep' }).readStages() : null;
    const readAt = ports.now();
    await ports.accounts.update(
      accountId,
      (before) => (names === null ? before : withStages(before, { readAt, names })),
      nextAt,
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    ports.report('upkeep_failed', { accountId, reason: error.code });
    const isLapsed = error.kind === 'hold';
    if (isLapsed) ports.report('account_disconnected', { accountId });
    await ports.accounts.update(
      accountId,
      (before) => (isLapsed ? withConnection(before, 'disconnected', ports.now()) : before),
      nextAt,
    );
  }
};
