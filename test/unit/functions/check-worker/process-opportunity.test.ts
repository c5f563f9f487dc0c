import { describe, expect, it } from 'vitest';
import { processOpportunity } from '#functions/check-worker/process-opportunity.ts';
import type { Order } from '#shared/turn/order.ts';
import type { Turn } from '#shared/turn/turn-client.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { createWorld } from '../../../fakes/world.ts';

/** A candidate in the trigger stage whose delivery has not been worked on yet. */
const scene = async (options: Parameters<typeof createWorld>[0] = {}) => {
  const world = await createWorld(options);
  const { id } = world.recruiter.addOpportunity({ name: 'Rosalind Pike', emails: ['rosalind.pike@people.example'] });
  world.recruiter.moveToStage(id, 'Reference check');
  const item = { accountId: world.accountId, opportunityId: id };
  const turnWith = (change: (turn: Turn) => Partial<Turn>): AppPorts => ({
    ...world.ports,
    turnOf: async (accountId) => {
      const turn = await world.ports.turnOf(accountId);
      return { ...turn, ...change(turn) };
    },
  });
  const entries = async () => (await world.recordOf(id)).entries;
  return { world, item, turnWith, entries };
};

const enterAgain = async (world: Awaited<ReturnType<typeof createWorld>>, id: string): Promise<void> => {
  world.recruiter.moveToStage(id, 'Offer');
  world.recruiter.moveToStage(id, 'Reference check');
  await world.settle();
};

describe('processOpportunity', () => {
  it('orders once for fifty work items at once, and shows it once', async () => {
    const { world, item } = await scene();
    await Promise.allSettled(Array.from({ length: 50 }, () => world.process(item)));
    await world.settle();
    await world.wait(3_600);
    expect(world.turn.checks).toHaveLength(1);
    expect(world.turn.invitations('rosalind.pike@people.example')).toBe(1);
    expect(world.recruiter.tags(item.opportunityId)).toEqual(['TurnStatus:emailed']);
    expect(world.recruiter.notes(item.opportunityId)).toHaveLength(1);
  });

  it('adopts the order of a worker that died after it was sent', async () => {
    const { world, item, turnWith, entries } = await scene();
    const dying = turnWith((turn) => ({
      orderCheck: async (order) => {
        await turn.orderCheck(order);
        throw new Error('The process ended here.');
      },
    }));
    await expect(processOpportunity(item, dying)).rejects.toThrow('ended');
    expect(await entries()).toMatchObject([{ state: 'ordering' }]);
    await world.wait(600);
    expect(world.turn.checks).toHaveLength(1);
    expect(await entries()).toMatchObject([{ state: 'ordered', workerId: world.turn.checks[0]?.workerId }]);
    expect(world.log.map(({ code }) => code)).toContain('check_adopted');
  });

  it('orders once more, after Turn had time to know, where the worker died before it was sent', async () => {
    const { world, item, turnWith, entries } = await scene();
    const dying = turnWith(() => ({
      orderCheck: async () => {
        throw new Error('The process ended here.');
      },
    }));
    const claimedAt = world.now();
    await expect(processOpportunity(item, dying)).rejects.toThrow('ended');
    await world.wait(60);
    expect(world.turn.checks).toHaveLength(0);
    await world.wait(600);
    expect(world.turn.checks).toHaveLength(1);
    expect((world.turn.checks[0]?.orderedAt ?? 0) - claimedAt).toBeGreaterThanOrEqual(120_000);
    expect(await entries()).toMatchObject([{ state: 'ordered' }]);
  });

  it('sends no order under a claim that grew old while the worker was stalled', async () => {
    const { world, item, turnWith } = await scene();
    const stalled = turnWith((turn) => ({
      orderCheck: async (order) => {
        await world.wait(600);
        return turn.orderCheck(order);
      },
    }));
    await expect(processOpportunity(item, stalled)).rejects.toMatchObject({ code: 'lease_conflict' });
    await world.wait(600);
    expect(world.turn.checks).toHaveLength(1);
  });

  it('waits for an order that is in flight instead of asking Turn about it', async () => {
    const { world, item, turnWith } = await scene();
    const slow = turnWith((turn) => ({
      orderCheck: async (order) => {
        await processOpportunity(item, world.ports);
        return turn.orderCheck(order);
      },
    }));
    await processOpportunity(item, slow);
    expect(world.turn.requests.map(({ method }) => method)).toEqual(['POST']);
  });

  it('looks again later where a re-entry comes while the order, soon refused, is in flight', async () => {
    const { world, item, turnWith, entries } = await scene();
    const { recruiter } = world;
    const refused = turnWith(() => ({
      orderCheck: async () => {
        recruiter.moveToStage(item.opportunityId, 'Offer');
        recruiter.moveToStage(item.opportunityId, 'Reference check');
        await processOpportunity(item, world.ports);
        return { kind: 'rejected', fields: ['email'] };
      },
    }));
    // Only this worker's messages: the re-entry's own was used up while the order was in flight.
    world.lever.outbox.takeDue();
    await processOpportunity(item, refused);
    world.lever.outbox.takeDue();
    await world.wait(3_600);
    expect(await entries()).toMatchObject([{ state: 'blocked' }, { state: 'ordered' }]);
  });

  it('adopts the first attempt where Turn refuses the second as its double', async () => {
    const { world, item, turnWith, entries } = await scene();
    let isSlow = true;
    const slow = turnWith((turn) => ({
      orderCheck: async (order) => {
        if (world.turn.checks.length > 0) {
          isSlow = false;
          return { kind: 'rejected', fields: [] };
        }
        await turn.orderCheck(order);
        return { kind: 'uncertain', reason: 'timeout' };
      },
      findCheck: async (id) => (isSlow ? null : turn.findCheck(id)),
    }));
    await processOpportunity(item, slow);
    expect(await entries()).toMatchObject([{ state: 'ordering' }]);
    world.passTime(300);
    await processOpportunity(item, slow);
    expect(await entries()).toMatchObject([{ state: 'ordered', workerId: world.turn.checks[0]?.workerId }]);
    expect(world.turn.checks).toHaveLength(1);
  });

  it('orders no second check with the default package where the tag names one that Turn does not know', async () => {
    const { world, item, entries } = await scene();
    const { recruiter } = world;
    await world.accounts.update(world.accountId, (account) => ({ ...account, rerun: { kind: 'never' } }));
    await world.settle();
    world.turn.advance(world.turn.checks[0]?.workerId ?? '', 'approved');
    await world.settle();
    recruiter.addTag(item.opportunityId, 'TurnPackage:P0000000404:Nobody knows it');
    recruiter.moveToStage(item.opportunityId, 'Offer');
    recruiter.moveToStage(item.opportunityId, 'Reference check');
    await world.settle();
    expect(world.turn.checks).toHaveLength(1);
    expect(await entries()).toMatchObject([{ state: 'ordered' }, { state: 'rerun_denied' }]);
    expect(recruiter.tags(item.opportunityId)).toContain('TurnStatus:clear');
  });

  it('does not wait for its own order that Turn refused, where somebody came with news meanwhile', async () => {
    const { world, item, turnWith, entries } = await scene();
    world.recruiter.addTag(item.opportunityId, 'TurnPackage:P0000000404:Nobody knows it');
    let comes = 1;
    const visited = turnWith((turn) => ({
      orderCheck: async (order) => {
        const outcome = await turn.orderCheck(order);
        if (comes-- > 0) await world.process(item);
        return outcome;
      },
    }));
    await processOpportunity(item, visited);
    expect(world.turn.checks).toHaveLength(1);
    expect(await entries()).toMatchObject([{ state: 'ordered', warnings: [{ packageId: 'P0000000404' }] }]);
  });

  it('does not believe "not found" that it was told before Turn would know of an order, however late it wakes', async () => {
    const { world, item, turnWith } = await scene();
    const dying = turnWith((turn) => ({
      orderCheck: async (order) => {
        await turn.orderCheck(order);
        throw new Error('The process ended here.');
      },
    }));
    await expect(processOpportunity(item, dying)).rejects.toThrow('ended');
    world.passTime(60);
    const sleepy = turnWith((turn) => ({
      // Turn does not know it yet, and we stand still with that answer until it would.
      findCheck: async () => {
        world.passTime(180);
        return null;
      },
      orderCheck: turn.orderCheck,
    }));
    await processOpportunity(item, sleepy);
    expect(world.turn.checks).toHaveLength(1);
    await world.wait(600);
    expect(world.turn.checks).toHaveLength(1);
    expect(world.log.map(({ code }) => code)).toContain('check_adopted');
  });

  it('does not let a refusal that is told late overwrite what somebody else ordered since', async () => {
    const { world, item, turnWith, entries } = await scene();
    const late = turnWith(() => ({
      orderCheck: async () => {
        // We stand still with the refusal. Somebody else has ordered meanwhile, and the answer was lost.
        world.passTime(180);
        const lost = turnWith((turn) => ({
          orderCheck: async (order) => {
            await turn.orderCheck(order);
            return { kind: 'uncertain', reason: 'ECONNRESET' };
          },
        }));
        await processOpportunity(item, lost);
        return { kind: 'rejected', fields: [] };
      },
    }));
    await processOpportunity(item, late);
    expect(await entries()).toMatchObject([{ state: 'ordering', problem: null }]);
    await world.wait(600);
    expect(world.turn.checks).toHaveLength(1);
    expect(await entries()).toMatchObject([{ state: 'ordered', workerId: world.turn.checks[0]?.workerId }]);
  });

  it('asks Turn whether the earlier check still runs before it ignores an entry because of it', async () => {
    const { world, item } = await scene();
    const { recruiter, turn } = world;
    await world.settle();
    await enterAgain(world, item.opportunityId);
    expect(turn.checks).toHaveLength(1);
    turn.advance(turn.checks[0]?.workerId ?? '', 'withdrawn');
    turn.outbox.takeDue();
    await enterAgain(world, item.opportunityId);
    expect(turn.checks).toHaveLength(2);
    expect(recruiter.tags(item.opportunityId)).toEqual(['TurnStatus:emailed']);
  });

  it('loses no re-entry that comes at the very moment in which an order is no longer in flight', async () => {
    const { world, item, turnWith } = await scene();
    const { recruiter, turn } = world;
    const { records } = world.ports;
    const first = turnWith(() => ({
      orderCheck: async (order) => {
        recruiter.moveToStage(item.opportunityId, 'Offer');
        recruiter.moveToStage(item.opportunityId, 'Reference check');
        const late = await records.load(item.accountId, item.opportunityId);
        const outcome = await (await world.ports.turnOf(item.accountId)).orderCheck(order);
        // Whoever comes with the re-entry read the record while the order was in flight, and writes after it.
        let isLate = true;
        second = processOpportunity(item, {
          ...world.ports,
          records: {
            ...records,
            load: async (...of) => {
              if (!isLate) return records.load(...of);
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
    await processOpportunity(item, first);
    turn.advance(turn.checks[0]?.workerId ?? '', 'withdrawn');
    isRecorded();
    await second;
    expect(turn.checks).toHaveLength(2);
  });

  it('counts from its start for how long Turn may be slow to know a check that was long in coming', async () => {
    const { world, item } = await scene({ readDelayMs: 100_000 });
    const { turn, recruiter } = world;
    turn.failNext({ times: 1_000, failure: 503 });
    await world.settle();
    await world.wait(26 * 3_600, 600);
    turn.clearFaults();
    while (turn.checks.length === 0) await world.wait(600, 600);
    await world.wait(600);
    expect(recruiter.tags(item.opportunityId)).toEqual(['TurnStatus:emailed']);
  });

  it('orders what Turn refused before as soon as Lever is authorized again', async () => {
    const { world, entries } = await scene();
    world.turn.failNext({ times: 1, failure: 400 });
    await world.settle();
    expect(await entries()).toMatchObject([{ state: 'blocked', problem: { code: 'turn_rejected' } }]);
    await world.accounts.update(world.accountId, (account) => ({ ...account, connectionState: 'disconnected' }));
    await world.wait(600);
    expect(world.turn.checks).toHaveLength(0);
    await world.reconnect();
    await world.wait(120);
    expect(world.turn.checks).toHaveLength(1);
  });

  it('asks Turn whether a check that had ended runs again before it orders another', async () => {
    const { world, item, entries } = await scene();
    const { recruiter, turn } = world;
    await world.settle();
    turn.advance(turn.checks[0]?.workerId ?? '', 'withdrawn');
    await world.settle();
    turn.advance(turn.checks[0]?.workerId ?? '', 'processing');
    turn.outbox.takeDue();
    recruiter.moveToStage(item.opportunityId, 'Offer');
    recruiter.moveToStage(item.opportunityId, 'Reference check');
    await world.settle();
    expect(turn.checks).toHaveLength(1);
    expect(await entries()).toMatchObject([{ status: { isComplete: false } }]);
  });

  it('counts the days of the rule from an end of the earlier check that it has only just heard of', async () => {
    const { world, item } = await scene();
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
    await enterAgain(world, item.opportunityId);
    expect(turn.checks).toHaveLength(1);
  });

  it('does not let an old check that Turn will not speak of keep a new one from being ordered, or its trouble from being told', async () => {
    const { world, item } = await scene();
    const { turn, recruiter } = world;
    await world.settle();
    turn.advance(turn.checks[0]?.workerId ?? '', 'withdrawn');
    await world.settle();
    turn.failNext({ times: 2, failure: 401 });
    await enterAgain(world, item.opportunityId);
    expect(recruiter.tags(item.opportunityId)).toEqual(['TurnStatus:error']);
    await world.wait(3_600);
    expect(turn.checks).toHaveLength(2);
  });

  it('orders a new check after some tries where Turn will not speak of an old one that had ended, not at once', async () => {
    const { world, item } = await scene();
    const { turn } = world;
    await world.settle();
    const { workerId = '' } = turn.checks[0] ?? {};
    turn.advance(workerId, 'withdrawn');
    await world.settle();
    turn.failNext({ path: workerId, times: 1_000, failure: 404 });
    await enterAgain(world, item.opportunityId);
    await world.wait(120);
    expect(turn.checks).toHaveLength(1);
    await world.wait(3_600);
    expect(turn.checks).toHaveLength(2);
  });

  it('goes on looking at an entry that stands with a problem while an earlier check runs again', async () => {
    const { world, item } = await scene();
    const { turn, recruiter } = world;
    const email = 'rosalind.pike@people.example';
    await world.settle();
    turn.advance(turn.checks[0]?.workerId ?? '', 'withdrawn');
    await world.settle();
    recruiter.setEmails(item.opportunityId, []);
    await enterAgain(world, item.opportunityId);
    expect(recruiter.tags(item.opportunityId)).toEqual(['TurnStatus:error']);
    recruiter.setEmails(item.opportunityId, [email]);
    turn.advance(turn.checks[0]?.workerId ?? '', 'processing');
    await world.wait(3_600);
    expect(turn.checks).toHaveLength(1);
    turn.advance(turn.checks[0]?.workerId ?? '', 'withdrawn');
    await world.wait(12 * 3_600, 600);
    expect(turn.checks).toHaveLength(2);
  });

  it('takes back what was wrong with an entry once the candidate leaves the stage', async () => {
    const { world, item, entries } = await scene();
    const { recruiter } = world;
    recruiter.setEmails(item.opportunityId, []);
    await world.settle();
    expect(recruiter.tags(item.opportunityId)).toEqual(['TurnStatus:error']);
    recruiter.moveToStage(item.opportunityId, 'Offer');
    await world.settle();
    expect(await entries()).toEqual([]);
    expect(recruiter.tags(item.opportunityId)).toEqual([]);
    expect(recruiter.notes(item.opportunityId)).toEqual([]);
    await world.wait(12 * 3_600, 600);
    expect(world.turn.checks).toEqual([]);
  });

  it('schedules nothing more for who was erased', async () => {
    const { world, item } = await scene();
    await world.settle();
    world.recruiter.deleteOpportunity(item.opportunityId);
    await world.settle();
    await world.wait(3_600);
    const later = { dueAt: world.now(), attempts: 1 };
    await world.changeRecord(item.opportunityId, (each) => ({ ...each, nextDecision: later, nextSync: later }));
    await world.wait(600);
    expect(await world.recordOf(item.opportunityId)).toMatchObject({
      erasedAt: expect.any(Number),
      nextDecision: null,
      nextSync: null,
    });
  });

  it('keeps to the cap of the hour in which an order whose answer was lost is tried again', async () => {
    const { world, item, entries } = await scene();
    await world.accounts.update(world.accountId, (account) => ({ ...account, hourlyCap: 1 }));
    world.turn.failNext({ times: 1, failure: 503 });
    await world.process(item);
    await world.wait(40);
    // The next hour has begun, and somebody else was ordered in it.
    world.passTime(3_600);
    const other = world.recruiter.addOpportunity({ name: 'Corin Ashby', emails: ['corin.ashby@people.example'] });
    world.recruiter.moveToStage(other.id, 'Reference check');
    await world.process({ ...item, opportunityId: other.id });
    await world.wait(300);
    expect(world.turn.invitations('rosalind.pike@people.example')).toBe(0);
    expect(await entries()).toMatchObject([{ state: 'ordering', problem: { code: 'cap_reached' } }]);
    expect(world.recruiter.tags(item.opportunityId)).toEqual(['TurnStatus:waiting']);
    await world.wait(3_600);
    expect(world.turn.invitations('rosalind.pike@people.example')).toBe(1);
    expect(world.recruiter.tags(item.opportunityId)).toEqual(['TurnStatus:emailed']);
  });

  it('keeps to that cap also where the hour passed between the package that Turn does not know and the default one', async () => {
    const { world, item, turnWith, entries } = await scene();
    await world.accounts.update(world.accountId, (account) => ({ ...account, hourlyCap: 1 }));
    world.recruiter.addTag(item.opportunityId, 'TurnPackage:P0000000404:Nobody knows it');
    const slow = turnWith((turn) => ({
      orderCheck: async (order) => {
        if (order.packageId === null) return { kind: 'uncertain', reason: 'timeout' };
        // Turn takes so long to say that it knows no such package that the next hour begins.
        world.passTime(3_600);
        return turn.orderCheck({ ...order, deadline: world.now() });
      },
    }));
    await processOpportunity(item, slow);
    expect(await entries()).toMatchObject([{ state: 'ordering', packageId: null }]);
    // Somebody else has this hour's only place.
    const other = world.recruiter.addOpportunity({ name: 'Corin Ashby', emails: ['corin.ashby@people.example'] });
    world.recruiter.moveToStage(other.id, 'Reference check');
    await world.process({ ...item, opportunityId: other.id });
    await world.wait(300);
    expect(world.turn.invitations('corin.ashby@people.example')).toBe(1);
    expect(world.turn.invitations('rosalind.pike@people.example')).toBe(0);
    expect(await entries()).toMatchObject([{ state: 'ordering', problem: { code: 'cap_reached' } }]);
    await world.wait(3_600);
    expect(world.turn.invitations('rosalind.pike@people.example')).toBe(1);
  });

  describe('where Turn refuses one thing of the candidate', () => {
    const refusing = async (fields: (order: Order) => string[], person: { emails?: string[] } = {}) => {
      const made = await scene();
      const { world, item, turnWith } = made;
      const contact = [...world.recruiter.organization.contacts.values()].at(-1);
      Object.assign(contact ?? {}, { phones: [{ type: 'mobile', value: '(215) 555-0123' }] }, person);
      const orders: Order[] = [];
      const ports = turnWith((turn) => ({
        orderCheck: async (order) => {
          orders.push(order);
          const refused = fields(order);
          return refused.length === 0 ? turn.orderCheck(order) : { kind: 'rejected', fields: refused };
        },
      }));
      return { ...made, orders, run: () => processOpportunity(item, ports) };
    };
    const phoneRefused = ({ candidate }: Order) => (candidate.phone === null ? [] : ['phone_number']);

    it('orders once more without the phone, for the same entry', async () => {
      const { run, orders, entries, world } = await refusing(phoneRefused);
      await run();
      expect(orders.map(({ candidate }) => candidate.phone)).toEqual(['2155550123', null]);
      expect(new Set(orders.map(({ referenceId }) => referenceId)).size).toBe(1);
      expect(world.turn.checks).toHaveLength(1);
      expect(await entries()).toMatchObject([{ state: 'ordered', warnings: [{ kind: 'refused_phone' }] }]);
    });

    it('orders once more to the next address, and then without the phone', async () => {
      const emails = ['first@people.example', 'second@people.example', 'third@people.example'];
      const { run, orders, entries } = await refusing(
        (order) => (order.candidate.email.startsWith('first') ? ['email'] : phoneRefused(order)),
        { emails },
      );
      await run();
      expect(orders.map(({ candidate }) => [candidate.email.split('@')[0], candidate.phone])).toEqual([
        ['first', '2155550123'],
        ['second', '2155550123'],
        ['second', null],
      ]);
      expect(await entries()).toMatchObject([
        { state: 'ordered', warnings: [{ kind: 'refused_email' }, { kind: 'refused_phone' }] },
      ]);
    });

    it.each([
      [['email'], 2],
      [['phone_number'], 2],
      [['email', 'phone_number'], 1],
      [['first_name'], 1],
    ])('tells of a problem where Turn goes on to refuse %j, after %i orders', async (fields, times) => {
      const emails = ['first@people.example', 'second@people.example', 'third@people.example'];
      const { run, orders, entries } = await refusing(() => fields, { emails });
      await run();
      expect(orders).toHaveLength(times);
      const problem = { code: 'turn_rejected', detail: fields.join(', ') };
      expect(await entries()).toMatchObject([{ state: 'blocked', problem }]);
    });

    it('asks Turn before it orders again, where the worker died after the second order was sent', async () => {
      const { world, item, turnWith, entries } = await scene();
      Object.assign([...world.recruiter.organization.contacts.values()].at(-1) ?? {}, {
        phones: [{ type: 'mobile', value: '(215) 555-0123' }],
      });
      const dying = turnWith((turn) => ({
        orderCheck: async (order) => {
          if (order.candidate.phone !== null) return { kind: 'rejected', fields: ['phone_number'] };
          await turn.orderCheck(order);
          throw new Error('The process ended here.');
        },
      }));
      await expect(processOpportunity(item, dying)).rejects.toThrow('ended');
      expect(await entries()).toMatchObject([{ state: 'ordering', warnings: [{ kind: 'refused_phone' }] }]);
      await world.wait(600);
      expect(world.turn.checks).toHaveLength(1);
      expect(await entries()).toMatchObject([{ state: 'ordered', warnings: [{ kind: 'refused_phone' }] }]);
    });
  });

  it('orders nothing while Lever is disconnected, and does once it is back', async () => {
    const { world, item } = await scene();
    const connect = (connectionState: 'connected' | 'disconnected') =>
      world.accounts.update(world.accountId, (account) => ({ ...account, connectionState }));
    await connect('disconnected');
    await world.process(item);
    expect(world.lever.requests).toEqual([]);
    await connect('connected');
    await world.wait(9 * 3_600);
    expect(world.turn.checks).toHaveLength(1);
  });

  it('orders all the same where Lever said to many workers at once that it does not know the candidate yet', async () => {
    const { world, item, entries } = await scene();
    const { lever, turn } = world;
    lever.outbox.takeDue();
    lever.failNext({ path: item.opportunityId, times: 6, failure: 404 });
    for (let n = 0; n < 6; n++) await world.process(item);
    await world.wait(300);
    expect(world.log.map(({ code }) => code)).not.toContain('record_erased');
    expect(turn.checks).toHaveLength(1);
    expect(await entries()).toMatchObject([{ state: 'ordered' }]);
  });

  it('takes a burst of "not found" for one, the last one too', async () => {
    const { world, item } = await scene();
    world.lever.outbox.takeDue();
    world.lever.failNext({ path: item.opportunityId, times: 4, failure: 404 });
    for (const seconds of [80, 160]) {
      await world.process(item);
      world.passTime(seconds);
    }
    for (let n = 0; n < 2; n++) await world.process(item);
    await world.wait(600);
    expect(world.log.map(({ code }) => code)).not.toContain('record_erased');
    expect(world.turn.checks).toHaveLength(1);
  });

  it('orders for a candidate who was taken for deleted before an order of theirs had reached Turn', async () => {
    const { world, item, turnWith, entries } = await scene();
    const dies = turnWith(() => ({
      orderCheck: async () => {
        throw new Error('The function ended.');
      },
    }));
    await expect(processOpportunity(item, dies)).rejects.toThrow();
    world.lever.outbox.takeDue();
    world.lever.failNext({ path: item.opportunityId, times: 5, failure: 404 });
    for (let n = 0; n < 5; n++) {
      world.passTime(7_200);
      await world.process(item);
    }
    expect(await world.recordOf(item.opportunityId)).toMatchObject({ entries: [], erasedAt: expect.any(Number) });
    await world.process(item);
    expect(world.turn.checks).toHaveLength(1);
    expect(await entries()).toMatchObject([{ state: 'ordered' }]);
  });

  it('adds nothing to what was erased where Lever then refuses to show the candidate', async () => {
    const { world, item, entries } = await scene();
    await world.settle();
    world.recruiter.deleteOpportunity(item.opportunityId);
    await world.settle();
    await world.wait(3 * 3_600);
    world.lever.failNext({ path: item.opportunityId, times: 1, failure: 403 });
    await world.process(item);
    expect(await entries()).toMatchObject([{ state: 'erased' }]);
    expect((await world.recordOf(item.opportunityId)).nextDecision).toBeNull();
  });

  it('leaves what failed to its time, where it comes to the same decision again', async () => {
    const { world, item } = await scene();
    const nextSync = async () => (await world.recordOf(item.opportunityId)).nextSync;
    world.recruiter.setEmails(item.opportunityId, []);
    world.lever.failNext({ method: 'POST', path: 'addTags', times: 100, failure: 503 });
    await world.settle();
    const before = await nextSync();
    expect(before).toMatchObject({ attempts: 1, lastFailure: 'lever_unavailable' });
    await world.process(item);
    expect({ nextSync: await nextSync(), enqueued: world.queues.sync }).toEqual({ nextSync: before, enqueued: [] });
  });

  it('does not believe one refusal after Lever said that it knows no such opportunity', async () => {
    const { world, item } = await scene();
    const { lever, recruiter } = world;
    await world.settle();
    recruiter.deleteOpportunity(item.opportunityId);
    await world.settle();
    // Nothing else tells of the deletion.
    lever.failNext({ path: '/opportunities/deleted', times: 1_000, failure: 403 });
    lever.failNext({ path: item.opportunityId, times: 1, failure: 403 });
    await world.wait(3 * 3_600);
    expect((await world.recordOf(item.opportunityId)).erasedAt).not.toBeNull();
  });

  it('takes a 403 for one candidate’s only where Lever lets us in otherwise: else the account says so, and the check starts later', async () => {
    const { world, item } = await scene();
    const { lever } = world;
    lever.failNext({ method: 'GET', path: item.opportunityId, times: 1, failure: 403 });
    lever.failNext({ method: 'GET', path: '/opportunities', times: 1, failure: 403 });
    await expect(world.process(item)).resolves.toBeUndefined();
    const { entries, nextDecision } = await world.recordOf(item.opportunityId);
    expect({ entries, lastFailure: nextDecision?.lastFailure }).toEqual({
      entries: [],
      lastFailure: 'lever_access_denied',
    });
    expect((await world.accounts.find(world.accountId))?.leverDeniedSince).toBeGreaterThan(0);
    expect(world.log.map(({ code }) => code)).toContain('lever_access_denied');
    await world.wait(3_600);
    expect(world.turn.checks).toHaveLength(1);
    expect((await world.accounts.find(world.accountId))?.leverDeniedSince).toBeUndefined();
  });

  it('takes the page of a firewall for no refusal of Lever’s or of Turn’s', async () => {
    const { world, item } = await scene();
    const html = '<html>Blocked</html>';
    world.lever.failNext({ method: 'GET', path: item.opportunityId, times: 1, failure: 403, html });
    world.turn.failNext({ method: 'POST', times: 1, failure: 403, html });
    await world.process(item);
    expect((await world.recordOf(item.opportunityId)).nextDecision?.lastFailure).toBe('lever_unavailable');
    await world.wait(3_600);
    expect(world.turn.checks).toHaveLength(1);
    expect(world.log.map(({ code }) => code)).not.toContain('problem_found');
  });

  it('ignores an account that is unknown or switched off', async () => {
    const { world, item } = await scene();
    await world.process({ ...item, accountId: 'acct_nobody' });
    await world.accounts.update(world.accountId, (account) => ({ ...account, enabled: false }));
    await world.process(item);
    expect([...world.lever.requests, ...world.turn.requests]).toEqual([]);
    expect(world.log.map(({ fields }) => fields.reason)).toEqual(['no_active_account', 'no_active_account']);
  });

  it.each(['constructor', '__proto__', 'toString'])('asks Lever what the stage %j is called', async (stageId) => {
    const { world, item } = await scene({
      changeAnswer: (answer, { url }) => {
        if (!url.pathname.includes('/opportunities/')) return answer;
        const body = answer.body.replaceAll(/"stage":\{[^}]*\}/gu, `"stage":"${stageId}"`);
        return { ...answer, body };
      },
    });
    await world.process(item);
    expect(world.turn.checks).toEqual([]);
    expect(await world.recordOf(item.opportunityId)).toMatchObject({ entries: [] });
  });

  it('starts a check although a tag ends in half a letter', async () => {
    const { world, item } = await scene();
    world.recruiter.addTag(item.opportunityId, `TurnPackge:${'x'.repeat(88)}🦭`);
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
