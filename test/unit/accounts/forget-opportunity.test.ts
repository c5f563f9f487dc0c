import { describe, expect, it } from 'vitest';
import { processOpportunity } from '#functions/check-worker/process-opportunity.ts';
import type { LeverRecruiter } from '#infra/local/sandbox/lever-recruiter.ts';
import { accountCommands } from '#infra/operator/account-commands.ts';
import { createOpportunityData, isAbout } from '#infra/operator/opportunity-data.ts';
import { checkRequested } from '#shared/domain/transitions.ts';
import * as keys from '#shared/stores/keys.ts';
import { hasExpired, type Table } from '#shared/stores/table.ts';
import { createWorld } from '../../fakes/world.ts';

const stage = 'Reference check';
const person = { name: 'Rosalind Pike', emails: ['rosalind.pike@people.example'] };
const packageTag = 'TurnPackage:P0000000002:Standard';

/** An opportunity of which there is every kind of item, and another one of the same person if wanted. */
const scene = async ({ hasOther = false } = {}) => {
  const world = await createWorld({
    settings: {
      rerun: { kind: 'always' },
      stageAfter: { clear: { id: 'offer', name: 'Offer', since: 0 }, consider: null },
    },
  });
  const { recruiter, accountId } = world;
  const { id, contactId } = recruiter.addOpportunity(person);
  const item = { accountId, opportunityId: id };
  await world.records.apply(item, (record) => checkRequested(record, { enteredAt: 1, by: 'auth0|1' }, world.now()));
  const turnSays = async (state: string): Promise<void> => {
    for (const { workerId } of world.turn.checks) world.turn.advance(workerId, state);
    await world.settle();
  };
  const moves = recruiter.moveToStage(id, stage);
  await world.settle();
  const other = hasOther ? recruiter.addOpportunity({ ...person, contactId }).id : null;
  if (other !== null) recruiter.moveToStage(other, stage);
  await world.settle();
  await turnSays('approved');
  // A second entry, with another package, whose order is lost on its way.
  recruiter.addTag(id, packageTag);
  moves.push(...recruiter.moveToStage(id, stage));
  world.turn.failNext({ times: 1, failure: 503, path: '/person/search_async' });
  await world.settle();
  const [check] = world.turn.checks;
  const turnId = check?.turnId ?? '';
  const press = { action: 'recheck', opportunityId: id, turnId, outcome: null } as const;
  await world.ports.presses.reserve(accountId, '5f0c7a52-3d0e-4d52-9a55-0d6a1c6e2b11', press);
  await world.ports.emit('recheck_pressed', { ...item, by: 'auth0|1', detail: turnId });
  const about = [id, contactId, turnId, check?.workerId ?? ''];
  const everything = () => [...world.table.items.values()];
  /** What the table still says of any of these. */
  const kept = (ids: readonly string[] = about): string[] =>
    everything()
      .filter((each) => each.expiresAt === null || !hasExpired(each, world.now()))
      .filter((each) => ids.some((one) => JSON.stringify([each.pk, each.sk, each.content]).includes(one)))
      .map(({ sk }) => sk.replace(/#.*/u, ''))
      .sort();
  const partitions = [keys.accountPartition(accountId), keys.callbackPartition(accountId)];
  const itemsAbout = async (_: string, opportunityId: string) =>
    everything().filter((each) => partitions.includes(each.pk) && isAbout(each, opportunityId));
  const opportunities = createOpportunityData(world.table, itemsAbout, world.now);
  const operatorForgets = () => accountCommands.forget({ accounts: world.accounts, opportunities }, accountId, id);
  return { world, recruiter, accountId, id, item, other, everything, kept, turnId, moves, operatorForgets };
};

const onlyTheMark = ['OPPORTUNITY'];

/** Lets the process die at the write after so many. Answers what brings it back to life. */
const dieAfter = (survives: number, table: Table): (() => void) => {
  const whole = { ...table };
  let left = survives;
  const dying =
    <Given extends unknown[], T>(write: (...given: Given) => Promise<T>) =>
    async (...given: Given): Promise<T> => {
      left -= 1;
      if (left < 0) throw new Error('The process ended here.');
      return write(...given);
    };
  table.put = dying(whole.put);
  table.remove = dying(whole.remove);
  table.overwrite = dying(whole.overwrite);
  return () => void Object.assign(table, { put: whole.put, remove: whole.remove, overwrite: whole.overwrite });
};

describe('forgetting an opportunity', () => {
  it('begins with every kind of item that names one', async () => {
    const { kept, world, id } = await scene();
    expect((await world.recordOf(id)).entries.map(({ state }) => state)).toEqual(['ordered', 'ordering']);
    const kinds = ['ACTIVITY', 'HINT', 'OPPORTUNITY', 'PERSON', 'PRESS', 'STORY', 'TURN', 'WORKER'];
    expect([...new Set(kept())].filter((kind) => kind !== 'RESERVATION')).toEqual(kinds);
  });

  it.each([
    ['deleted', 'deleteOpportunity'],
    ['anonymized', 'anonymize'],
  ] as const)('leaves a bare mark of who was %s in Lever', async (_, act) => {
    const { world, recruiter, id, item, kept } = await scene();
    recruiter[act](id);
    await world.process(item);
    await world.wait(1_200);
    expect(kept()).toEqual(onlyTheMark);
    const { lever, contactId, nextDecision, nextSync, erasedAt, entries } = await world.recordOf(id);
    expect([contactId, nextDecision, nextSync, lever.notes, lever.tag]).toEqual([null, null, null, [], null]);
    expect(erasedAt).not.toBeNull();
    expect(new Set(entries.map(({ state }) => state))).toEqual(new Set(['erased']));
  });

  it('leaves one where nothing but a "not found" tells of it', async () => {
    const { world, recruiter, id, kept } = await scene();
    recruiter.organization.opportunities.delete(id);
    await world.wait(90_000, 600);
    expect(kept()).toEqual(onlyTheMark);
  });

  it('notices at the next poll that somebody was anonymized', async () => {
    const { world, recruiter, id, kept } = await scene();
    await world.wait(1_200);
    recruiter.anonymize(id);
    await world.wait(30 * 3_600, 600);
    expect(kept()).toEqual(onlyTheMark);
  });

  it('orders nothing again for who was anonymized, whatever comes late', async () => {
    const { world, recruiter, id, item } = await scene();
    recruiter.anonymize(id);
    await world.process(item);
    const before = world.turn.checks.length;
    await world.process(item);
    recruiter.moveToStage(id, 'Offer');
    recruiter.moveToStage(id, stage);
    await world.wait(3_600);
    expect(world.turn.checks).toHaveLength(before);
    expect((await world.recordOf(id)).erasedAt).not.toBeNull();
  });

  it.each(['Lever’s', 'an operator’s'])(
    'leaves the check to the person’s other opportunity at %s word',
    async (whose) => {
      const { world, recruiter, id, other, kept, turnId, operatorForgets } = await scene({ hasOther: true });
      if (whose === 'an operator’s') await operatorForgets();
      else {
        recruiter.deleteOpportunity(id);
        await world.wait(1_200);
      }
      expect(kept([id])).toEqual(onlyTheMark);
      expect(await world.records.findByTurnId(world.accountId, turnId)).toEqual([other]);
      expect(await world.ports.sharers.ofWorker(world.accountId, world.turn.checks[0]?.workerId ?? '')).toEqual([
        other,
      ]);
    },
  );

  it.each(['Lever’s', 'an operator’s'])(
    'is done again where a crash interrupted it at %s word, wherever that was',
    async (whose) => {
      for (let survives = 0; survives < 60; survives++) {
        const { world, recruiter, id, item, kept, operatorForgets } = await scene();
        recruiter.anonymize(id);
        // By now Turn would know of the order that was lost.
        world.passTime(300);
        const forget = whose === 'an operator’s' ? operatorForgets : () => processOpportunity(item, world.ports);
        const revive = dieAfter(survives, world.table);
        const outcome = await forget().then(
          () => 'done',
          () => 'died',
        );
        revive();
        // The queue gives the message once more where it was not done, or the operator does it again; the sweep finds the mark all the same.
        if ((await world.recordOf(id)).erasedAt === null) await forget();
        await world.wait(300);
        expect(kept()).toEqual(onlyTheMark);
        if (outcome === 'done') return expect(survives).toBeGreaterThan(8);
      }
      expect.fail('It never came to an end.');
    },
  );

  it('takes away what somebody who was at work meanwhile wrote after it', async () => {
    const { world, recruiter, id, item, kept, turnId } = await scene();
    recruiter.deleteOpportunity(id);
    await world.settle();
    while ((await world.recordOf(id)).erasedAt === null) await world.wait(10, 10);
    await world.ports.emit('stage_moved', { ...item, detail: 'Offer' });
    const press = { action: 'recheck', opportunityId: id, turnId, outcome: 'done' } as const;
    await world.ports.presses.settle(world.accountId, '5f0c7a52-3d0e-4d52-9a55-0d6a1c6e2b11', press);
    expect(kept()).not.toEqual(onlyTheMark);
    await world.wait(300);
    expect(kept()).toEqual(onlyTheMark);
  });

  it('tells of a check that Turn has all the same, without naming the candidate', async () => {
    const { world, recruiter, id, item, kept } = await scene();
    recruiter.deleteOpportunity(id);
    await world.wait(1_200);
    await world.records.apply(item, (record) => ({
      record,
      effects: [{ kind: 'emit', code: 'check_started', detail: 'P0000000001' }],
    }));
    expect(kept()).toEqual(onlyTheMark);
    const { activities } = await world.activities.list(world.accountId, { limit: 1, after: null });
    expect(activities).toMatchObject([{ kind: 'check_started', opportunityId: null, detail: 'P0000000001' }]);
  });

  describe('at an operator’s word', () => {
    const inLever: Record<string, (recruiter: LeverRecruiter, id: string) => unknown> = {
      'anonymized in Lever': ({ anonymize }, id) => anonymize(id),
      'deleted in Lever': ({ organization }, id) => organization.opportunities.delete(id),
      'left in Lever as they are': () => {},
    };

    it.each(Object.entries(inLever))('leaves a bare mark at once of who is %s', async (_, act) => {
      const { world, recruiter, id, kept, everything, operatorForgets } = await scene();
      act(recruiter, id);
      const before = kept([id]).length;
      expect(await operatorForgets()).toEqual([
        `${id} is forgotten: ${before - 1} items are gone, and none is left but a mark that orders nothing again. Backups of the table hold them for 35 days.`,
      ]);
      expect(kept()).toEqual(onlyTheMark);
      // Not even of what has expired.
      expect(everything().filter((item) => JSON.stringify(item).includes(id))).toHaveLength(1);
      const { contactId, entries } = await world.recordOf(id);
      expect([contactId, ...entries.map(({ state }) => state)]).toEqual([null, 'erased', 'erased']);
    });

    it('takes away what somebody who was at work meanwhile wrote after it, by itself', async () => {
      const { world, recruiter, id, item, kept, turnId, operatorForgets } = await scene();
      recruiter.anonymize(id);
      await operatorForgets();
      await world.ports.emit('stage_moved', { ...item, detail: 'Offer' });
      await world.ports.hints.note(item);
      const press = { action: 'recheck', opportunityId: id, turnId, outcome: 'done' } as const;
      await world.ports.presses.settle(world.accountId, '5f0c7a52-3d0e-4d52-9a55-0d6a1c6e2b11', press);
      expect(kept()).toEqual(['HINT', 'OPPORTUNITY', 'PRESS']);
      await world.wait(300);
      expect(kept()).toEqual(onlyTheMark);
      expect((await world.recordOf(id)).nextDecision).toBeNull();
    });

    it.each(Object.entries(inLever))(
      'orders nothing for an old move that comes once more, of who is %s',
      async (_, act) => {
        const { world, recruiter, id, everything, moves, operatorForgets } = await scene();
        act(recruiter, id);
        await operatorForgets();
        const ordered = world.turn.checks.length;
        // Not even where nobody remembers that it came before.
        for (const key of everything().filter(({ sk }) => sk.startsWith('DELIVERY#'))) await world.table.remove(key);
        for (const move of moves) expect(await world.receive(move)).toBe(200);
        expect(world.queues.decision).toHaveLength(moves.length);
        await world.wait(3_600);
        expect(world.turn.checks).toHaveLength(ordered);
      },
    );
  });
});
