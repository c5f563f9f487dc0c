import { describe, expect, it } from 'vitest';
import { createWorld } from '../../../fakes/world.ts';

const stage = 'Reference check';

/** A person who is in the stage with one opportunity, or two, when the table is put back to what it was before anything. */
const scene = async (count: 1 | 2 = 1) => {
  const world = await createWorld();
  const { recruiter } = world;
  const person = { name: 'Rosalind Pike', emails: ['rosalind.pike@people.example'] };
  const one = recruiter.addOpportunity(person);
  const ids = [one.id, ...(count === 2 ? [recruiter.addOpportunity({ ...person, contactId: one.contactId }).id] : [])];
  // Lever's stages are known by then.
  await world.sweep();
  const restore = world.table.backUp();
  const enter = async (): Promise<void> => {
    for (const id of ids) {
      recruiter.moveToStage(id, stage);
      await world.settle();
    }
  };
  const loseTable = async ({ isMarked = true } = {}): Promise<void> => {
    world.passTime(1_800);
    restore();
    if (isMarked) await world.ports.restores.noteRestored(world.now());
  };
  const decide = async (id: string): Promise<void> => {
    await world.process({ accountId: world.accountId, opportunityId: id });
    await world.settle();
  };
  return { world, recruiter, ids, enter, loseTable, decide };
};

describe('after the table was restored to an earlier state', () => {
  it.each([{ isMarked: true }, { isMarked: false }])(
    'an entry that it does not know is adopted from Turn, and its note is written once (marked: $isMarked)',
    async (marked) => {
      const { world, recruiter, ids, enter, loseTable, decide } = await scene();
      const [id = ''] = ids;
      await enter();
      await loseTable(marked);
      await decide(id);
      expect(world.turn.checks).toHaveLength(1);
      expect(recruiter.notes(id)).toHaveLength(1);
      expect(recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
      expect((await world.recordOf(id)).entries).toMatchObject([{ state: 'ordered' }]);
    },
  );

  it('nothing is ordered while Turn does not say what it has', async () => {
    const { world, ids, enter, loseTable, decide } = await scene();
    await enter();
    await loseTable();
    world.turn.failNext({ failure: 503, path: '/person/', times: 1 });
    await decide(ids[0] ?? '');
    expect(world.turn.checks).toHaveLength(1);
    expect((await world.recordOf(ids[0] ?? '')).nextDecision?.lastFailure).toBe('turn_unavailable');
  });

  it.each([0, 1])('whoever of one person comes first (%i), the one check is shown with both', async (first) => {
    const { world, recruiter, ids, enter, loseTable, decide } = await scene(2);
    await enter();
    await loseTable();
    await decide(ids[first] ?? '');
    await decide(ids[1 - first] ?? '');
    expect(world.turn.checks).toHaveLength(1);
    for (const id of ids) {
      expect(recruiter.notes(id)).toHaveLength(1);
      expect(recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
    }
  });

  it('the check of a candidate who has left the stage since is found too', async () => {
    const { world, recruiter, ids, enter, loseTable, decide } = await scene();
    const [id = ''] = ids;
    await enter();
    recruiter.moveToStage(id, 'Offer');
    await world.settle();
    await loseTable();
    await decide(id);
    expect((await world.recordOf(id)).entries).toMatchObject([{ state: 'ordered' }]);
    expect(world.turn.checks).toHaveLength(1);
  });
});
