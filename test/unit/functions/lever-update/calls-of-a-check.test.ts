import { describe, expect, it } from 'vitest';
import { createWorld } from '../../../fakes/world.ts';

const hour = 3_600;
const day = 24 * hour;

/** One candidate's check, and how many calls it has cost at each vendor so far: ours for its sake, and those that we make by ourselves. */
const scene = async () => {
  let opportunityId = 'nobody';
  const calls = { lever: 0, turn: 0 };
  const world = await createWorld({
    gatherMs: 10_000,
    beforeSend: ({ url }) => {
      if (url.hostname === 'turn.example') calls.turn += 1;
      else if (url.pathname.includes(opportunityId)) calls.lever += 1;
    },
  });
  const { recruiter, turn } = world;
  // The first maintenance after a connection looks at everything once.
  await world.wait(hour);
  opportunityId = recruiter.addOpportunity({ name: 'Ferris Oakley', emails: ['ferris.oakley@people.example'] }).id;
  recruiter.moveToStage(opportunityId, 'Reference check');
  await world.settle();
  const workerId = turn.checks[0]?.workerId ?? '';
  const turnSays = async (state: string): Promise<void> => {
    turn.advance(workerId, state);
    await world.settle();
  };
  /** How many calls it cost to let so many days pass. */
  const callsIn = async (days: number) => {
    const before = { ...calls };
    await world.wait(days * day, days > 5 ? hour : 600);
    return { lever: calls.lever - before.lever, turn: calls.turn - before.turn };
  };
  return { world, recruiter, id: opportunityId, calls, turnSays, callsIn };
};

describe('a check', () => {
  it('that lives for five days and has five later statuses costs 14 calls to Lever and 7 to Turn, and 5 and 20 looks of our own', async () => {
    const { recruiter, id, calls, turnSays, callsIn } = await scene();
    expect(calls).toEqual({ lever: 3, turn: 2 });
    const looks = { lever: 0, turn: 0 };
    const wait = async (days: number): Promise<void> => {
      const { lever, turn } = await callsIn(days);
      looks.lever += lever;
      looks.turn += turn;
    };
    for (const state of ['consent', 'processing', 'review', 'pending']) {
      await wait(1);
      await turnSays(state);
    }
    await wait(1);
    await turnSays('approved');
    expect(recruiter.tags(id)).toEqual(['TurnStatus:clear']);
    expect(looks).toEqual({ lever: 5, turn: 20 });
    expect(calls).toEqual({ lever: 14 + 5, turn: 7 + 20 });
  });

  it('of which Turn tells nothing costs a look at Turn every six hours, and one at Lever a day', async () => {
    const { callsIn } = await scene();
    expect(await callsIn(5)).toEqual({ lever: 5, turn: 20 });
    expect(await callsIn(30)).toEqual({ lever: 30, turn: 120 });
  });

  it('that has ended costs seven looks at each vendor in sixty days, and none after that', async () => {
    const { turnSays, callsIn } = await scene();
    await turnSays('approved');
    const perSpan: { lever: number; turn: number }[] = [];
    for (const days of [1.1, 1, 2, 4, 8, 16, 28]) perSpan.push(await callsIn(days));
    expect(perSpan).toEqual(Array.from({ length: 7 }, () => ({ lever: 1, turn: 1 })));
    expect(await callsIn(60)).toEqual({ lever: 0, turn: 0 });
  });

  it('gets a tag back that a person deleted: within a day while it runs, with the next poll after it has ended', async () => {
    const { world, recruiter, id, turnSays, callsIn } = await scene();
    // Reconciliation sees to those who have just come into the stage.
    recruiter.moveToStage(id, 'Offer');
    await callsIn(3.3);
    recruiter.removeTag(id, 'TurnStatus:emailed');
    await callsIn(1);
    expect(recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
    await turnSays('approved');
    await callsIn(4.1);
    recruiter.removeTag(id, 'TurnStatus:clear');
    await callsIn(4);
    expect(recruiter.tags(id)).toEqual(['TurnStatus:clear']);
    expect(world.log.map(({ code }) => code)).not.toContain('problem_found');
  });

  it('looks again at the next poll where the tag was missing: Lever may take it and never show it', async () => {
    const { recruiter, id, callsIn } = await scene();
    recruiter.moveToStage(id, 'Offer');
    await callsIn(1);
    for (const _ of ['once', 'twice', 'three times']) {
      recruiter.removeTag(id, 'TurnStatus:emailed');
      await callsIn(0.26);
    }
    expect(recruiter.notes(id).at(-1)).toContain('did not accept the TurnStatus tag');
  });

  it('has Lever left alone while Turn does not answer', async () => {
    const { world, callsIn } = await scene();
    world.turn.failNext({ path: 'status', times: 10_000, failure: 503 });
    expect((await callsIn(2)).lever).toBe(0);
    world.turn.clearFaults();
    expect((await callsIn(1)).lever).toBe(1);
  });

  it('whose candidate Lever shows too little of is looked at no more often', async () => {
    const { world, recruiter, id, callsIn } = await scene();
    recruiter.moveToStage(id, 'Offer');
    await callsIn(0.2);
    recruiter.spoil(id, 'no stage');
    expect(await callsIn(3)).toEqual({ lever: 3, turn: 12 });
    expect((await world.recordOf(id)).nextSync?.attempts).toBe(0);
  });

  it('is looked at again soon where Lever did not answer the look, though the next poll were weeks away', async () => {
    const { world, recruiter, id, turnSays, callsIn } = await scene();
    await turnSays('approved');
    await callsIn(15.9);
    recruiter.removeTag(id, 'TurnStatus:clear');
    world.lever.failNext({ method: 'GET', path: id, times: 2, failure: 503 });
    await callsIn(0.2);
    expect(recruiter.tags(id)).toEqual(['TurnStatus:clear']);
  });
});
