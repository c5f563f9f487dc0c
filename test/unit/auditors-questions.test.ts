import { describe, expect, it } from 'vitest';
import { audited, showAudit } from '#infra/operator/audited.ts';
import { pauseCommands } from '#infra/operator/pause-commands.ts';
import { createAuditLog } from '#shared/stores/audit-log.ts';
import { createScene } from './functions/settings-api/settings-api-scene.ts';

const trigger = 'Reference check';

const scene = async () => {
  const api = await createScene();
  const { world } = api;
  const { id } = world.recruiter.addOpportunity({ name: 'Rosalind Pike', emails: ['rosalind.pike@people.example'] });
  const moverId = 'ef9bd2a1-0000-4000-8000-000000000007';
  world.recruiter.organization.users.push({
    id: moverId,
    name: 'Imogen Vale',
    username: 'imogen',
    accessRole: 'admin',
    email: 'imogen@brightwater.example',
  });
  return { ...api, accountId: world.accountId, id, moverId };
};

describe('who ordered this check?', () => {
  it('is answered with Lever’s id of whoever moved the candidate, in the record, the activity log and the timeline, and in no log', async () => {
    const { world, accountId, id, moverId, read } = await scene();
    world.recruiter.moveToStage(id, trigger);
    await world.settle();
    const record = await world.recordOf(id);
    expect(record.entries).toMatchObject([{ state: 'ordered', movedBy: moverId }]);
    const { activities } = await world.activities.listAbout(accountId, id, 50);
    const lines = activities.filter(({ kind }) => kind === 'check_started');
    expect(lines).toMatchObject([{ opportunityId: id, movedBy: moverId }]);
    const { timeline } = await read(`GET /api/candidates/{opportunityId}`, { path: { opportunityId: id } });
    const movers = timeline.map(({ kind, movedBy }: { kind: string; movedBy?: string }) => [kind, movedBy]);
    expect(movers).toEqual(
      expect.arrayContaining([
        ['moved_in', moverId],
        ['check_started', moverId],
      ]),
    );
    expect(JSON.stringify(world.log)).not.toContain(moverId);
  });
});

const operate = async () => {
  const api = await scene();
  const { world, accountId } = api;
  let ids = 0;
  const audit = createAuditLog(world.table, { now: world.now, newId: () => `line-${ids++}` });
  const who = 'arn:aws:iam::111122223333:user/quillon';
  const order = (command: string, work: () => Promise<string[]>, opportunityId?: string) =>
    audited(
      { command, accountIds: [accountId], changes: ['something'], ...(opportunityId && { opportunityId }) },
      work,
      { audit, who },
    );
  const table = { auditedAccounts: async () => [accountId, null] };
  const answers = async (about: { accountId?: string; opportunityId?: string } = { accountId }) =>
    (await showAudit({ audit, table }, { ...about, isJson: true })).map((line) => JSON.parse(line));
  return { ...api, audit, who, order, table, answers };
};

describe('who did it?', () => {
  it('is answered for a changed setting and a pause by the account’s own people', async () => {
    const { world, change, read, answers } = await operate();
    await change({ hourlyCap: 7 });
    await read('PUT /api/pause', { body: { paused: true } });
    expect(await answers()).toMatchObject([
      { command: 'settings_changed', who: 'user user-1', changes: [expect.stringContaining('hourlyCap')] },
      { command: 'checks_paused', who: 'user user-1' },
    ]);
    const places = [...world.table.items.values()].filter(({ content }) =>
      JSON.stringify(content).includes('_changed'),
    );
    expect(places.map(({ pk }) => pk)).toEqual([`AUDIT#${world.accountId}`]);
  });

  it('is answered for what operators do, before it is done and after it', async () => {
    const { order, answers, who, accountId, world } = await operate();
    const operator = { ...world.ports, table: { accountIds: async () => [accountId] } };
    await order('pause', () => pauseCommands.setPaused(operator, accountId, true));
    const lines = (await answers()).filter(({ command }) => command === 'pause');
    expect(lines).toMatchObject([
      { who, accountId, outcome: 'begun' },
      { who, accountId, outcome: 'done' },
    ]);
    expect((await answers()).map(({ command, who: by }) => [command, by])).toEqual(
      expect.arrayContaining([['checks_paused', 'an operator']]),
    );
  });

  it('begins with a line, or not at all', async () => {
    const { audit, accountId } = await operate();
    let isDone = false;
    const work = async () => {
      isDone = true;
      return [];
    };
    const broken = { ...audit, write: async () => Promise.reject(new Error('The table did not answer')) };
    const order = { command: 'delete', accountIds: [accountId], changes: [] };
    await expect(audited(order, work, { audit: broken, who: 'x' })).rejects.toThrow('did not answer');
    expect(isDone).toBe(false);
  });

  it('is answered for what failed, without what it said', async () => {
    const { order, answers } = await operate();
    await expect(order('rotate', async () => Promise.reject(new Error('a secret')))).rejects.toThrow('a secret');
    const lines = await answers();
    expect(lines.map(({ outcome }) => outcome)).toEqual(['begun', 'failed']);
    expect(JSON.stringify(lines)).not.toContain('a secret');
  });

  it('is answered after the account is deleted', async () => {
    const { order, answers, world, accountId, who } = await operate();
    await order('delete', async () => {
      for (const item of [...world.table.items.values()])
        if (/^(ACCOUNT|WEBHOOK)#/u.test(item.pk)) await world.table.remove(item);
      return [];
    });
    expect(await world.accounts.find(accountId)).toBeNull();
    expect((await answers({})).map(({ command, outcome, who: by }) => [command, outcome, by])).toEqual([
      ['delete', 'begun', who],
      ['delete', 'done', who],
    ]);
  });

  it('is answered to whoever knows the person, and names nobody', async () => {
    const { order, answers, id, accountId, world } = await operate();
    await order('forget', async () => [], id);
    expect((await answers({ accountId, opportunityId: id })).map(({ command }) => command)).toEqual([
      'forget',
      'forget',
    ]);
    expect(await answers({ accountId, opportunityId: 'another' })).toEqual([]);
    const kept = [...world.table.items.values()].filter(({ pk }) => pk === `OPERATOR#${accountId}`);
    expect(kept).toHaveLength(2);
    expect(JSON.stringify(kept)).not.toContain(id);
  });
});
