import { describe, expect, it } from 'vitest';
import { Failure } from '#shared/domain/failure.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { createScene } from './settings-api-scene.ts';

const trigger = 'Reference check';

/** So many candidates who stood in the stage before the account was connected, an hour before now. Their webhooks came to nothing. */
const earlyScene = async (count: number, otherwise: (ports: AppPorts) => Partial<AppPorts> = () => ({})) => {
  const scene = await createScene(({ ports }) => otherwise(ports));
  const { world } = scene;
  const ids = Array.from({ length: count }, (_, n) => {
    const { id } = world.recruiter.addOpportunity({ name: `Early Bird${n}`, emails: [`early${n}@people.example`] });
    world.recruiter.moveToStage(id, trigger);
    return id;
  });
  world.lever.outbox.takeDue();
  world.passTime(3_600);
  await world.accounts.update(world.accountId, (account) => ({ ...account, startsAt: world.now() }));
  await world.wait(120);
  const inStage = () => scene.read('GET /api/in-stage');
  const listed = async (): Promise<{ opportunityId: string; enteredAt: number }[]> => {
    const { candidates } = await inStage();
    return candidates
      .filter(({ standing }: { standing: string }) => standing === 'left_out')
      .map(({ opportunityId, enteredAt }: { opportunityId: string; enteredAt: number }) => ({
        opportunityId,
        enteredAt,
      }));
  };
  return {
    ...scene,
    ids,
    inStage,
    listed,
    request: (candidates: unknown) => scene.read('POST /api/backfill', { body: { candidates } }),
    count: async () => (await scene.read('GET /api/account')).alreadyInStage,
    lines: async (kind: string) => (await scene.activities()).filter((line) => line.kind === kind),
  };
};

describe('those who are in the stage already', () => {
  it('are counted by maintenance, and get no check', async () => {
    const { world, count } = await earlyScene(12);
    expect(await count()).toEqual({ count: 12, isComplete: true });
    await world.wait(2 * 3_600);
    expect(world.turn.checks).toEqual([]);
  });

  it('are not known to be any before they were counted, nor once another stage is chosen', async () => {
    const { count, change, world } = await earlyScene(1);
    await change({ triggerStages: [{ id: null, name: 'Offer' }] });
    expect(await count()).toBeNull();
    await world.wait(120);
    expect(await count()).toEqual({ count: 0, isComplete: true });
  });

  it('are counted again as long as there are some', async () => {
    const { count, ids, world } = await earlyScene(2);
    world.recruiter.moveToStage(ids[0] ?? '', 'Offer');
    await world.wait(3_700);
    expect(await count()).toEqual({ count: 1, isComplete: true });
    world.recruiter.moveToStage(ids[1] ?? '', 'Offer');
    await world.wait(3_700);
    expect(await count()).toEqual({ count: 0, isComplete: true });
  });

  it('are listed with what would become of each, who has a check and the archived apart', async () => {
    const { inStage, ids, world, request, listed } = await earlyScene(6);
    const [asked = '', archived = '', faulty = '', tagged = '', several = ''] = ids;
    await request((await listed()).filter(({ opportunityId }) => opportunityId === asked));
    await world.wait(120);
    world.recruiter.archive(archived);
    world.recruiter.setEmails(faulty, []);
    world.recruiter.addTag(tagged, 'TurnPackage:P0000000002:Driver');
    world.recruiter.addTag(several, 'TurnPackage:P1');
    world.recruiter.addTag(several, 'TurnPackage:P2');
    const { candidates, isComplete } = await inStage();
    expect(isComplete).toBe(true);
    const byId = Object.fromEntries(
      candidates.map(({ opportunityId, enteredAt: _, ...each }: { opportunityId: string; enteredAt: number }) => [
        opportunityId,
        each,
      ]),
    );
    expect(byId).toEqual({
      [asked]: { standing: 'has_check', would: null, packageId: null },
      [faulty]: { standing: 'left_out', would: 'no_email', packageId: null },
      [tagged]: { standing: 'left_out', would: 'start', packageId: 'P0000000002' },
      [several]: { standing: 'left_out', would: 'several_packages', packageId: null },
      [ids[5] ?? '']: { standing: 'left_out', would: 'start', packageId: null },
    });
  });

  it('are not listed while Lever is not connected, or does not answer', async () => {
    const { ask, world } = await earlyScene(1, (ports) => ({
      leverOf: (...which) => ({
        ...ports.leverOf(...which),
        listInStage: async () => {
          throw new Failure('lever_budget_used', 'used up', 1_000);
        },
      }),
    }));
    expect(await ask('GET /api/in-stage')).toMatchObject({ status: 503, code: 'busy' });
    await world.accounts.update(world.accountId, (account) => ({ ...account, connectionState: 'disconnected' }));
    expect(await ask('GET /api/in-stage')).toMatchObject({ status: 409, code: 'not_connected' });
    expect(
      await ask('POST /api/backfill', { body: { candidates: [{ opportunityId: 'o', enteredAt: 1 }] } }),
    ).toMatchObject({ status: 409 });
  });
});

describe('asking checks for them', () => {
  it('starts exactly one for each who was confirmed, within minutes, and tells who asked', async () => {
    const { world, listed, request, count, lines, ids } = await earlyScene(12);
    const confirmed = (await listed()).filter(({ opportunityId }) => opportunityId !== ids[0]);
    expect(await request(confirmed)).toEqual({ requested: 11, leftOut: 0, failed: 0 });
    expect(await count()).toMatchObject({ count: 1 });
    await world.wait(180);
    expect(world.turn.checks).toHaveLength(11);
    expect(world.turn.checks.some(({ referenceId }) => referenceId?.startsWith(ids[0] ?? '-'))).toBe(false);
    expect(await lines('backfill_requested')).toEqual([{ kind: 'backfill_requested', by: 'user-1', detail: '11' }]);
    expect(await lines('check_requested')).toHaveLength(11);
  });

  it('twice, at once or again later, starts no second one and is told once', async () => {
    const { world, listed, request, lines } = await earlyScene(3);
    const confirmed = await listed();
    await Promise.all([request(confirmed), request(confirmed)]);
    await world.wait(120);
    expect(await request(confirmed)).toEqual({ requested: 0, leftOut: 3, failed: 0 });
    await world.wait(3 * 3_600);
    expect(world.turn.checks).toHaveLength(3);
    expect(await lines('check_requested')).toHaveLength(3);
  });

  it('checks nobody who has left the stage meanwhile, nor for another entry than the one that was listed', async () => {
    const { world, listed, request, ids } = await earlyScene(2);
    const confirmed = await listed();
    const [left = '', again = ''] = ids;
    world.recruiter.moveToStage(left, 'Offer');
    const wrong = confirmed.map(({ opportunityId, enteredAt }) => ({
      opportunityId,
      enteredAt: opportunityId === again ? enteredAt - 1 : enteredAt,
    }));
    await request(wrong);
    await world.wait(3_600);
    expect(world.turn.checks).toEqual([]);
  });

  it('keeps to the hourly limit of the account', async () => {
    const { world, listed, request } = await earlyScene(5);
    await world.accounts.update(world.accountId, (account) => ({ ...account, hourlyCap: 2 }));
    await request(await listed());
    await world.wait(300);
    expect(world.turn.checks).toHaveLength(2);
    await world.wait(3 * 3_600);
    expect(world.turn.checks).toHaveLength(5);
  });

  it('is over once somebody disconnects by choice before a check could start', async () => {
    const { world, listed, request } = await earlyScene(1);
    await request(await listed());
    await world.accounts.update(world.accountId, (account) => ({ ...account, connectionState: 'not_connected' }));
    await world.wait(3_600);
    await world.reconnect();
    await world.wait(2 * 3_600);
    expect(world.turn.checks).toEqual([]);
  });

  it('says how many were asked for where some could not be saved; asking again does the rest', async () => {
    let failing: string | undefined;
    const { world, listed, request, ids } = await earlyScene(4, ({ records }) => ({
      records: {
        ...records,
        apply: async (item, change) => {
          if (item.opportunityId === failing) throw new Failure('write_conflict', 'Others were faster.');
          return records.apply(item, change);
        },
      },
    }));
    const confirmed = await listed();
    [failing] = ids;
    expect(await request(confirmed)).toEqual({ requested: 3, leftOut: 0, failed: 1 });
    failing = undefined;
    expect(await request(confirmed)).toEqual({ requested: 4, leftOut: 0, failed: 0 });
    await world.wait(180);
    expect(world.turn.checks).toHaveLength(4);
  });

  it('is for Super Admins, for some, and for five hundred at once at most', async () => {
    const { ask, superAdmin } = await createScene();
    const candidates = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ opportunityId: `o-${n}`, enteredAt: 1 }));
    expect(await ask('POST /api/backfill', { body: { candidates: [] } })).toMatchObject({ status: 422 });
    expect(await ask('POST /api/backfill', { body: { candidates: candidates(501) } })).toMatchObject({ status: 422 });
    const member = { ...superAdmin, role: 'member' };
    expect(await ask('POST /api/backfill', { claims: member, body: {} })).toMatchObject({ status: 403 });
    expect(await ask('GET /api/in-stage', { claims: member })).toMatchObject({ status: 403 });
  });
});

describe('looking at a candidate again', () => {
  it('has a problem that was solved found within a minute', async () => {
    const { world, ask } = await createScene();
    const { id } = world.recruiter.addOpportunity({ name: 'Late Riser', emails: [] });
    world.recruiter.moveToStage(id, trigger);
    await world.settle();
    world.passTime(2 * 3_600);
    await world.settle();
    world.recruiter.setEmails(id, ['late@people.example']);
    const path = { opportunityId: id };
    expect(await ask('POST /api/candidates/{opportunityId}/decide', { path })).toEqual({
      status: 202,
      json: { requested: true },
    });
    await world.wait(60);
    expect(world.turn.checks).toHaveLength(1);
  });

  it('is refused for whom we do not hold, or not any more', async () => {
    const { world, ask, stored } = await createScene();
    const before = stored();
    const route = 'POST /api/candidates/{opportunityId}/decide';
    expect(await ask(route, { path: { opportunityId: 'nobody' } })).toMatchObject({ status: 404 });
    expect(stored()).toBe(before);
    await world.changeRecord('gone', (record) => ({ ...record, erasedAt: world.now() }));
    expect(await ask(route, { path: { opportunityId: 'gone' } })).toMatchObject({ status: 404 });
  });

  it('asks the table for nothing that is no id: it refuses longer keys', async () => {
    const { world, ask } = await createScene();
    const { get } = world.table;
    world.table.get = (key) => (key.sk.length > 1024 ? Promise.reject(new Error('ValidationException')) : get(key));
    const path = { opportunityId: 'a'.repeat(3000) };
    expect(await ask('POST /api/candidates/{opportunityId}/decide', { path })).toMatchObject({ status: 404 });
  });
});
