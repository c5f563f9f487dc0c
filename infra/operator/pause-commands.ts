import { requeuePaused } from '#shared/accounts/requeue-paused.ts';
import { pauseOf, withTurnsPause } from '#shared/domain/pause.ts';
import type { CommandPorts } from './account-commands.ts';
import { CommandFault } from './stack.ts';

type PausePorts = Pick<CommandPorts, 'now' | 'accounts' | 'pauses' | 'records'>;

/** The operator's brake. It is no Super Admin's to release; what a Super Admin paused stays paused. */
export const pauseCommands = {
  async setPaused(
    { now, accounts, activities, ...ports }: PausePorts & Pick<CommandPorts, 'activities'>,
    accountId: string,
    isPaused: boolean,
  ) {
    const update = await accounts.update(accountId, (account) => withTurnsPause(account, isPaused, now()));
    if (update === null) throw new CommandFault(`There is no account ${accountId}.`);
    const kind = isPaused ? 'checks_paused' : 'checks_resumed';
    await activities.record(accountId, { kind, opportunityId: null, by: null, detail: 'turn' });
    if (isPaused) return [`${accountId} is paused: nothing is ordered for it from now on, and what waits is kept.`];
    const still = pauseOf(update.after, await ports.pauses.allPausedSince());
    if (still !== null) {
      const why = still.by === 'turn' ? 'all accounts are paused' : 'its Super Admin paused it, and can resume it';
      return [`${accountId} is not paused by itself any more, but still paused: ${why}.`];
    }
    return [`${accountId} is resumed: ${waiting(await requeuePaused(update.after, { now, ...ports }))}.`];
  },

  async pauseAll({ pauses }: Pick<CommandPorts, 'pauses'>) {
    await pauses.pauseAll(true);
    return ['All accounts are paused: nothing is ordered from now on, and what waits is kept.'];
  },

  /** Done again after an interruption, it goes on with those that wait still. */
  async resumeAll({ accounts, table, ...ports }: PausePorts & { table: Pick<CommandPorts['table'], 'accountIds'> }) {
    await ports.pauses.pauseAll(false);
    let count = 0;
    const still: string[] = [];
    for (const id of await table.accountIds()) {
      const account = await accounts.find(id);
      if (account === null) continue;
      count += await requeuePaused(account, ports);
      const pause = pauseOf(account, null);
      if (pause !== null)
        still.push(`${id} is still paused by ${pause.by === 'turn' ? 'Turn, by itself' : 'its Super Admin'}.`);
    }
    return [`The pause of all accounts is ended: ${waiting(count)}.`, ...still];
  },
};

const waiting = (count: number): string =>
  count === 1
    ? '1 candidate who waits is decided within minutes'
    : `${count} candidates who wait are decided within minutes`;
