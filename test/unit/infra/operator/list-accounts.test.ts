import { describe, expect, it } from 'vitest';
import { listAccounts } from '#infra/operator/list-accounts.ts';
import { createWorld } from '../../../fakes/world.ts';

const sceneOf = async () => {
  const world = await createWorld();
  const table = { ...world.table, accountIds: async () => [world.accountId] };
  return { ...world, list: (isJson = false) => listAccounts({ ...world.ports, table }, isJson), table };
};

describe('accounts list', () => {
  it('tells the health of each account in words', async () => {
    const { accounts, accountId, list, ports, table } = await sceneOf();
    expect(await list()).toEqual(['acct_brightwater\tenabled\tReady for the first candidate\tBrightwater']);
    await accounts.update(accountId, (account) => ({ ...account, pausedByTurnSince: Date.parse('2026-03-02') }));
    expect(await list()).toEqual([
      'acct_brightwater\tenabled\t1 thing needs your attention since 2026-03-02T00:00:00.000Z: New checks are paused by Turn: nothing is ordered until Turn resumes them. Nothing is lost.\tBrightwater',
    ]);
    await accounts.update(accountId, (account) => ({ ...account, connectionState: 'not_connected' }));
    expect(await list()).toEqual([
      'acct_brightwater\tenabled\tNot connected: Lever is not connected, so moving a candidate starts nothing. New checks are paused by Turn: nothing is ordered until Turn resumes them. Nothing is lost.\tBrightwater',
    ]);
    const none = { ...table, accountIds: async () => [] };
    expect(await listAccounts({ ...ports, table: none })).toEqual(['There are no accounts yet.']);
  });

  it('gives the same to programs, an object a line', async () => {
    const { accounts, accountId, list } = await sceneOf();
    await accounts.update(accountId, (account) => ({ ...account, enabled: false, connectionState: 'disconnected' }));
    const [line = ''] = await list(true);
    expect(JSON.parse(line)).toMatchObject({
      accountId: 'acct_brightwater',
      name: 'Brightwater',
      enabled: false,
      connection: 'disconnected',
      health: { state: 'down', problems: [{ code: 'lever_disconnected' }] },
    });
  });

  it('reads no more of an account with many candidates than a thousand open ones', async () => {
    const { ports, table } = await sceneOf();
    const asked: number[] = [];
    const records = {
      ...ports.records,
      listOpen: (accountId: string) => {
        asked.push(1);
        return ports.records.listOpen(accountId);
      },
      list: async () => expect.unreachable('all records are read'),
      listFirst: async () => expect.unreachable('all records are read'),
    };
    await listAccounts({ ...ports, records, table });
    expect(asked).toEqual([1]);
  });
});
