import { describe, expect, it } from 'vitest';
import { syncLever } from '#functions/lever-update/sync-lever.ts';
import { isOrdered } from '#shared/domain/stage-entry.ts';
import { orderingEntry } from '#shared/domain/transitions.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { createWorld } from '../../../fakes/world.ts';

/** A candidate whose check was ordered and whom Lever shows nothing of yet. */
const scene = async () => {
  const world = await createWorld();
  const { id } = world.recruiter.addOpportunity({ name: 'Ferris Oakley', emails: ['ferris.oakley@people.example'] });
  world.recruiter.moveToStage(id, 'Reference check');
  const item = { accountId: world.accountId, opportunityId: id };
  await world.process(item);
  world.lever.outbox.takeDue();
  world.queues.sync.length = 0;
  const workerId = world.turn.checks[0]?.workerId ?? '';
  const leverWith = (change: (lever: Lever) => Partial<Lever>): AppPorts => ({
    ...world.ports,
    leverOf: (accountId, work) => {
      const lever = world.ports.leverOf(accountId, work);
      return { ...lever, ...change(lever) };
    },
  });
  const writes = () =>
    world.lever.requests.filter(({ method }) => method !== 'GET').map(({ path }) => path.split('/').at(-1));
  const lease = async () => (await world.recordOf(id)).lever.lease;
  return { world, item, id, workerId, leverWith, writes, lease };
};

/** A candidate without an e-mail who enters the stage; the first note to be posted may go wrong. */
const problemScene = async (failure?: 'lost-answer') => {
  const world = await createWorld();
  const { id } = world.recruiter.addOpportunity({ name: 'Ferris Oakley', emails: [] });
  if (failure !== undefined) world.lever.failNext({ method: 'POST', path: 'notes', times: 1, failure });
  world.recruiter.moveToStage(id, 'Reference check');
  const enterAgain = (): void => {
    world.recruiter.moveToStage(id, 'Offer');
    world.recruiter.moveToStage(id, 'Reference check');
  };
  const mend = async (): Promise<void> => {
    world.recruiter.setEmails(id, ['ferris.oakley@people.example']);
    enterAgain();
    await world.settle();
  };
  return { world, id, enterAgain, mend };
};

describe('syncLever', () => {
  it('writes the tag and the note once, however often it is asked', async () => {
    const { world, item, id, writes } = await scene();
    for (let n = 0; n < 5; n++) await world.sync(item);
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
    expect(writes()).toEqual(['addTags', 'notes']);
  });

  it('writes once for many syncs at once', async () => {
    const { world, item, id, writes, lease } = await scene();
    await Promise.all(Array.from({ length: 20 }, () => world.sync(item)));
    await world.settle();
    expect(writes()).toEqual(['addTags', 'notes']);
    expect(world.recruiter.notes(id)).toHaveLength(1);
    expect(await lease()).toBeNull();
  });

  it('syncs once more at its end where news came while it wrote, and leaves all the writing to the one that holds the lease', async () => {
    const { world, item, id, workerId, leverWith, writes, lease } = await scene();
    let hasNews = true;
    const ports = leverWith((lever) => ({
      addTag: async (opportunityId, tag) => {
        await lever.addTag(opportunityId, tag);
        if (!hasNews) return;
        hasNews = false;
        world.turn.advance(workerId, 'processing');
        const before = writes().length;
        await syncLever(item, world.ports);
        expect(writes()).toHaveLength(before);
        expect(await lease()).toMatchObject({ dirty: true });
      },
    }));
    await syncLever(item, ports);
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:processing']);
    expect(writes()).toEqual(['addTags', 'notes', 'addTags', 'removeTags']);
    expect(await lease()).toBeNull();
  });

  it('leaves scheduled what somebody else had to put off while it wrote', async () => {
    const { world, item, id, workerId, leverWith } = await scene();
    let hasNews = true;
    const ports = leverWith((lever) => ({
      addTag: async (opportunityId, tag) => {
        await lever.addTag(opportunityId, tag);
        if (!hasNews) return;
        hasNews = false;
        world.turn.advance(workerId, 'processing');
        world.turn.outbox.takeDue();
        world.turn.failNext({ times: 1, failure: 503 });
        await world.sync(item);
      },
    }));
    await syncLever(item, ports);
    expect((await world.recordOf(id)).nextSync).toMatchObject({ attempts: 1, lastFailure: 'turn_unavailable' });
    await world.wait(600);
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:processing']);
  });

  it('leaves it to the next sync, once the lease has run out, where a worker died in the middle', async () => {
    const { world, item, id, leverWith, lease } = await scene();
    const dying = leverWith((lever) => ({
      postNote: async (opportunityId, text) => {
        await lever.postNote(opportunityId, text);
        throw new Error('The process ended here.');
      },
    }));
    await expect(syncLever(item, dying)).rejects.toThrow('ended');
    expect(await lease()).not.toBeNull();
    await world.wait(600);
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
    expect(world.recruiter.notes(id)).toHaveLength(1);
    expect(await lease()).toBeNull();
  });

  it('writes nothing after its lease ran out while it was stalled, and nothing twice', async () => {
    const { world, item, id, leverWith } = await scene();
    const stalled = leverWith((lever) => ({
      postNote: async (opportunityId, text) => {
        await world.wait(600);
        return lever.postNote(opportunityId, text);
      },
    }));
    await expect(syncLever(item, stalled)).rejects.toMatchObject({ code: 'lease_conflict' });
    await world.wait(600);
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
    expect(world.recruiter.notes(id)).toHaveLength(1);
  });

  it('takes back a tag that reached Lever only after another sync had shown what came next', async () => {
    const { world, item, id, workerId, leverWith } = await scene();
    let isFirst = true;
    const overtaken = leverWith((lever) => ({
      addTag: async (opportunityId, tag) => {
        if (!isFirst) return lever.addTag(opportunityId, tag);
        isFirst = false;
        world.turn.advance(workerId, 'processing');
        await world.wait(600);
        expect(world.recruiter.tags(id)).toEqual(['TurnStatus:processing']);
        // The call was on its way all the time.
        world.recruiter.addTag(opportunityId, tag);
      },
      postNote: async () => 'note-of-the-first',
    }));
    await syncLever(item, overtaken);
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:processing']);
    expect(world.recruiter.notes(id)).toHaveLength(1);
  });

  it.each([400, 403, 422])(
    'goes on with the rest where Lever answers a tag with %i, and tries it seldom',
    async (status) => {
      const { world, item, id, writes } = await scene();
      world.lever.failNext({ path: 'addTags', times: 1, failure: status });
      await world.sync(item);
      const [turnId, locked] = world.recruiter.notes(id);
      expect(turnId).toContain('Turn ID');
      expect(locked).toContain('did not accept the TurnStatus tag');
      expect(world.log.map(({ code }) => code)).toContain('lever_write_refused');
      for (let n = 0; n < 10; n++) await world.sync(item);
      expect(writes()).toEqual(['addTags', 'notes', 'notes']);
      await world.wait(6 * 3_600 + 120);
      expect(world.recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
      expect(world.recruiter.notes(id)).toEqual([turnId]);
    },
  );

  it('tries a note that Lever refused again, seldom, until it stands', async () => {
    const { world, item, id, writes } = await scene();
    world.lever.failNext({ method: 'POST', path: 'notes', times: 1, failure: 400 });
    for (let n = 0; n < 10; n++) await world.sync(item);
    expect(writes()).toEqual(['addTags', 'notes']);
    await world.wait(6 * 3_600 + 120);
    expect(world.recruiter.notes(id)).toHaveLength(1);
  });

  it.each([408, 425])('tries again soon what Lever answered with %i', async (status) => {
    const { world, item, id } = await scene();
    world.lever.failNext({ path: 'addTags', times: 1, failure: status });
    await world.sync(item);
    await world.wait(180);
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
    expect(world.recruiter.notes(id)).toHaveLength(1);
  });

  it('comes to rest where what Lever refused has become pointless', async () => {
    const { world, item, id, workerId } = await scene();
    await world.sync(item);
    world.turn.advance(workerId, 'processing');
    world.lever.failNext({ path: '/removeTags', times: 1, failure: 400 });
    await world.sync(item);
    world.turn.advance(workerId, 'emailed');
    await world.sync(item);
    await world.wait(86_400);
    const calls = () => world.lever.requests.filter(({ path }) => path.includes(id)).length;
    const before = calls();
    await world.wait(86_400, 3_600);
    expect(calls() - before).toBeLessThan(6);
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
    expect(world.recruiter.notes(id)).toHaveLength(1);
  });

  it('reads Lever when that was scheduled, however much news there was in between', async () => {
    const { world, id, item } = await scene();
    await world.sync(item);
    world.recruiter.removeTag(id, 'TurnStatus:emailed');
    // Reconciliation sees to those who are in the stage.
    world.recruiter.moveToStage(id, 'Offer');
    for (let hour = 0; hour < 7; hour++) {
      await world.wait(3_600, 600);
      await world.sync(item);
      await world.settle();
    }
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
  });

  it('has an order without an answer settled once, however often others are faster', async () => {
    const { world, item, id } = await scene();
    await world.changeRecord(id, (record) => ({
      ...record,
      entries: record.entries
        .filter(isOrdered)
        .map((entry) => orderingEntry(undefined, { ...entry, countedAt: entry.enteredAt }, entry.enteredAt)),
    }));
    let conflicts = 5;
    const ports: AppPorts = {
      ...world.ports,
      records: {
        ...world.ports.records,
        commit: async (loaded, transition) => {
          conflicts -= 1;
          return conflicts > 0 ? null : world.ports.records.commit(loaded, transition);
        },
      },
    };
    await syncLever(item, ports);
    expect(conflicts).toBeLessThanOrEqual(0);
    expect(world.queues.decision).toHaveLength(1);
  });

  it('touches no tag but its own', async () => {
    const { world, item, id, workerId } = await scene();
    const others = ['Engineering', 'TurnPackage:P0000000001', 'My TurnStatus:clear', 'turnstatus'];
    for (const tag of others) world.recruiter.addTag(id, tag);
    await world.sync(item);
    for (const state of ['processing', 'review__qa', 'approved']) {
      world.turn.advance(workerId, state);
      await world.settle();
    }
    expect(world.recruiter.tags(id).toSorted()).toEqual([...others, 'TurnStatus:clear'].toSorted());
  });

  it('does nothing for an opportunity that nobody knows', async () => {
    const { world, item } = await scene();
    const before = world.lever.requests.length;
    await world.sync({ ...item, opportunityId: 'unheard-of' });
    await world.sync({ ...item, accountId: 'acct_nobody' });
    expect(world.lever.requests).toHaveLength(before);
  });

  it('takes a problem note away once the problem is solved, even if the answer to its posting was lost', async () => {
    const { world, id, mend } = await problemScene('lost-answer');
    await world.settle();
    await mend();
    await world.wait(3_600);
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
    expect(world.recruiter.notes(id)).toEqual([expect.stringContaining('Turn ID:')]);
  });

  it('does not take a problem note for deleted where Lever only could not find the notes for a moment', async () => {
    const { world, id, mend } = await problemScene('lost-answer');
    await world.settle();
    world.lever.failNext({ method: 'GET', path: 'notes', times: 1, failure: 404 });
    await mend();
    await world.wait(3_600);
    expect(world.recruiter.notes(id)).toEqual([expect.stringContaining('Turn ID:')]);
  });

  it.each([
    ['at once', null, 1],
    ['not before its time, where that waits for Turn', 60, 0],
  ])('has the check worker find out %s whether a candidate is gone', async (_when, minutes, enqueued) => {
    const { world, item, id } = await scene();
    const dueAt = world.now() + (minutes ?? 0) * 60_000;
    const waiting = { dueAt, attempts: 5, lastFailure: 'turn_unavailable' as const };
    await world.changeRecord(id, (record) => ({ ...record, nextDecision: minutes === null ? null : waiting }));
    world.lever.failNext({ method: 'POST', path: 'addTags', times: 1, failure: 404 });
    world.queues.decision.length = 0;
    await world.sync(item);
    expect(world.queues.decision).toHaveLength(enqueued);
  });

  it('finds nothing wrong where a person has deleted the note that it would delete', async () => {
    const { world, id, mend } = await problemScene();
    await world.settle();
    world.lever.failNext({ method: 'DELETE', path: 'notes', times: 1, failure: 404 });
    await mend();
    const { lever } = await world.recordOf(id);
    expect(lever.notes.map(({ state }) => state)).toEqual(['posted']);
    expect(lever.deferred).toEqual([]);
  });

  it('deletes the note of the earlier entry, not the new one that reads the same', async () => {
    const { world, id, enterAgain } = await problemScene('lost-answer');
    world.lever.outbox.takeDue();
    await world.process({ accountId: world.accountId, opportunityId: id });
    await world.sync({ accountId: world.accountId, opportunityId: id });
    enterAgain();
    world.lever.failNext({ method: 'DELETE', path: 'notes', times: 1, failure: 'lost-answer' });
    await world.settle();
    await world.wait(3_600);
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:error']);
    expect(world.recruiter.notes(id)).toHaveLength(1);
  });

  it('tries again to take away a tag that Lever would not give up, although nothing else is known of the candidate', async () => {
    const world = await createWorld();
    const { id } = world.recruiter.addOpportunity({ name: 'Ferris Oakley', emails: ['ferris@people.example'] });
    world.lever.failNext({ method: 'GET', path: id, times: 1, failure: 403 });
    world.recruiter.moveToStage(id, 'Reference check');
    await world.settle();
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:error']);
    world.lever.failNext({ path: '/removeTags', times: 1, failure: 403 });
    world.recruiter.moveToStage(id, 'Offer');
    await world.wait(3_600);
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:error']);
    await world.wait(6 * 3_600);
    expect(world.recruiter.tags(id)).toEqual([]);
  });
});
