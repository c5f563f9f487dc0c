import { describe, expect, it } from 'vitest';
import { considerOpportunity } from '#functions/check-worker/consider-opportunity.ts';
import type { CheckWorkerPorts } from '#functions/check-worker/ports.ts';
import type { Turn } from '#shared/turn/turn-client.ts';
import { createWorld } from '../../fakes/world.ts';

/** A candidate in the trigger stage whose delivery has not been worked on yet. */
const scene = async (options: Parameters<typeof createWorld>[0] = {}) => {
  const world = await createWorld(options);
  const { id } = world.recruiter.addOpportunity({ name: 'Rosalind Pike', emails: ['rosalind.pike@people.example'] });
  world.recruiter.moveToStage(id, 'Reference check');
  const nudge = { accountId: world.accountId, opportunityId: id };
  const turnWith = (change: (turn: Turn) => Partial<Turn>): CheckWorkerPorts => ({
    ...world.ports,
    turnOf: async () => {
      const turn = await world.ports.turnOf();
      return { ...turn, ...change(turn) };
    },
  });
  const checks = async () => (await world.screenings.load(world.accountId, id)).screening.checks;
  return { world, nudge, turnWith, checks };
};

const enterAgain = async (world: Awaited<ReturnType<typeof createWorld>>, id: string): Promise<void> => {
  world.recruiter.moveToStage(id, 'Offer');
  world.recruiter.moveToStage(id, 'Reference check');
  await world.settle();
};

describe('considerOpportunity', () => {
  it('orders once for fifty nudges at once, and shows it once', async () => {
    const { world, nudge } = await scene();
    await Promise.allSettled(Array.from({ length: 50 }, () => world.consider(nudge)));
    await world.settle();
    await world.wait(3_600);
    expect(world.turn.checks).toHaveLength(1);
    expect(world.turn.invitations('rosalind.pike@people.example')).toBe(1);
    expect(world.recruiter.tags(nudge.opportunityId)).toEqual(['TurnStatus:emailed']);
    expect(world.recruiter.notes(nudge.opportunityId)).toHaveLength(1);
  });

  it('adopts the order of a worker that died after it was sent', async () => {
    const { world, nudge, turnWith, checks } = await scene();
    const dying = turnWith((turn) => ({
      orderCheck: async (order) => {
        await turn.orderCheck(order);
        throw new Error('The process ended here.');
      },
    }));
    await expect(considerOpportunity(nudge, dying)).rejects.toThrow('ended');
    expect(await checks()).toMatchObject([{ state: 'claimed', workerId: null }]);
    await world.wait(600);
    expect(world.turn.checks).toHaveLength(1);
    expect(await checks()).toMatchObject([{ state: 'started', workerId: world.turn.checks[0]?.workerId }]);
    expect(world.log.map(({ code }) => code)).toContain('check_adopted');
  });

  it('orders once more, after Turn had time to know, where the worker died before it was sent', async () => {
    const { world, nudge, turnWith, checks } = await scene();
    const dying = turnWith(() => ({
      orderCheck: async () => {
        throw new Error('The process ended here.');
      },
    }));
    const claimedAt = world.now();
    await expect(considerOpportunity(nudge, dying)).rejects.toThrow('ended');
    await world.wait(60);
    expect(world.turn.checks).toHaveLength(0);
    await world.wait(600);
    expect(world.turn.checks).toHaveLength(1);
    expect((world.turn.checks[0]?.orderedAt ?? 0) - claimedAt).toBeGreaterThanOrEqual(120_000);
    expect(await checks()).toMatchObject([{ state: 'started' }]);
  });

  it('sends no order under a claim that grew old while the worker was stalled', async () => {
    const { world, nudge, turnWith } = await scene();
    const stalled = turnWith((turn) => ({
      orderCheck: async (order) => {
        await world.wait(600);
        return turn.orderCheck(order);
      },
    }));
    await expect(considerOpportunity(nudge, stalled)).rejects.toMatchObject({ code: 'someone_else_at_work' });
    await world.wait(600);
    expect(world.turn.checks).toHaveLength(1);
  });

  it('waits for an order that is in flight instead of asking Turn about it', async () => {
    const { world, nudge, turnWith } = await scene();
    const slow = turnWith((turn) => ({
      orderCheck: async (order) => {
        await considerOpportunity(nudge, world.ports);
        return turn.orderCheck(order);
      },
    }));
    await considerOpportunity(nudge, slow);
    expect(world.turn.requests.map(({ method }) => method)).toEqual(['POST']);
  });

  it('looks again later where a re-entry comes while the order, soon refused, is in flight', async () => {
    const { world, nudge, turnWith, checks } = await scene();
    const { recruiter } = world;
    const refused = turnWith(() => ({
      orderCheck: async () => {
        recruiter.moveToStage(nudge.opportunityId, 'Offer');
        recruiter.moveToStage(nudge.opportunityId, 'Reference check');
        await considerOpportunity(nudge, world.ports);
        return { kind: 'rejected', fields: ['email'] };
      },
    }));
    // Only this worker's messages: the re-entry's own was used up while the order was in flight.
    world.lever.outbox.takeDue();
    await considerOpportunity(nudge, refused);
    world.lever.outbox.takeDue();
    await world.wait(3_600);
    expect(await checks()).toMatchObject([{ state: 'problem' }, { state: 'started' }]);
  });

  it('adopts the first attempt where Turn refuses the second as its double', async () => {
    const { world, nudge, turnWith, checks } = await scene();
    let isSlow = true;
    const slow = turnWith((turn) => ({
      orderCheck: async (order) => {
        if (world.turn.checks.length > 0) {
          isSlow = false;
          return { kind: 'rejected', fields: [] };
        }
        await turn.orderCheck(order);
        return { kind: 'uncertain', why: 'timeout' };
      },
      findCheck: async (id) => (isSlow ? null : turn.findCheck(id)),
    }));
    await considerOpportunity(nudge, slow);
    expect(await checks()).toMatchObject([{ state: 'claimed' }]);
    world.passTime(300);
    await considerOpportunity(nudge, slow);
    expect(await checks()).toMatchObject([{ state: 'started', workerId: world.turn.checks[0]?.workerId }]);
    expect(world.turn.checks).toHaveLength(1);
  });

  it('orders no second check with the default package where the tag names one that Turn does not know', async () => {
    const { world, nudge, checks } = await scene();
    const { recruiter } = world;
    await world.accounts.update(world.accountId, (account) => ({ ...account, rerun: { kind: 'never' } }));
    await world.settle();
    world.turn.advance(world.turn.checks[0]?.workerId ?? '', 'approved');
    await world.settle();
    recruiter.addTag(nudge.opportunityId, 'TurnPackage:P0000000404:Nobody knows it');
    recruiter.moveToStage(nudge.opportunityId, 'Offer');
    recruiter.moveToStage(nudge.opportunityId, 'Reference check');
    await world.settle();
    expect(world.turn.checks).toHaveLength(1);
    expect(await checks()).toMatchObject([{ state: 'started' }, { state: 'not_rerun' }]);
    expect(recruiter.tags(nudge.opportunityId)).toContain('TurnStatus:clear');
  });

  it('does not wait for its own order that Turn refused, where somebody came with news meanwhile', async () => {
    const { world, nudge, turnWith, checks } = await scene();
    world.recruiter.addTag(nudge.opportunityId, 'TurnPackage:P0000000404:Nobody knows it');
    let comes = 1;
    const visited = turnWith((turn) => ({
      orderCheck: async (order) => {
        const outcome = await turn.orderCheck(order);
        if (comes-- > 0) await world.consider(nudge);
        return outcome;
      },
    }));
    await considerOpportunity(nudge, visited);
    expect(world.turn.checks).toHaveLength(1);
    expect(await checks()).toMatchObject([{ state: 'started', warnings: [{ packageId: 'P0000000404' }] }]);
  });

  it('does not believe "not found" that it was told before the settle time, however late it wakes', async () => {
    const { world, nudge, turnWith } = await scene();
    const dying = turnWith((turn) => ({
      orderCheck: async (order) => {
        await turn.orderCheck(order);
        throw new Error('The process ended here.');
      },
    }));
    await expect(considerOpportunity(nudge, dying)).rejects.toThrow('ended');
    world.passTime(60);
    const sleepy = turnWith((turn) => ({
      // Turn does not know it yet, and we stand still with that answer until it would.
      findCheck: async () => {
        world.passTime(180);
        return null;
      },
      orderCheck: turn.orderCheck,
    }));
    await considerOpportunity(nudge, sleepy);
    expect(world.turn.checks).toHaveLength(1);
    await world.wait(600);
    expect(world.turn.checks).toHaveLength(1);
    expect(world.log.map(({ code }) => code)).toContain('check_adopted');
  });

  it('does not let a refusal that is told late overwrite what somebody else ordered since', async () => {
    const { world, nudge, turnWith, checks } = await scene();
    const late = turnWith(() => ({
      orderCheck: async () => {
        // We stand still with the refusal. Somebody else has ordered meanwhile, and the answer was lost.
        world.passTime(180);
        const lost = turnWith((turn) => ({
          orderCheck: async (order) => {
            await turn.orderCheck(order);
            return { kind: 'uncertain', why: 'ECONNRESET' };
          },
        }));
        await considerOpportunity(nudge, lost);
        return { kind: 'rejected', fields: [] };
      },
    }));
    await considerOpportunity(nudge, late);
    expect(await checks()).toMatchObject([{ state: 'claimed', problem: null }]);
    await world.wait(600);
    expect(world.turn.checks).toHaveLength(1);
    expect(await checks()).toMatchObject([{ state: 'started', workerId: world.turn.checks[0]?.workerId }]);
  });

  it('asks Turn whether the earlier check still runs before it ignores an entry because of it', async () => {
    const { world, nudge } = await scene();
    const { recruiter, turn } = world;
    await world.settle();
    await enterAgain(world, nudge.opportunityId);
    expect(turn.checks).toHaveLength(1);
    turn.advance(turn.checks[0]?.workerId ?? '', 'withdrawn');
    turn.outbox.takeDue();
    await enterAgain(world, nudge.opportunityId);
    expect(turn.checks).toHaveLength(2);
    expect(recruiter.tags(nudge.opportunityId)).toEqual(['TurnStatus:emailed']);
  });

  it('loses no re-entry that comes at the very moment in which an order is no longer in flight', async () => {
    const { world, nudge, turnWith } = await scene();
    const { recruiter, turn } = world;
    const { screenings } = world.ports;
    const first = turnWith(() => ({
      orderCheck: async (order) => {
        recruiter.moveToStage(nudge.opportunityId, 'Offer');
        recruiter.moveToStage(nudge.opportunityId, 'Reference check');
        const late = await screenings.load(nudge.accountId, nudge.opportunityId);
        const outcome = await (await world.ports.turnOf()).orderCheck(order);
        // Whoever comes with the re-entry read the record while the order was in flight, and writes after it.
        let isLate = true;
        second = considerOpportunity(nudge, {
          ...world.ports,
          screenings: {
            ...screenings,
            load: async (...of) => {
              if (!isLate) return screenings.load(...of);
              isLate = false;
              await recorded;
              return late;
            },
          },
        });
        return outcome;
      },
    }));
    let second: Promise<void> = Promise.resolve();
    let isRecorded = (): void => {};
    const recorded = new Promise<void>((resolve) => {
      isRecorded = resolve;
    });
    await considerOpportunity(nudge, first);
    turn.advance(turn.checks[0]?.workerId ?? '', 'withdrawn');
    isRecorded();
    await second;
    expect(turn.checks).toHaveLength(2);
  });

  it('counts from its start for how long Turn may be slow to know a check that was long in coming', async () => {
    const { world, nudge } = await scene({ readDelayMs: 100_000 });
    const { turn, recruiter } = world;
    turn.failNext({ times: 1_000, failure: 503 });
    await world.settle();
    await world.wait(26 * 3_600, 600);
    turn.clearFaults();
    while (turn.checks.length === 0) await world.wait(600, 600);
    await world.wait(600);
    expect(recruiter.tags(nudge.opportunityId)).toEqual(['TurnStatus:emailed']);
  });

  it('orders what Turn refused before as soon as Lever is authorized again', async () => {
    const { world, checks } = await scene();
    world.turn.failNext({ times: 1, failure: 400 });
    await world.settle();
    expect(await checks()).toMatchObject([{ state: 'problem', problem: { code: 'turn_rejected' } }]);
    await world.accounts.update(world.accountId, (account) => ({ ...account, connection: 'disconnected' }));
    await world.wait(600);
    expect(world.turn.checks).toHaveLength(0);
    await world.reconnect();
    await world.wait(120);
    expect(world.turn.checks).toHaveLength(1);
  });

  it('asks Turn whether a check that had ended runs again before it orders another', async () => {
    const { world, nudge, checks } = await scene();
    const { recruiter, turn } = world;
    await world.settle();
    turn.advance(turn.checks[0]?.workerId ?? '', 'withdrawn');
    await world.settle();
    turn.advance(turn.checks[0]?.workerId ?? '', 'processing');
    turn.outbox.takeDue();
    recruiter.moveToStage(nudge.opportunityId, 'Offer');
    recruiter.moveToStage(nudge.opportunityId, 'Reference check');
    await world.settle();
    expect(turn.checks).toHaveLength(1);
    expect(await checks()).toMatchObject([{ progress: { hasEnded: false } }]);
  });

  it('counts the days of the rule from an end of the earlier check that it has only just heard of', async () => {
    const { world, nudge } = await scene();
    const { turn } = world;
    const workerId = (): string => turn.checks[0]?.workerId ?? '';
    await world.accounts.update(world.accountId, (account) => ({
      ...account,
      rerun: { kind: 'after_days', days: 30 },
    }));
    await world.settle();
    turn.advance(workerId(), 'pending');
    await world.settle();
    world.passTime(31 * 86_400);
    turn.advance(workerId(), 'approved');
    turn.outbox.takeDue();
    await enterAgain(world, nudge.opportunityId);
    expect(turn.checks).toHaveLength(1);
  });

  it('does not let an old check that Turn will not speak of keep a new one from being ordered, or its trouble from being told', async () => {
    const { world, nudge } = await scene();
    const { turn, recruiter } = world;
    await world.settle();
    turn.advance(turn.checks[0]?.workerId ?? '', 'withdrawn');
    await world.settle();
    turn.failNext({ times: 2, failure: 401 });
    await enterAgain(world, nudge.opportunityId);
    expect(recruiter.tags(nudge.opportunityId)).toEqual(['TurnStatus:error']);
    await world.wait(3_600);
    expect(turn.checks).toHaveLength(2);
  });

  it('orders a new check after some tries where Turn will not speak of an old one that had ended, not at once', async () => {
    const { world, nudge } = await scene();
    const { turn } = world;
    await world.settle();
    const { workerId = '' } = turn.checks[0] ?? {};
    turn.advance(workerId, 'withdrawn');
    await world.settle();
    turn.failNext({ path: workerId, times: 1_000, failure: 404 });
    await enterAgain(world, nudge.opportunityId);
    await world.wait(120);
    expect(turn.checks).toHaveLength(1);
    await world.wait(3_600);
    expect(turn.checks).toHaveLength(2);
  });

  it('goes on looking at an entry that stands with a problem while an earlier check runs again', async () => {
    const { world, nudge } = await scene();
    const { turn, recruiter } = world;
    const email = 'rosalind.pike@people.example';
    await world.settle();
    turn.advance(turn.checks[0]?.workerId ?? '', 'withdrawn');
    await world.settle();
    recruiter.setEmails(nudge.opportunityId, []);
    await enterAgain(world, nudge.opportunityId);
    expect(recruiter.tags(nudge.opportunityId)).toEqual(['TurnStatus:error']);
    recruiter.setEmails(nudge.opportunityId, [email]);
    turn.advance(turn.checks[0]?.workerId ?? '', 'processing');
    await world.wait(3_600);
    expect(turn.checks).toHaveLength(1);
    turn.advance(turn.checks[0]?.workerId ?? '', 'withdrawn');
    await world.wait(12 * 3_600, 600);
    expect(turn.checks).toHaveLength(2);
  });

  it('plans nothing more for who was erased', async () => {
    const { world, nudge } = await scene();
    const { screenings, accountId } = world;
    await world.settle();
    world.recruiter.deleteOpportunity(nudge.opportunityId);
    await world.settle();
    await world.wait(3_600);
    const later = { dueAt: world.now(), attempts: 1 };
    await screenings.update(accountId, nudge.opportunityId, (each) => ({ ...each, reconsider: later, refresh: later }));
    await world.wait(600);
    const { screening } = await screenings.load(accountId, nudge.opportunityId);
    expect(screening).toMatchObject({ erasedAt: expect.any(Number), reconsider: null, refresh: null });
  });

  it('keeps to the cap of the hour in which an order whose answer was lost is tried again', async () => {
    const { world, nudge, checks } = await scene();
    await world.accounts.update(world.accountId, (account) => ({ ...account, hourlyCap: 1 }));
    world.turn.failNext({ times: 1, failure: 503 });
    await world.consider(nudge);
    await world.wait(40);
    // The next hour has begun, and somebody else was ordered in it.
    world.passTime(3_600);
    const other = world.recruiter.addOpportunity({ name: 'Corin Ashby', emails: ['corin.ashby@people.example'] });
    world.recruiter.moveToStage(other.id, 'Reference check');
    await world.consider({ ...nudge, opportunityId: other.id });
    await world.wait(300);
    expect(world.turn.invitations('rosalind.pike@people.example')).toBe(0);
    expect(await checks()).toMatchObject([{ state: 'claimed', problem: { code: 'cap_reached' } }]);
    expect(world.recruiter.tags(nudge.opportunityId)).toEqual(['TurnStatus:error']);
    await world.wait(3_600);
    expect(world.turn.invitations('rosalind.pike@people.example')).toBe(1);
    expect(world.recruiter.tags(nudge.opportunityId)).toEqual(['TurnStatus:emailed']);
  });

  it('keeps to that cap also where the hour passed between the package that Turn does not know and the default one', async () => {
    const { world, nudge, turnWith, checks } = await scene();
    await world.accounts.update(world.accountId, (account) => ({ ...account, hourlyCap: 1 }));
    world.recruiter.addTag(nudge.opportunityId, 'TurnPackage:P0000000404:Nobody knows it');
    const slow = turnWith((turn) => ({
      orderCheck: async (order) => {
        if (order.packageId === null) return { kind: 'uncertain', why: 'timeout' };
        // Turn takes so long to say that it knows no such package that the next hour begins.
        world.passTime(3_600);
        return turn.orderCheck({ ...order, notAfter: world.now() });
      },
    }));
    await considerOpportunity(nudge, slow);
    expect(await checks()).toMatchObject([{ state: 'claimed', packageId: null }]);
    // Somebody else has this hour's only place.
    const other = world.recruiter.addOpportunity({ name: 'Corin Ashby', emails: ['corin.ashby@people.example'] });
    world.recruiter.moveToStage(other.id, 'Reference check');
    await world.consider({ ...nudge, opportunityId: other.id });
    await world.wait(300);
    expect(world.turn.invitations('corin.ashby@people.example')).toBe(1);
    expect(world.turn.invitations('rosalind.pike@people.example')).toBe(0);
    expect(await checks()).toMatchObject([{ state: 'claimed', problem: { code: 'cap_reached' } }]);
    await world.wait(3_600);
    expect(world.turn.invitations('rosalind.pike@people.example')).toBe(1);
  });

  it('orders nothing while Lever is disconnected, and does once it is back', async () => {
    const { world, nudge } = await scene();
    const connect = (connection: 'connected' | 'disconnected') =>
      world.accounts.update(world.accountId, (account) => ({ ...account, connection }));
    await connect('disconnected');
    await world.consider(nudge);
    expect(world.lever.requests).toEqual([]);
    await connect('connected');
    await world.wait(9 * 3_600);
    expect(world.turn.checks).toHaveLength(1);
  });

  it('orders all the same where Lever said to many workers at once that it does not know the candidate yet', async () => {
    const { world, nudge, checks } = await scene();
    const { lever, turn } = world;
    lever.outbox.takeDue();
    lever.failNext({ path: nudge.opportunityId, times: 6, failure: 404 });
    for (let n = 0; n < 6; n++) await world.consider(nudge);
    await world.wait(300);
    expect(world.log.map(({ code }) => code)).not.toContain('screening_erased');
    expect(turn.checks).toHaveLength(1);
    expect(await checks()).toMatchObject([{ state: 'started' }]);
  });

  it('takes a burst of "not found" for one, the last one too', async () => {
    const { world, nudge } = await scene();
    world.lever.outbox.takeDue();
    world.lever.failNext({ path: nudge.opportunityId, times: 4, failure: 404 });
    for (const seconds of [80, 160]) {
      await world.consider(nudge);
      world.passTime(seconds);
    }
    for (let n = 0; n < 2; n++) await world.consider(nudge);
    await world.wait(600);
    expect(world.log.map(({ code }) => code)).not.toContain('screening_erased');
    expect(world.turn.checks).toHaveLength(1);
  });

  it('leaves what failed to its time, where it comes to the same decision again', async () => {
    const { world, nudge } = await scene();
    const planned = async () => (await world.screenings.load(world.accountId, nudge.opportunityId)).screening.refresh;
    world.recruiter.setEmails(nudge.opportunityId, []);
    world.lever.failNext({ method: 'POST', path: 'addTags', times: 100, failure: 503 });
    await world.settle();
    const before = await planned();
    expect(before).toMatchObject({ attempts: 1, why: 'lever_unavailable' });
    await world.consider(nudge);
    expect({ planned: await planned(), told: world.queues.checkUpdates }).toEqual({ planned: before, told: [] });
  });

  it('does not believe one refusal after Lever said that it knows no such opportunity', async () => {
    const { world, nudge } = await scene();
    const { lever, recruiter } = world;
    await world.settle();
    recruiter.deleteOpportunity(nudge.opportunityId);
    await world.settle();
    // Nothing else tells of the deletion.
    lever.failNext({ path: '/opportunities/deleted', times: 1_000, failure: 403 });
    lever.failNext({ path: nudge.opportunityId, times: 1, failure: 403 });
    await world.wait(3 * 3_600);
    expect((await world.screenings.load(world.accountId, nudge.opportunityId)).screening.erasedAt).not.toBeNull();
  });

  it('ignores an account that is unknown or switched off', async () => {
    const { world, nudge } = await scene();
    await world.consider({ ...nudge, accountId: 'acct_nobody' });
    await world.accounts.update(world.accountId, (account) => ({ ...account, enabled: false }));
    await world.consider(nudge);
    expect([...world.lever.requests, ...world.turn.requests]).toEqual([]);
    expect(world.log.map(({ fields }) => fields.reason)).toEqual(['no_active_account', 'no_active_account']);
  });

  it('starts a check although a tag ends in half a letter', async () => {
    const { world, nudge } = await scene();
    world.recruiter.addTag(nudge.opportunityId, `TurnPackge:${'x'.repeat(88)}🦭`);
    await world.settle();
    expect(world.turn.checks).toHaveLength(1);
    expect(JSON.stringify([...world.table.items.values()])).not.toMatch(/\\ud[89a-f]/i);
  });

  it('keeps and logs nothing that a person could be known by', async () => {
    const { world } = await scene();
    await world.settle();
    expect(world.turn.checks).toHaveLength(1);
    const kept = JSON.stringify([[...world.table.items.values()], world.log, world.queues]);
    expect(kept).not.toMatch(/rosalind|pike/i);
  });
});
