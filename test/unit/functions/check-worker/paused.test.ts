import { describe, expect, it } from 'vitest';
import { processOpportunity } from '#functions/check-worker/process-opportunity.ts';
import { pauseCommands } from '#infra/operator/pause-commands.ts';
import type { Account } from '#shared/domain/account.ts';
import { withPause, withTurnsPause } from '#shared/domain/pause.ts';
import { createScene } from '../settings-api/settings-api-scene.ts';

const trigger = 'Reference check';

const scene = async (settings: Partial<Account> = {}) => {
  const api = await createScene();
  const { world } = api;
  const { accountId } = world;
  await world.accounts.update(accountId, (account) => ({ ...account, ...settings }));
  const { id } = world.recruiter.addOpportunity({ name: 'Rosalind Pike', emails: ['rosalind.pike@people.example'] });
  const change = (of: (account: Account) => Account) => world.accounts.update(accountId, of);
  const table = {
    accountIds: async () => [accountId],
    usedKeyIds: async () => new Set<string>(),
    deleteAccount: async () => 0,
    itemsAbout: async () => [],
  };
  const operator = { ...world.ports, table, publicUrl: '', callbackPathOf: async () => '' };
  return {
    ...api,
    accountId,
    id,
    operator,
    enter: async () => {
      world.recruiter.moveToStage(id, trigger);
      await world.settle();
    },
    press: (paused: boolean) => api.read('PUT /api/pause', { body: { paused } }),
    turnsPause: (isPaused: boolean) => change((account) => withTurnsPause(account, isPaused, world.now())),
    health: async () => (await api.read('GET /api/account')).health,
    waiting: async () => (await world.recordOf(id)).nextDecision,
  };
};

describe('a pause', () => {
  it('has nothing ordered, shows after half an hour that it waits, and all goes on once it is resumed', async () => {
    const { world, press, enter, id, health, activities } = await scene();
    expect(await press(true)).toEqual({ pause: { since: world.now(), by: 'account' } });
    await enter();
    await world.wait(600);
    expect([world.turn.checks, world.recruiter.tags(id)]).toEqual([[], []]);
    await world.wait(3_600);
    expect([world.turn.checks, world.recruiter.tags(id)]).toEqual([[], ['TurnStatus:waiting']]);
    expect(await health()).toMatchObject({
      state: 'attention',
      problems: [{ code: 'paused', candidates: 1 }],
      waiting: { count: 1, reasons: [{ reason: 'ordering_paused', count: 1 }] },
    });
    await world.wait(5 * 86_400);
    expect(await press(false)).toEqual({ pause: null });
    await world.wait(120);
    expect(world.turn.checks).toHaveLength(1);
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
    expect((await health()).problems).toEqual([]);
    const pressed = (await activities()).filter(({ kind }) => kind.startsWith('checks_'));
    expect(pressed).toEqual([
      { kind: 'checks_resumed', by: 'user-1', detail: null },
      { kind: 'checks_paused', by: 'user-1', detail: null },
    ]);
    expect(world.log.map(({ code }) => code)).not.toContain('retry_scheduled');
  });

  it('has the person’s other opportunities looked through once, and once more when it ends', async () => {
    const { world, press, id } = await scene();
    const { contactId = '' } = world.recruiter.organization.opportunities.get(id) ?? {};
    const other = world.recruiter.addOpportunity({
      name: 'Rosalind Pike',
      emails: ['rosalind.pike@people.example'],
      contactId,
    });
    world.recruiter.moveToStage(id, trigger);
    world.lever.outbox.takeDue();
    const searches = () =>
      world.lever.requests.filter(({ path }) => path === `/opportunities/${other.id}/notes`).length;
    await press(true);
    world.passTime(1_200);
    await world.process({ accountId: world.accountId, opportunityId: id });
    await world.wait(86_400);
    expect([searches(), world.turn.checks]).toEqual([1, []]);
    await press(false);
    await world.wait(120);
    expect(searches()).toBe(2);
    expect(world.turn.checks).toHaveLength(1);
  });

  it('of Turn outlasts what a Super Admin presses, who is told, and a Super Admin’s outlasts Turn’s', async () => {
    const { world, press, enter, turnsPause, health } = await scene();
    await turnsPause(true);
    await enter();
    expect(await press(true)).toMatchObject({ pause: { by: 'turn' } });
    expect(await press(false)).toMatchObject({ pause: { by: 'turn' } });
    expect((await health()).problems).toMatchObject([{ code: 'paused', message: expect.stringContaining('by Turn') }]);
    await world.wait(7_200);
    expect(world.turn.checks).toEqual([]);
    await press(true);
    await turnsPause(false);
    await world.wait(86_400);
    expect(world.turn.checks).toEqual([]);
  });

  it('of all accounts ends with the operator’s command, which says who is decided then', async () => {
    const { world, enter, operator, accountId } = await scene();
    await pauseCommands.pauseAll(operator);
    await enter();
    await world.wait(40_000);
    expect(await pauseCommands.setPaused(operator, accountId, true)).toEqual([expect.stringContaining('is paused')]);
    expect(await pauseCommands.setPaused(operator, accountId, false)).toEqual([
      expect.stringContaining('all accounts'),
    ]);
    expect(world.turn.checks).toEqual([]);
    expect(await pauseCommands.resumeAll(operator)).toEqual([expect.stringContaining('1 candidate who waits')]);
    await world.wait(120);
    expect(world.turn.checks).toHaveLength(1);
  });

  it('holds for whoever read the account before it began', async () => {
    const { world, id, accountId, waiting, turnsPause } = await scene();
    world.recruiter.moveToStage(id, trigger);
    const paused = { ...world.ports, countOrder: world.ports.countOrder };
    const late = {
      ...paused,
      leverOf: (...given: Parameters<typeof paused.leverOf>) => {
        const lever = paused.leverOf(...given);
        const readOpportunity: typeof lever.readOpportunity = async (opportunityId) => {
          const read = await lever.readOpportunity(opportunityId);
          await turnsPause(true);
          return read;
        };
        return { ...lever, readOpportunity };
      },
    };
    await expect(processOpportunity({ accountId, opportunityId: id }, late)).rejects.toMatchObject({
      code: 'ordering_paused',
    });
    expect([world.turn.checks, await waiting()]).toEqual([[], null]);
  });

  it('ends for who leaves the stage meanwhile, and counts no place of the hour', async () => {
    const { world, press, enter, id, waiting } = await scene({ hourlyCap: 1 });
    await press(true);
    await enter();
    await world.wait(3_600);
    world.recruiter.moveToStage(id, 'Offer');
    await world.settle();
    expect([world.recruiter.tags(id), await waiting()]).toEqual([[], null]);
    await press(false);
    await world.wait(86_400);
    expect(world.turn.checks).toEqual([]);
    await enter();
    expect(world.turn.checks).toHaveLength(1);
  });

  it('leaves checks that run as they are', async () => {
    const { world, press, enter, id } = await scene();
    await enter();
    await press(true);
    world.turn.advance(world.turn.checks[0]?.workerId ?? '', 'approved');
    await world.settle();
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:clear']);
  });

  it('begins once, however often it is pressed', () => {
    const account = { accountId: 'acct_brightwater' } as Account;
    const once = withPause(account, 'user-1', 5);
    expect(withPause(once, 'user-2', 9)).toEqual(once);
    expect(withPause(once, null, 9)).toEqual(account);
    expect(withTurnsPause(withTurnsPause(account, true, 5), true, 9)).toEqual({ ...account, pausedByTurnSince: 5 });
  });
});
