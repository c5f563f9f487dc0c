import { describe, expect, it } from 'vitest';
import { maintainAccount } from '#functions/account-maintenance/maintain-account.ts';
import type { Table } from '#shared/stores/table.ts';
import { createWorld } from '../../../fakes/world.ts';

/** Counts from now on what is asked of the table. */
const countCalls = (table: Table): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of ['get', 'put', 'overwrite', 'advance', 'remove', 'list', 'listOpen'] as const) {
    const call = table[name] as (...args: unknown[]) => unknown;
    Object.assign(table, {
      [name]: (...args: unknown[]) => {
        counts[name] = (counts[name] ?? 0) + 1;
        return call(...args);
      },
    });
  }
  return counts;
};

describe('the maintenance of an idle account', () => {
  it('renews its access, calls Lever four times, and saves the account once: so often it asks the table', async () => {
    const world = await createWorld();
    const { accountId, accounts, now } = world;
    await world.authorize();
    await world.wait(3 * 3_600);
    world.passTime(3_600);
    await accounts.update(accountId, (account) => account, now());
    const calls = world.lever.requests.length;
    const counts = countCalls(world.table);
    await maintainAccount(accountId, world.ports);
    expect(world.lever.requests.slice(calls).map(({ path }) => path)).toEqual([
      '/oauth/token',
      '/stages',
      '/webhooks',
      '/opportunities',
      '/opportunities/deleted',
    ]);
    expect(counts).toEqual({ get: 19, listOpen: 1, put: 4, advance: 4, overwrite: 1 });
  });
});
