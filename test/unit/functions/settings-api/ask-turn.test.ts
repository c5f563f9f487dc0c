import { describe, expect, it } from 'vitest';
import { createScene } from './settings-api-scene.ts';

const pressId = '0f8fad5b-d9cb-469f-a165-70867728950e';
const otherPressId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const routes = {
  resend: 'POST /api/candidates/{opportunityId}/resend-invitation',
  recheck: 'POST /api/candidates/{opportunityId}/recheck',
} as const;

/** A candidate whose check runs, and a Super Admin who presses buttons. */
const scene = async () => {
  const { world, ask, activities, superAdmin } = await createScene();
  const { id } = world.recruiter.addOpportunity({ name: 'Ferris Oakley', emails: ['ferris.oakley@people.example'] });
  world.recruiter.moveToStage(id, 'Reference check');
  await world.settle();
  const check = world.turn.checks[0] ?? expect.fail();
  const press = async (what: keyof typeof routes, otherwise: Record<string, unknown> = {}, path = id) => {
    const answer = await ask(routes[what], {
      path: { opportunityId: path },
      body: { pressId, turnId: check.turnId, ...otherwise },
    });
    return 'json' in answer ? answer.json : answer;
  };
  const turnSays = async (state: string): Promise<void> => {
    world.turn.advance(check.workerId, state);
    await world.settle();
  };
  const calls = () => world.turn.requests.filter(({ path }) => path.startsWith('/fcra'));
  const told = async () =>
    (await activities()).filter(({ kind }) => kind === 'invitation_resent' || kind === 'recheck_requested');
  return { world, id, ask, check, press, turnSays, calls, told, superAdmin };
};

describe('Resend the invitation', () => {
  it('has Turn e-mail the candidate once for a press, however often it is sent, and says who pressed', async () => {
    const { check, press, told } = await scene();
    const done = { outcome: 'done', message: 'Turn sends the invitation again.' };
    expect([await press('resend'), await press('resend')]).toEqual([done, done]);
    expect(check.invitations).toBe(2);
    expect(await told()).toEqual([{ kind: 'invitation_resent', by: 'user-1', detail: check.turnId }]);
    await press('resend', { pressId: otherPressId });
    expect(check.invitations).toBe(3);
  });

  it('says that the candidate has accepted already, where Turn does', async () => {
    const { check, press, turnSays, told } = await scene();
    await turnSays('processing');
    expect(await press('resend')).toMatchObject({ outcome: 'refused', message: expect.stringContaining('accepted') });
    expect((await told()).map(({ detail }) => detail)).toEqual([`${check.turnId} refused`, check.turnId]);
  });

  it.each([
    [404, 'not_found'],
    [401, 'token_rejected'],
    [503, 'unknown'],
    [429, 'unknown'],
    ['timeout', 'unknown'],
    ['lost-answer', 'unknown'],
  ] as const)('answers what is known where Turn answers %s, and never asks a second time', async (failure, outcome) => {
    const { world, press, calls } = await scene();
    world.turn.failNext({ path: '/fcra', times: 1, failure, body: { code: 'no', message: 'no' } });
    expect(await press('resend')).toMatchObject({ outcome });
    expect(await press('resend')).toMatchObject({ outcome });
    await world.wait(7_200);
    expect(calls()).toHaveLength(1);
  });
});

describe('Check again at Turn', () => {
  it('starts the check anew, and has Lever show it although no callback comes', async () => {
    const { world, id, press, turnSays, told, check } = await scene();
    await turnSays('approved');
    expect(await press('recheck')).toMatchObject({ outcome: 'done' });
    world.turn.outbox.takeDue();
    await world.wait(120);
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:processing']);
    expect(await told()).toEqual([{ kind: 'recheck_requested', by: 'user-1', detail: check.turnId }]);
    expect(world.turn.checks).toHaveLength(1);
  });

  it('is refused by Turn while the check runs', async () => {
    const { press } = await scene();
    expect(await press('recheck')).toMatchObject({ outcome: 'refused' });
  });

  it('is not asked for twice where the function ended in the middle: nobody knows whether Turn got it', async () => {
    const { world, id, check, press, calls, turnSays } = await scene();
    await turnSays('approved');
    const { turnId } = check;
    await world.ports.presses.reserve(world.accountId, pressId, {
      action: 'recheck',
      opportunityId: id,
      turnId,
      outcome: null,
    });
    expect(await press('recheck')).toMatchObject({
      outcome: 'unknown',
      message: expect.stringContaining('Look at the check in Turn before you press'),
    });
    expect(calls()).toEqual([]);
  });

  it('is done once for many presses with one id at once', async () => {
    const { press, calls, turnSays } = await scene();
    await turnSays('approved');
    await Promise.all(Array.from({ length: 10 }, () => press('recheck')));
    expect(calls()).toHaveLength(1);
  });
});

describe('both', () => {
  it('are for Super Admins alone', async () => {
    const { id, ask, check, superAdmin, calls } = await scene();
    for (const route of Object.values(routes)) {
      const body = { pressId, turnId: check.turnId };
      const answer = await ask(route, { path: { opportunityId: id }, body, claims: { ...superAdmin, role: 'member' } });
      expect(answer).toMatchObject({ status: 403, code: 'not_super_admin' });
    }
    expect(calls()).toEqual([]);
  });

  it('are refused for a check that is not the one that the candidate has, and for a press that was for something else', async () => {
    const { press, calls, turnSays } = await scene();
    expect(await press('resend', { turnId: 'C9999999999' })).toMatchObject({ status: 409, code: 'other_check' });
    expect(await press('resend', {}, 'nobody')).toMatchObject({ status: 404, code: 'no_check' });
    expect(await press('resend', {}, '../x')).toMatchObject({ status: 404, code: 'no_check' });
    expect(await press('resend', { pressId: 'again' })).toMatchObject({ status: 422 });
    expect(calls()).toEqual([]);
    await press('resend');
    await turnSays('approved');
    expect(await press('recheck')).toMatchObject({ status: 409, code: 'press_used' });
    expect(calls()).toHaveLength(1);
  });
});
