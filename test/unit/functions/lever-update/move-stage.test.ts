import { describe, expect, it } from 'vitest';
import { syncLever } from '#functions/lever-update/sync-lever.ts';
import type { StageAfter } from '#shared/domain/account.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { createWorld } from '../../../fakes/world.ts';

const offer = { id: 'offer', name: 'Offer', since: 0 };
const interview = { id: '7d1f0c5e-0000-4000-8000-000000000001', name: 'On-site interview', since: 0 };

/** A candidate whose check runs, for an account that wants candidates moved after it. */
const scene = async (stageAfter: Partial<StageAfter> = { clear: offer }) => {
  const world = await createWorld({ settings: { stageAfter: { clear: null, consider: null, ...stageAfter } } });
  const { id } = world.recruiter.addOpportunity({ name: 'Ferris Oakley', emails: ['ferris.oakley@people.example'] });
  world.recruiter.moveToStage(id, 'Reference check');
  await world.settle();
  const workerId = world.turn.checks[0]?.workerId ?? '';
  const turnSays = async (state: string): Promise<void> => {
    world.turn.advance(workerId, state);
    await world.settle();
  };
  const stage = () => world.recruiter.organization.opportunities.get(id)?.stageId;
  const moves = () => world.lever.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('/stage'));
  const notes = () => world.recruiter.notes(id).filter((note) => /^Moved to|yourself/u.test(note));
  const item = { accountId: world.accountId, opportunityId: id };
  return { world, id, item, turnSays, stage, moves, notes };
};

const movedNote = 'Moved to “Offer”: the Turn background check is clear.';

describe('after a check', () => {
  it('moves nobody where the account has not chosen it', async () => {
    const { turnSays, moves, notes, world } = await scene({ clear: null });
    await turnSays('approved');
    const reads = world.lever.requests.filter(({ method }) => method === 'GET').length;
    expect([moves(), notes(), reads]).toEqual([[], [], 1]);
  });

  it('moves a candidate who is clear, says so once, and keeps tag and notes', async () => {
    const { world, id, turnSays, stage, moves, notes } = await scene();
    const before = world.lever.requests.length;
    await turnSays('approved');
    expect(stage()).toBe('offer');
    // Two for the tag, one for the report, one read, one move, one note; and one read because the candidate left the stage.
    expect(world.lever.requests.length - before).toBe(7);
    await world.wait(90_000, 3_600);
    expect(moves()).toHaveLength(1);
    expect(notes()).toEqual([expect.stringContaining(movedNote)]);
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:clear']);
    expect(world.recruiter.notes(id)).toHaveLength(3);
    expect(world.turn.checks).toHaveLength(1);
    const { activities } = await world.activities.list(world.accountId, { limit: 20, after: null });
    expect(activities).toContainEqual(expect.objectContaining({ kind: 'stage_moved', detail: 'Offer' }));
  });

  it('says so though Turn tells no Turn ID that can be shown', async () => {
    const { world, id, turnSays, stage, notes } = await scene();
    world.turn.spoil(world.turn.checks[0]?.workerId ?? '', 'a Turn ID that is a number');
    await world.changeRecord(id, (record) => ({
      ...record,
      entries: record.entries.map((entry) => (entry.state === 'ordered' ? { ...entry, turnId: null } : entry)),
    }));
    await turnSays('approved');
    expect([stage(), notes()]).toEqual(['offer', [movedNote]]);
  });

  it('does not move who was moved in again meanwhile and is to have another check', async () => {
    const { world, id, item, stage, notes } = await scene();
    const { accountId } = world;
    await world.accounts.update(accountId, (account) => ({ ...account, rerun: { kind: 'always' } }));
    world.turn.advance(world.turn.checks[0]?.workerId ?? '', 'approved');
    world.turn.outbox.takeDue();
    world.recruiter.moveToStage(id, 'On-site interview');
    world.recruiter.moveToStage(id, 'Reference check');
    // The check's news comes before the second move is decided about.
    await world.sync(item);
    expect([stage() === 'offer', notes()]).toEqual([false, []]);
    await world.settle();
    expect(world.turn.checks).toHaveLength(2);
  });

  it('does so at the first word of it, even if that is the only one', async () => {
    const { world, item, id, stage, notes } = await scene();
    world.turn.advance(world.turn.checks[0]?.workerId ?? '', 'approved');
    world.turn.outbox.takeDue();
    await world.sync(item);
    expect([stage(), notes().length, world.recruiter.tags(id)]).toEqual(['offer', 1, ['TurnStatus:clear']]);
  });

  it('does so soon, should a worker die between the tag and the move, or between the move and its note', async () => {
    for (const dies of ['before', 'after'] as const) {
      const { world, item, stage, notes } = await scene();
      world.turn.advance(world.turn.checks[0]?.workerId ?? '', 'approved');
      world.turn.outbox.takeDue();
      let isDead = false;
      const dying: AppPorts = {
        ...world.ports,
        accounts: {
          ...world.accounts,
          find: async (accountId) => {
            isDead ||=
              dies === 'before'
                ? (await world.recordOf(item.opportunityId)).lever.tag === 'TurnStatus:clear'
                : stage() === 'offer';
            if (isDead) throw new Error('The process ended here.');
            return world.accounts.find(accountId);
          },
        },
      };
      await expect(syncLever(item, dying)).rejects.toThrow('ended');
      await world.wait(300);
      expect([stage(), notes().length]).toEqual(['offer', 1]);
    }
  });

  it.each([
    ['pending', 'offer'],
    ['pending__first_notice', '7d1f0c5e-0000-4000-8000-000000000002'],
    ['rejected', '7d1f0c5e-0000-4000-8000-000000000002'],
  ])('moves to the stage for those to consider at %s: %s', async (state, expected) => {
    const { turnSays, stage } = await scene({ clear: interview, consider: offer });
    await turnSays(state);
    expect(stage()).toBe(expected);
  });

  it('leaves alone whom a recruiter has moved already, for good', async () => {
    const { world, id, turnSays, stage, moves, notes } = await scene();
    world.recruiter.moveToStage(id, 'On-site interview');
    await turnSays('approved');
    expect(stage()).toBe(interview.id);
    world.recruiter.moveToStage(id, 'Reference check');
    await world.settle();
    await world.wait(90_000, 3_600);
    expect([moves(), notes(), stage()]).toEqual([[], [], '7d1f0c5e-0000-4000-8000-000000000002']);
  });

  it('leaves alone who is archived', async () => {
    const { world, id, turnSays, moves } = await scene();
    world.recruiter.archive(id);
    await turnSays('approved');
    expect(moves()).toEqual([]);
  });

  it('moves nobody whose check came to its outcome before the stage was chosen', async () => {
    const { world, turnSays, moves } = await scene({ clear: null });
    await turnSays('approved');
    world.passTime(60);
    const chosen = { clear: { ...offer, since: world.now() }, consider: null };
    await world.accounts.update(world.accountId, (account) => ({ ...account, stageAfter: chosen }));
    await world.wait(90_000, 3_600);
    expect(moves()).toEqual([]);
  });

  it('moves once for an outcome, and for another one only who stands in the stage again', async () => {
    const { world, id, turnSays, stage, moves } = await scene({ consider: interview, clear: offer });
    await turnSays('pending');
    expect(stage()).toBe(interview.id);
    await turnSays('approved');
    expect(stage()).toBe(interview.id);
    world.recruiter.moveToStage(id, 'Reference check');
    await world.settle();
    await turnSays('processing');
    await turnSays('pending');
    await turnSays('approved');
    expect(moves()).toHaveLength(1);
  });

  it.each([403, 404, 422])('asks Lever once where it refuses with %s, and tells the recruiter', async (status) => {
    const { world, turnSays, moves, notes, stage } = await scene();
    world.lever.failNext({
      method: 'PUT',
      path: '/stage',
      times: 1,
      failure: status,
      body: { code: 'No', message: '' },
    });
    await turnSays('approved');
    await world.wait(90_000, 3_600);
    expect(moves()).toHaveLength(1);
    expect(stage()).toBe('7d1f0c5e-0000-4000-8000-000000000002');
    expect(notes()).toEqual([expect.stringContaining('Please move the candidate yourself.')]);
  });

  it('tells the recruiter where Lever has no such stage, or it starts checks by now', async () => {
    for (const clear of [
      { id: null, name: 'Hired', since: 0 },
      { id: 'offer', name: 'reference check', since: 0 },
    ]) {
      const { world, turnSays, moves, notes } = await scene({ clear });
      await world.accounts.update(world.accountId, (account) => ({ ...account, stages: { readAt: 0, names: {} } }));
      await turnSays('approved');
      expect(moves()).toEqual([]);
      expect(notes()).toEqual([expect.stringContaining('Please move the candidate yourself.')]);
    }
  });

  it('waits out a refusal for the moment', async () => {
    const { world, turnSays, stage } = await scene();
    world.lever.failNext({ method: 'PUT', path: '/stage', times: 1, failure: 429 });
    await turnSays('approved');
    await world.wait(300);
    expect(stage()).toBe('offer');
  });

  it('finds out what became of a move whose answer was lost, and does not repeat it', async () => {
    const { world, turnSays, stage, moves, notes } = await scene();
    world.lever.failNext({ method: 'PUT', path: '/stage', times: 1, failure: 'lost-answer' });
    await turnSays('approved');
    expect(notes()).toEqual([]);
    await world.wait(600);
    expect([stage(), moves().length]).toEqual(['offer', 1]);
    expect(notes()).toEqual([expect.stringContaining(movedNote)]);
  });

  it('repeats a move that never reached Lever', async () => {
    const { world, turnSays, stage, moves, notes } = await scene();
    world.lever.failNext({ method: 'PUT', path: '/stage', times: 1, failure: 'drop' });
    await turnSays('approved');
    await world.wait(600);
    expect([stage(), moves().length, notes().length]).toEqual(['offer', 2, 1]);
  });

  it('moves nobody back whom a recruiter has moved since, where a worker died over the move', async () => {
    for (const happens of ['before', 'after'] as const) {
      const { world, id, item, stage, moves, notes, turnSays } = await scene({ clear: null });
      await turnSays('approved');
      const stageAfter = { clear: offer, consider: null };
      await world.accounts.update(world.accountId, (account) => ({ ...account, stageAfter }));
      const dying = {
        ...world.ports,
        leverOf: (...given: Parameters<typeof world.ports.leverOf>): Lever => {
          const lever = world.ports.leverOf(...given);
          const moveToStage = async (opportunityId: string, stageId: string): Promise<void> => {
            if (happens === 'after') await lever.moveToStage(opportunityId, stageId);
            throw new Error('The process ended here.');
          };
          return { ...lever, moveToStage };
        },
      };
      await expect(syncLever(item, dying)).rejects.toThrow('ended');
      world.passTime(10);
      world.recruiter.moveToStage(id, 'On-site interview');
      world.passTime(10);
      world.recruiter.moveToStage(id, 'Reference check');
      await world.settle();
      await world.wait(600);
      expect(stage()).toBe('7d1f0c5e-0000-4000-8000-000000000002');
      expect([moves().length, notes().length]).toEqual(happens === 'after' ? [1, 1] : [0, 0]);
    }
  });
});
