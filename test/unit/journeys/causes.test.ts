import { describe, expect, it } from 'vitest';
import { createWorld } from '../../fakes/world.ts';
import { causes, day, enter, isShown, type Scene, shown, stage } from '../../fixtures/causes.ts';

const openScene = async () => {
  const world = await createWorld();
  const scene: Scene = {
    recruiter: world.recruiter,
    lever: world.lever,
    turn: world.turn,
    settle: world.settle,
    wait: (seconds) => world.wait(seconds, 600),
    changeSettings: async (settings) => {
      await world.accounts.update(world.accountId, (account) => ({ ...account, ...settings }));
    },
    activities: async () => (await world.activities.list(world.accountId, { limit: 100, after: null })).activities,
  };
  return { world, scene };
};

describe('every cause', () => {
  it.each(Object.entries(causes))(
    '%s is shown once, outlasts ten redeliveries, and clears when mended',
    async (_code, cause) => {
      const { world, scene } = await openScene();
      const id = await enter(scene, cause);
      const everWritten = () => world.recruiter.organization.notes.filter((note) => note.opportunityId === id).length;
      const [written, orders] = [everWritten(), world.turn.checks.length];
      for (let times = 0; times <= 10; times++) {
        expect(shown(scene, id)).toSatisfy((seen: ReturnType<typeof shown>) => isShown(cause, seen));
        expect([everWritten(), world.turn.checks.length]).toEqual([written, orders]);
        world.queues.decision.push({ accountId: world.accountId, opportunityId: id });
        world.queues.sync.push({ accountId: world.accountId, opportunityId: id });
        await world.settle();
        world.passTime(30);
      }
      const log = await scene.activities();
      const told = log.filter(({ kind, detail }) => kind === cause.told?.kind && detail === cause.told.detail);
      expect(told).toHaveLength(cause.told === undefined ? 0 : 1);
      if (cause.told?.kind !== 'problem') expect(log.filter(({ kind }) => kind === 'problem')).toEqual([]);

      await cause.mend(scene, id);
      await scene.wait(1.2 * day);
      expect(shown(scene, id)).toSatisfy((seen: ReturnType<typeof shown>) => isShown(cause.mended, seen));
      expect(world.turn.checks).toHaveLength(cause.mended.orders ?? 1);
      // Nothing goes on in circles: a running check is looked at every six hours.
      const asked = world.turn.requests.length;
      await scene.wait(day);
      expect(world.turn.requests.length - asked).toBeLessThanOrEqual(5 * world.turn.checks.length);
    },
    30_000,
  );

  it('leaves nothing in the table or the log that a person could be known by', async () => {
    const { world, scene } = await openScene();
    await scene.changeSettings({ hourlyCap: 1 });
    const { id } = world.recruiter.addOpportunity({
      name: 'Tamsin Larkspur',
      emails: ['tamsin.larkspur@people.example'],
      tags: ['TurnPackge for Tamsin Larkspur', 'TurnPackage: tamsin.larkspur@people.example'],
    });
    const body = { 'json.email': ['tamsin.larkspur@people.example is not valid.'] };
    world.turn.failNext({ path: 'search_async', times: 1_000, failure: 422, body });
    world.recruiter.moveToStage(id, stage);
    await world.wait(day, 3_600);
    expect(shown(scene, id).tags).toEqual(['TurnStatus:error']);
    const kept = () => JSON.stringify([[...world.table.items.values()], world.log, world.queues]);
    expect(kept()).not.toMatch(/tamsin|larkspur/iu);
    world.turn.clearFaults();
    await world.wait(1.2 * day, 3_600);
    expect(shown(scene, id).tags).toEqual(['TurnStatus:emailed']);
    expect(kept()).not.toMatch(/tamsin|larkspur/iu);
  });
});
