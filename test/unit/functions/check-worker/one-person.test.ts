import { describe, expect, it } from 'vitest';
import { processOpportunity } from '#functions/check-worker/process-opportunity.ts';
import type { Account } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { createWorld } from '../../../fakes/world.ts';

const stage = 'Reference check';
const person = { name: 'Rosalind Pike', emails: ['rosalind.pike@people.example'] };
const another = { name: 'Barnaby Thistle', emails: ['barnaby.thistle@people.example'] };

/** Two opportunities of one contact; neither is in the stage yet. */
const scene = async ({ second = {}, settings = {} }: { second?: object; settings?: Partial<Account> } = {}) => {
  const world = await createWorld({ settings });
  const { recruiter, accountId } = world;
  const one = recruiter.addOpportunity(person);
  const add = (otherwise: object = {}) =>
    recruiter.addOpportunity({ ...person, contactId: one.contactId, ...otherwise }).id;
  const itemOf = (opportunityId: string) => ({ accountId, opportunityId });
  const enter = async (id: string): Promise<void> => {
    recruiter.moveToStage(id, stage);
    await world.settle();
  };
  const leverReads = (id: string): number =>
    world.lever.requests.filter(({ method, path }) => method === 'GET' && path === `/opportunities/${id}`).length;
  const entriesOf = async (id: string) => (await world.recordOf(id)).entries;
  const members = async (packageId: string | null = null) =>
    (await world.ports.sharers.ofPerson(accountId, one.contactId, packageId)).opportunityIds;
  const codes = () => world.log.map(({ code }) => code);
  const turnSays = async (state: string): Promise<void> => {
    world.turn.advance(world.turn.checks[0]?.workerId ?? '', state);
    await world.settle();
  };
  const ids = [one.id, add(second)] as const;
  return { world, recruiter, ids, one, add, itemOf, enter, leverReads, entriesOf, members, codes, turnSays };
};

const dyingAt = (ports: AppPorts, at: 'replace' | 'orderCheck'): AppPorts => {
  const die = async (): Promise<never> => {
    throw new Error('The process ended here.');
  };
  return at === 'replace'
    ? { ...ports, sharers: { ...ports.sharers, replace: die } }
    : { ...ports, turnOf: async (accountId) => ({ ...(await ports.turnOf(accountId)), orderCheck: die }) };
};

/** Something that others wait for until it is kept. */
const promised = () => {
  let keep = (): void => {};
  const kept = new Promise<void>((resolve) => {
    keep = resolve;
  });
  return { kept, keep };
};

describe('a second opportunity of one person', () => {
  it('shows the running check of the first, which is ordered once, and follows it to its end', async () => {
    const { world, recruiter, ids, enter, codes, turnSays, entriesOf } = await scene();
    for (const id of ids) await enter(id);
    expect(world.turn.checks).toHaveLength(1);
    expect(codes().filter((code) => code === 'check_started' || code === 'check_followed')).toEqual([
      'check_started',
      'check_followed',
    ]);
    expect(await entriesOf(ids[1])).toMatchObject([
      { state: 'ordered', isFollowed: true, workerId: world.turn.checks[0]?.workerId },
    ]);
    await turnSays('approved');
    for (const id of ids) {
      expect(recruiter.tags(id)).toEqual(['TurnStatus:clear']);
      expect(recruiter.notes(id)).toHaveLength(2);
    }
    expect(recruiter.notes(ids[1])[0]).toContain('ordered with another application');
  });

  it('shows a complete check too as long as the rule forbids another', async () => {
    const { world, recruiter, ids, enter, turnSays } = await scene();
    await enter(ids[0]);
    await turnSays('approved');
    await enter(ids[1]);
    expect(world.turn.checks).toHaveLength(1);
    expect(recruiter.tags(ids[1])).toEqual(['TurnStatus:clear']);
  });

  it.each([
    ['the rule allows another', 'approved', { rerun: { kind: 'always' } as const }],
    ['the check was withdrawn', 'withdrawn', {}],
  ])('has a check of its own after the first where %s', async (_, state, settings) => {
    const { world, ids, enter, turnSays } = await scene({ settings });
    await enter(ids[0]);
    await turnSays(state);
    await enter(ids[1]);
    expect(world.turn.checks).toHaveLength(2);
  });

  it.each([
    ['neither name nor e-mail address are the same', { second: another }],
    ['one of the two is confidential', { second: { confidentiality: 'confidential' } }],
    ['the package is another', { second: { tags: ['TurnPackage:P0000000002'] } }],
    ['the account wants it so', { settings: { oneCheckPerPerson: false } }],
  ])('has a check of its own where %s', async (_, otherwise) => {
    const { world, ids, enter, members } = await scene(otherwise);
    const scope = 'opportunities:write:admin notes:write:admin confidential:access:admin';
    const clientId = 'sandbox-lever-client';
    const tokens = world.lever.tokens.connect({ organizationId: 'org', userId: 'admin', clientId, scope });
    await world.credentials.update(world.accountId, (before) => ({ ...before, tokens }));
    for (const id of ids) await enter(id);
    expect(world.turn.checks).toHaveLength(2);
    // The account may choose otherwise one day.
    if ('settings' in otherwise) expect(await members()).toEqual(ids);
  });

  it('follows one that runs before one that is complete, whichever came first', async () => {
    const { world, recruiter, ids, add, enter, turnSays } = await scene({ settings: { oneCheckPerPerson: false } });
    for (const id of ids) await enter(id);
    await turnSays('approved');
    await world.accounts.update(world.accountId, (account) => ({ ...account, oneCheckPerPerson: true }));
    const third = add();
    await enter(third);
    expect(world.turn.checks).toHaveLength(2);
    expect(recruiter.tags(third)).toEqual(['TurnStatus:emailed']);
  });

  it('follows a check by one valid e-mail address alone', async () => {
    const { world, ids, enter } = await scene({
      second: { name: 'Roz Pike-Quill', emails: [...another.emails, ...person.emails] },
    });
    for (const id of ids) await enter(id);
    expect(world.turn.checks).toHaveLength(1);
  });

  it.each([0, 1])(
    'follows the check where one answer of Lever about one of them (%i) lacks the contact',
    async (which) => {
      const { world, recruiter, ids, itemOf, enter, entriesOf } = await scene();
      for (const id of ids) await world.process(itemOf(id));
      await enter(ids[0]);
      // Moved, and seen once: the record holds the contact.
      recruiter.moveToStage(ids[1], stage);
      const { contactId } = await world.recordOf(ids[0]);
      await world.changeRecord(ids[1], (record) => ({ ...record, contactId }));
      const lacking: AppPorts = {
        ...world.ports,
        leverOf: (accountId, work) => {
          const lever = world.ports.leverOf(accountId, work);
          const readOpportunity = async (id: string) => {
            const read = await lever.readOpportunity(id);
            return id === ids[which] ? { ...read, contactId: null } : read;
          };
          return { ...lever, readOpportunity };
        },
      };
      await processOpportunity(itemOf(ids[1]), lacking);
      expect(world.turn.checks).toHaveLength(1);
      expect(await entriesOf(ids[1])).toMatchObject([{ isFollowed: true }]);
    },
  );

  it('takes no place of the hour, and none of the calls to Lever of a person with one opportunity', async () => {
    const { world, ids, enter, leverReads } = await scene({ settings: { hourlyCap: 1 } });
    await enter(ids[0]);
    expect(leverReads(ids[0])).toBe(1);
    await enter(ids[1]);
    expect(world.recruiter.tags(ids[1])).toEqual(['TurnStatus:emailed']);
    expect([leverReads(ids[0]), leverReads(ids[1])]).toEqual([2, 1]);
  });

  it('follows a check of the default that was ordered for a package that Turn does not know, by either package', async () => {
    const { world, ids, add, enter } = await scene({ second: { tags: ['TurnPackage:P9999999999'] } });
    const third = add({ tags: ['TurnPackage:P9999999999'] });
    await enter(ids[1]);
    await enter(ids[0]);
    await enter(third);
    expect(world.turn.checks).toHaveLength(1);
    expect(world.recruiter.notes(ids[0])[0]).not.toContain('does not know');
    expect(world.recruiter.notes(third)[0]).toContain('Turn does not know package P9999999999');
  });

  it('follows the default where it is ordered instead of a package that Turn does not know', async () => {
    const { world, ids, enter } = await scene({ second: { tags: ['TurnPackage:P9999999999'] } });
    for (const id of ids) await enter(id);
    expect(world.turn.checks).toHaveLength(1);
    expect(world.recruiter.notes(ids[1])[0]).toContain('Turn does not know package P9999999999');
  });
});

describe('news of a check that several opportunities show', () => {
  it('find each again once it has been read, and none that does not show it', async () => {
    const { world, recruiter, ids, itemOf, enter } = await scene();
    await enter(ids[0]);
    const workerId = world.turn.checks[0]?.workerId ?? '';
    recruiter.moveToStage(ids[1], stage);
    const contended: AppPorts = { ...world.ports, records: { ...world.records, commit: async () => null } };
    await expect(processOpportunity(itemOf(ids[1]), contended)).rejects.toMatchObject({ code: 'write_conflict' });
    expect(await world.ports.sharers.ofWorker(world.accountId, workerId)).toEqual([ids[0]]);
    await world.ports.sharers.leaveWorker(world.accountId, workerId, ids[0]);
    await world.process(itemOf(ids[0]));
    expect(await world.ports.sharers.ofWorker(world.accountId, workerId)).toEqual([ids[0]]);
  });

  it('reach each of them once, however long the budget for Lever keeps them from showing it', async () => {
    const { world, recruiter, ids, add, enter } = await scene();
    const all = [...ids, add(), add()];
    for (const id of all) await enter(id);
    world.turn.advance(world.turn.checks[0]?.workerId ?? '', 'processing');
    world.turn.outbox.takeDue();
    const acquire = () => world.ports.limiter.acquire(world.accountId, world.ports.newId(), 1);
    await Promise.allSettled(Array.from({ length: 300 }, acquire));
    const items = all.map((opportunityId) => ({ accountId: world.accountId, opportunityId }));
    for (const item of items) await world.sync(item);
    expect(world.queues.sync).toEqual([]);
    world.passTime(60);
    await world.sync(items[0] ?? { accountId: '', opportunityId: '' });
    expect(world.queues.sync).toEqual(items.slice(1));
    await world.settle();
    expect(world.queues.sync).toEqual([]);
    for (const id of all) expect(recruiter.tags(id)).toEqual(['TurnStatus:processing']);
  });
});

describe('two opportunities of one person at once', () => {
  it('follow in the end where the budget is used up at every read of the other', async () => {
    const { world, recruiter, ids, itemOf, entriesOf, enter } = await scene();
    await enter(ids[0]);
    recruiter.moveToStage(ids[1], stage);
    const busyAfterOwnRead: AppPorts = {
      ...world.ports,
      leverOf: (accountId, work) => {
        const lever = world.ports.leverOf(accountId, work);
        const readOpportunity = async (id: string) => {
          const read = await lever.readOpportunity(id);
          const acquire = () => world.ports.limiter.acquire(accountId, world.ports.newId(), 1);
          await Promise.allSettled(Array.from({ length: 100 }, acquire));
          return read;
        };
        return { ...lever, readOpportunity };
      },
    };
    for (let tries = 0; tries < 3; tries++) {
      const outcome = await processOpportunity(itemOf(ids[1]), busyAfterOwnRead).catch((error: unknown) => error);
      if (outcome instanceof Failure) world.passTime(Math.ceil((outcome.retryAfterMs ?? 0) / 1000));
    }
    expect(await entriesOf(ids[1])).toMatchObject([{ state: 'ordered', isFollowed: true }]);
  });

  it('order one check, however often both are worked on', async () => {
    const { world, recruiter, ids, itemOf } = await scene();
    for (const id of ids) recruiter.moveToStage(id, stage);
    await Promise.allSettled(Array.from({ length: 20 }, (_, n) => world.process(itemOf(ids[n % 2] ?? ''))));
    await world.wait(600);
    expect(world.turn.checks).toHaveLength(1);
    for (const id of ids) expect(recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
  });

  it.each(['replace', 'orderCheck'] as const)(
    'order one check where the worker of the first died before %s',
    async (at) => {
      const { world, recruiter, ids, itemOf } = await scene();
      for (const id of ids) recruiter.moveToStage(id, stage);
      await expect(processOpportunity(itemOf(ids[0]), dyingAt(world.ports, at))).rejects.toThrow('ended');
      await world.process(itemOf(ids[1]));
      expect(world.turn.checks).toHaveLength(at === 'replace' ? 1 : 0);
      await world.wait(1_200);
      expect(world.turn.checks).toHaveLength(1);
      for (const id of ids) expect(recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
    },
  );

  it('do not wait for one another for ever where the workers of both died', async () => {
    const { world, recruiter, ids, one, itemOf } = await scene();
    for (const id of ids) recruiter.moveToStage(id, stage);
    for (const id of ids) {
      await expect(processOpportunity(itemOf(id), dyingAt(world.ports, 'replace'))).rejects.toThrow('ended');
    }
    for (const id of ids) await world.ports.sharers.joinPerson(world.accountId, one.contactId, null, id);
    await world.wait(3_600);
    expect(world.turn.checks).toHaveLength(1);
    for (const id of ids) expect(recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
  });

  it('do not wait for an order of one that Turn does not have, and that Lever did not show', async () => {
    const { world, recruiter, ids, itemOf, enter, entriesOf, turnSays } = await scene();
    await enter(ids[0]);
    await turnSays('withdrawn');
    recruiter.moveToStage(ids[0], 'Offer');
    await world.settle();
    world.passTime(60);
    recruiter.moveToStage(ids[0], stage);
    await expect(processOpportunity(itemOf(ids[0]), dyingAt(world.ports, 'orderCheck'))).rejects.toThrow('ended');
    world.lever.outbox.takeDue();
    world.passTime(600);
    const body = { code: 'x', message: 'x' };
    world.lever.failNext({ path: ids[0], method: 'GET', times: 1, failure: 403, body });
    await world.process(itemOf(ids[0]));
    expect(await entriesOf(ids[0])).toMatchObject([{ state: 'ordered' }]);
    await enter(ids[1]);
    expect(world.turn.checks).toHaveLength(2);
  });

  it('have the order of one looked into where nothing else would', async () => {
    const { world, recruiter, ids, itemOf, enter } = await scene();
    recruiter.moveToStage(ids[0], stage);
    await expect(processOpportunity(itemOf(ids[0]), dyingAt(world.ports, 'orderCheck'))).rejects.toThrow('ended');
    await world.ports.sharers.joinPerson(world.accountId, (await world.recordOf(ids[0])).contactId ?? '', null, ids[0]);
    await world.changeRecord(ids[0], (record) => ({ ...record, nextDecision: null, nextSync: null }));
    await enter(ids[1]);
    await world.wait(1_200);
    expect(world.turn.checks).toHaveLength(1);
    for (const id of ids) expect(recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
  });

  it('follow the one that took the last place of the hour, whenever that was', async () => {
    const { world, recruiter, ids, itemOf, entriesOf } = await scene({ settings: { hourlyCap: 1 } });
    for (const id of ids) recruiter.moveToStage(id, stage);
    const overtaken: AppPorts = {
      ...world.ports,
      countOrder: async (...order) => {
        await world.process(itemOf(ids[0]));
        return world.ports.countOrder(...order);
      },
    };
    await processOpportunity(itemOf(ids[1]), overtaken);
    expect(await entriesOf(ids[1])).toMatchObject([{ state: 'ordered', isFollowed: true }]);
    await world.settle();
    for (const id of ids) expect(recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
    expect(world.turn.checks).toHaveLength(1);
  });

  it('give the place of the hour back that the one counted which lost the person', async () => {
    const { world, recruiter, ids, itemOf, enter } = await scene({ settings: { hourlyCap: 2 } });
    for (const id of ids) recruiter.moveToStage(id, stage);
    const overtaken: AppPorts = {
      ...world.ports,
      sharers: {
        ...world.ports.sharers,
        replace: async (...claim) => {
          await world.process(itemOf(ids[0]));
          return world.ports.sharers.replace(...claim);
        },
      },
    };
    await processOpportunity(itemOf(ids[1]), overtaken).catch(() => null);
    await world.wait(120);
    expect(world.turn.checks).toHaveLength(1);
    const stranger = recruiter.addOpportunity(another).id;
    await enter(stranger);
    expect(recruiter.tags(stranger)).toEqual(['TurnStatus:emailed']);
  });

  it('say both that Turn does not confirm the order of one, and both show it once it does', async () => {
    const { world, recruiter, ids, enter } = await scene();
    world.turn.failNext({ path: 'search_async', times: 1, failure: 'lost-answer' });
    world.turn.failNext({ path: '/status', times: 1_000_000, failure: 503 });
    for (const id of ids) await enter(id);
    await world.wait(36 * 3_600, 600);
    for (const id of ids) {
      expect(recruiter.tags(id)).toEqual(['TurnStatus:error']);
      expect(recruiter.notes(id)).toEqual([expect.stringContaining('Turn has not confirmed')]);
    }
    world.turn.clearFaults();
    await world.wait(24 * 3_600, 600);
    expect(world.turn.checks).toHaveLength(1);
    for (const id of ids) expect(recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
  });

  it('show the check soon after Turn has confirmed an order that was uncertain for a day', async () => {
    const { world, recruiter, ids, enter } = await scene();
    world.turn.failNext({ path: 'search_async', times: 1, failure: 'lost-answer' });
    world.turn.failNext({ path: '/status', times: 1_000_000, failure: 503 });
    await enter(ids[0]);
    await world.wait(25 * 3_600, 600);
    await enter(ids[1]);
    expect(recruiter.tags(ids[1])).toEqual(['TurnStatus:error']);
    world.turn.clearFaults();
    await world.wait(1_200);
    for (const id of ids) expect(recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
  });

  it('show the check as ordered with the one that ordered it, where the other found it at Turn before the answer came', async () => {
    const { world, recruiter, ids, itemOf, entriesOf, codes } = await scene();
    for (const id of ids) recruiter.moveToStage(id, stage);
    world.passTime(1_200);
    const [placed, answered] = [promised(), promised()];
    const slowToAnswer: AppPorts = {
      ...world.ports,
      turnOf: async (accountId) => {
        const turn = await world.ports.turnOf(accountId);
        const orderCheck: typeof turn.orderCheck = async (order) => {
          const outcome = await turn.orderCheck(order);
          placed.keep();
          await answered.kept;
          return outcome;
        };
        return { ...turn, orderCheck };
      },
    };
    let ordering = Promise.resolve();
    const overtaken: AppPorts = {
      ...world.ports,
      leverOf: (accountId, work) => {
        const lever = world.ports.leverOf(accountId, work);
        const listOfContact: typeof lever.listOfContact = async (...page) => {
          ordering = processOpportunity(itemOf(ids[0]), slowToAnswer);
          await placed.kept;
          return lever.listOfContact(...page);
        };
        return { ...lever, listOfContact };
      },
    };
    await processOpportunity(itemOf(ids[1]), overtaken);
    answered.keep();
    await ordering;
    await world.settle();
    expect(world.turn.checks).toHaveLength(1);
    expect((await entriesOf(ids[0]))[0]).not.toHaveProperty('isFollowed');
    expect(await entriesOf(ids[1])).toMatchObject([{ state: 'ordered', isFollowed: true }]);
    expect(recruiter.notes(ids[0])[0]).toContain('was started');
    expect(codes().filter((code) => code === 'check_started')).toHaveLength(1);
  });

  it('do not keep one another from a check where Turn refused the one', async () => {
    const { world, recruiter, ids, enter } = await scene();
    world.turn.failNext({ path: 'search_async', times: 1, failure: 400, body: { message: 'no' } });
    for (const id of ids) await enter(id);
    expect(recruiter.tags(ids[0])).toEqual(['TurnStatus:error']);
    expect(recruiter.tags(ids[1])).toEqual(['TurnStatus:emailed']);
    await world.wait(3_600);
    expect(world.turn.checks).toHaveLength(1);
    expect(recruiter.tags(ids[0])).toEqual(['TurnStatus:emailed']);
  });
});

describe('the first opportunity of a person', () => {
  it('that is deleted leaves its check to the others, which are kept current and followed', async () => {
    const { world, recruiter, ids, add, enter, members, turnSays } = await scene();
    for (const id of ids) await enter(id);
    recruiter.deleteOpportunity(ids[0]);
    await world.wait(1_800);
    expect(await members()).toEqual([ids[1]]);
    expect(await world.ports.sharers.ofWorker(world.accountId, world.turn.checks[0]?.workerId ?? '')).toEqual([ids[1]]);
    await turnSays('processing');
    expect(recruiter.tags(ids[1])).toEqual(['TurnStatus:processing']);
    const third = add();
    await enter(third);
    expect(world.turn.checks).toHaveLength(1);
    expect(recruiter.tags(third)).toEqual(['TurnStatus:processing']);
  });

  it('that Lever refuses to show once is asked for again, not taken for gone', async () => {
    const { world, recruiter, ids, enter } = await scene();
    await enter(ids[0]);
    for (const failure of [404, 403] as const) {
      world.lever.failNext({ path: ids[0], method: 'GET', times: 1, failure, body: { code: 'x', message: 'x' } });
    }
    await enter(ids[1]);
    expect(recruiter.tags(ids[1])).toEqual([]);
    await world.wait(1_200);
    expect(world.turn.checks).toHaveLength(1);
    expect(recruiter.tags(ids[1])).toEqual(['TurnStatus:emailed']);
  });

  it('that was deleted without a word keeps nobody from a check', async () => {
    const { world, recruiter, ids, enter } = await scene();
    await enter(ids[0]);
    recruiter.organization.opportunities.delete(ids[0]);
    await enter(ids[1]);
    await world.wait(3_600);
    expect(world.turn.checks).toHaveLength(2);
    expect((await world.recordOf(ids[0])).erasedAt).not.toBeNull();
  });
});

describe('contacts that were merged', () => {
  it('make one person as soon as the first is read again', async () => {
    const { world, recruiter, ids, one, enter, members } = await scene();
    const apart = recruiter.addOpportunity(person);
    const mergedId = apart.contactId;
    await enter(apart.id);
    recruiter.mergeContacts(one.contactId, mergedId);
    await world.wait(7 * 3_600);
    expect(await members()).toEqual([apart.id]);
    expect((await world.ports.sharers.ofPerson(world.accountId, mergedId, null)).opportunityIds).toEqual([]);
    await enter(ids[0]);
    expect(world.turn.checks).toHaveLength(1);
  });
});

describe('Turn', () => {
  it('may answer a second order with the check that it has: it is shown as the same one', async () => {
    const { world, recruiter, enter, codes } = await scene();
    const [first, second] = [recruiter.addOpportunity(person).id, recruiter.addOpportunity(person).id];
    await enter(first);
    const workerId = world.turn.checks[0]?.workerId ?? '';
    world.turn.failNext({ path: 'search_async', times: 1, failure: 200, body: { worker_id: workerId } });
    await enter(second);
    expect(codes().filter((code) => code.startsWith('check_'))).toContain('check_followed');
    expect(recruiter.notes(second)[0]).toContain('ordered with another application');
    world.turn.advance(workerId, 'approved');
    await world.settle();
    for (const id of [first, second]) expect(recruiter.tags(id)).toEqual(['TurnStatus:clear']);
  });
});
