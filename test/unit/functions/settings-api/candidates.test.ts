import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSearch } from '#functions/settings-api/read-search.ts';
import { withEntry } from '#shared/domain/opportunity-record.ts';
import type { StageEntry } from '#shared/domain/stage-entry.ts';
import { blockedEntry, completeStatus, monday, orderedEntry, orderingEntry } from '../../domain/samples.ts';
import { createScene } from './settings-api-scene.ts';

type Listed = { opportunityId: string };

/** The API over an account with some candidates, each with one entry of that time. */
const sceneWith = async (entries: Record<string, StageEntry>) => {
  const scene = await createScene();
  const put = (id: string, entry: StageEntry) => scene.world.changeRecord(id, (record) => withEntry(record, entry));
  for (const [id, entry] of Object.entries(entries)) await put(id, entry);
  const page = (query: Record<string, string> = {}) => scene.read('GET /api/candidates', { query });
  const ids = async (query: Record<string, string> = {}): Promise<string[]> =>
    (await page(query)).candidates.map(({ opportunityId }: Listed) => opportunityId);
  return { ...scene, put, page, ids };
};

const since = (minutes: number): number => monday + minutes * 60_000;
const problem = (minutes: number) =>
  blockedEntry('no_email', { problem: { code: 'no_email', detail: null, since: since(minutes) } });
const check = (minutes: number, turnId = 'C0000004711') => orderedEntry({ turnId, changedAt: since(minutes) });

describe('GET /api/candidates', () => {
  it('tells where each stands, the newest change first', async () => {
    const { page } = await sceneWith({
      'aaa-1': problem(2),
      'bbb-2': check(3),
      'ccc-3': orderingEntry({ changedAt: since(1), packageId: 'P0000000002' }),
    });
    expect(await page()).toEqual({
      candidates: [
        {
          opportunityId: 'bbb-2',
          state: { group: 'running', kind: 'check', code: 'processing', since: since(3) },
          turnId: 'C0000004711',
          packageId: null,
          isFollowed: false,
        },
        {
          opportunityId: 'aaa-1',
          state: { group: 'attention', kind: 'problem', code: 'no_email', since: since(2) },
          turnId: null,
          packageId: null,
          isFollowed: false,
        },
        {
          opportunityId: 'ccc-3',
          state: { group: 'waiting', kind: 'ordering', code: null, since: since(1) },
          turnId: null,
          packageId: 'P0000000002',
          isFollowed: false,
        },
      ],
      order: 'newest',
      next: null,
    });
  });

  it('shows one group alone, and nobody who was erased', async () => {
    const { ids, world } = await sceneWith({
      'aaa-1': problem(1),
      'bbb-2': check(2),
      'ccc-3': orderedEntry({ status: completeStatus }),
    });
    await world.changeRecord('ddd-4', (record) => ({ ...record, erasedAt: monday }));
    expect(await ids({ state: 'attention' })).toEqual(['aaa-1']);
    expect(await ids({ state: 'running' })).toEqual(['bbb-2']);
    expect(await ids({ state: 'ended' })).toEqual(['ccc-3']);
    expect(await ids({ state: 'waiting' })).toEqual([]);
    expect(await ids()).toHaveLength(3);
    expect(await ids({ search: 'ddd-4' })).toEqual([]);
  });

  it('comes page by page, each once, though others change meanwhile', async () => {
    const all = Array.from({ length: 120 }, (_, n) => `opp-${String(n).padStart(3, '0')}`);
    const { page, put } = await sceneWith(Object.fromEntries(all.map((id, n) => [id, problem(n % 7)])));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const read: { candidates: Listed[]; next: string | null } = await page(after === null ? {} : { after });
      seen.push(...read.candidates.map(({ opportunityId }) => opportunityId));
      after = read.next;
      await put('opp-000', problem(50));
    } while (after !== null);
    expect(seen.filter((id) => id !== 'opp-000').toSorted()).toEqual(all.slice(1));
  });

  it('lists an account of more than a thousand by id, and says so; a filter may find nobody among those it looked at', async () => {
    const all = Array.from({ length: 1_101 }, (_, n) => `opp-${String(n).padStart(4, '0')}`);
    const entries = all.map((id, n) => [id, n === 1_100 ? check(1) : problem(n)] as const);
    const { page } = await sceneWith(Object.fromEntries(entries));
    const first = await page();
    expect(first).toMatchObject({ order: 'id', next: 'id.opp-0049' });
    expect((await page({ after: first.next })).candidates[0]).toMatchObject({ opportunityId: 'opp-0050' });
    const none = await page({ state: 'running' });
    expect(none).toEqual({ candidates: [], order: 'id', next: 'id.opp-0999' });
    const rest = await page({ state: 'running', after: none.next });
    expect(rest).toMatchObject({ candidates: [{ opportunityId: 'opp-1100' }], order: 'id', next: null });
  });

  it('finds a candidate by id, by Lever’s link, and by Turn ID, in whatever state they are', async () => {
    const id = '9d2f7c1a-0000-4000-8000-00000000abcd';
    const { ids } = await sceneWith({ [id]: check(1), other: check(2, 'C0000004712') });
    for (const search of [
      id,
      ` ${id.toUpperCase()} `,
      `https://hire.lever.co/candidates/${id}`,
      `hire.sandbox.lever.co/candidates/${id}?stage=1#notes`,
      'C0000004711',
      'c0000004711',
    ])
      expect([search, await ids({ search, state: 'ended' })]).toEqual([search, [id]]);
    expect(await ids({ search: 'C0000004713' })).toEqual([]);
    expect(await ids({ search: 'nobody' })).toEqual([]);
  });

  it('finds a candidate by the Turn ID of an earlier check too', async () => {
    const { ids, put } = await sceneWith({ 'aaa-1': orderedEntry({ status: completeStatus }) });
    await put('aaa-1', orderedEntry({ enteredAt: since(9), turnId: 'C0000009999', workerId: 'worker-2' }));
    expect(await ids({ search: 'C0000004711' })).toEqual(['aaa-1']);
    expect(await ids({ search: 'C0000009999' })).toEqual(['aaa-1']);
  });

  it.each([
    ['state', { state: 'all' }],
    ['search', { search: 'Rosalind Pike' }],
    ['search', { search: 'https://hire.lever.co/candidates/../x' }],
    ['after', { after: 'OPPORTUNITY#1' }],
    ['after', { after: '1.a' }],
    ['after', { after: `id.${'x'.repeat(65)}` }],
  ])('refuses what it cannot read in %s: %j', async (field, query) => {
    const { ask } = await createScene();
    expect(await ask('GET /api/candidates', { query })).toMatchObject({
      status: 422,
      fields: { [field]: expect.any(String) },
    });
  });

  it('reads every search as one thing', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        const search = readSearch(text);
        if (search.kind === 'opportunity') expect(search.opportunityId).toMatch(/^[a-z0-9-]{1,64}$/u);
        if (search.kind === 'turn_id') expect(search.turnId).toMatch(/^C\d+$/u);
      }),
    );
  });
});

describe('a candidate’s timeline', () => {
  const story = async () => {
    const scene = await createScene();
    const { world } = scene;
    const { id } = world.recruiter.addOpportunity({ name: 'Rosalind Pike', emails: ['rosalind@people.example'] });
    world.passTime(1);
    world.recruiter.moveToStage(id, 'Reference check');
    await world.settle();
    return { ...scene, id };
  };

  it('tells the whole story: the move, the order, the statuses, the report, and what was not started again', async () => {
    const { world, read, id } = await story();
    const movedAt = world.now();
    for (const state of ['consent', 'processing', 'approved']) {
      world.passTime(3_600);
      const workerId = world.turn.checks[0]?.workerId ?? '';
      world.turn.advance(workerId, state);
      await world.settle();
    }
    world.passTime(3_600);
    world.recruiter.moveToStage(id, 'Offer');
    world.passTime(1);
    world.recruiter.moveToStage(id, 'Reference check');
    await world.settle();
    const candidate = await read('GET /api/candidates/{opportunityId}', { path: { opportunityId: id } });
    const told = candidate.timeline.map(({ kind, detail }: { kind: string; detail: string | null }) =>
      detail === null ? kind : `${kind} ${detail}`,
    );
    expect(told.toReversed()).toEqual([
      'moved_in',
      'check_started',
      'check_status emailed',
      'check_status consent',
      'check_status processing',
      'check_status clear',
      'report_available',
      'moved_in',
      'stage_change_ignored rerun_denied',
    ]);
    expect(candidate.timeline.at(-1)).toMatchObject({ at: movedAt, by: null, byName: null });
    expect(candidate).toMatchObject({ isComplete: true, state: { kind: 'rerun_denied' } });
    expect(await read('GET /api/usage')).toEqual({
      month: '2026-03',
      packages: [{ packageId: null, started: 1 }],
    });
    expect(await read('GET /api/usage', { query: { month: '2026-02' } })).toMatchObject({ packages: [] });
  });

  it('names who did something by the name of their own token', async () => {
    const { world, read, superAdmin, id } = await story();
    await read('GET /api/account', { claims: { ...superAdmin, name: ' Marisol  Quintrell', email: 'm@a.example' } });
    await read('GET /api/account', { claims: { ...superAdmin, sub: 'user-2', email: 'tobiah@a.example' } });
    for (const by of ['user-1', 'user-2', 'user-3'])
      await world.activities.record(world.accountId, { kind: 'problem', opportunityId: id, by, detail: null });
    const names = { 'user-1': 'Marisol Quintrell', 'user-2': 'tobiah@a.example', 'user-3': null };
    const candidate = await read('GET /api/candidates/{opportunityId}', { path: { opportunityId: id } });
    const { activities } = await read('GET /api/activity');
    for (const [by, byName] of Object.entries(names))
      for (const lines of [candidate.timeline, activities])
        expect(lines).toContainEqual(expect.objectContaining({ by, byName }));
    expect(JSON.stringify(world.log)).not.toMatch(/Marisol|tobiah/u);
  });

  it('is of nobody whom we do not know, or no longer', async () => {
    const { world, ask, id } = await story();
    await world.changeRecord(id, (record) => ({ ...record, entries: [], erasedAt: world.now() }));
    for (const opportunityId of [id, 'nobody', '../x', ''])
      expect(await ask('GET /api/candidates/{opportunityId}', { path: { opportunityId } })).toMatchObject({
        status: 404,
        code: 'unknown_candidate',
      });
  });
});

describe('who is no Super Admin', () => {
  it('sees that candidates are in trouble, and how many, but not who', async () => {
    const { read, superAdmin } = await sceneWith({ 'aaa-1': problem(-1) });
    const member = { claims: { ...superAdmin, role: 'member' } };
    const [seen, all] = [await read('GET /api/account', member), await read('GET /api/account')];
    expect(all.health.open).toHaveLength(1);
    expect(seen.health).toEqual({ ...all.health, open: [] });
    expect(JSON.stringify(seen)).not.toContain('aaa-1');
  });

  it.each(['GET /api/candidates', 'GET /api/candidates/{opportunityId}', 'GET /api/activity', 'GET /api/usage'])(
    'is refused at %s',
    async (route) => {
      const { ask, superAdmin } = await sceneWith({ 'aaa-1': problem(1) });
      const refused = await ask(route, {
        claims: { ...superAdmin, role: 'member' },
        path: { opportunityId: 'aaa-1' },
      });
      expect(refused).toMatchObject({ status: 403, code: 'not_super_admin' });
    },
  );
});
