import { describe, expect, it } from 'vitest';
import { createScene } from './settings-api-scene.ts';

type Known = { id: string; name: string | null; from: string };

const scene = async () => {
  const base = await createScene();
  const { ask, read, world } = base;
  const { recruiter, turn, accountId } = world;
  const partner = turn.partners[0];
  if (partner === undefined) throw new Error('There is no partner.');
  partner.packageNames = { P0000000001: 'Standard', P0000000002: 'Driver' };
  const show = (): Promise<{ packages: Known[]; turnAnswers: boolean; leverTags: string }> => read('GET /api/packages');
  const etag = async (): Promise<string> => {
    const answer = await ask('GET /api/packages');
    return 'json' in answer ? (answer.etag ?? '') : '';
  };
  const enter = async (packages: unknown, version?: string) =>
    ask('PUT /api/packages', { headers: { 'if-match': version ?? (await etag()) }, body: { packages } });
  const tag = (...tags: string[]) => recruiter.addOpportunity({ name: 'Rosalind Pike', emails: [], tags });
  const silenceTurn = () => turn.failNext({ path: '/packages', times: 1, failure: 'timeout' });
  return { ...base, accountId, partner, show, etag, enter, tag, silenceTurn };
};

describe('GET /api/packages', () => {
  it('answers those of Turn and of the tags in Lever, once each', async () => {
    const { show, tag } = await scene();
    tag('Full-time', 'TurnPackage:P0000000002:Class A driver', 'TurnPackage:P0000000007:Executive');
    expect(await show()).toEqual({
      packages: [
        { id: 'P0000000002', name: 'Driver', from: 'turn' },
        { id: 'P0000000007', name: 'Executive', from: 'lever_tags' },
        { id: 'P0000000001', name: 'Standard', from: 'turn' },
      ],
      turnAnswers: true,
      leverTags: 'read',
    });
  });

  it('reads a long list of tags to its end', async () => {
    const { show, tag, world } = await scene();
    tag(...Array.from({ length: 250 }, (_, n) => `A${n}`), 'TurnPackage:P0000000007:Last');
    expect((await show()).packages).toContainEqual({ id: 'P0000000007', name: 'Last', from: 'lever_tags' });
    expect(world.lever.requests.filter(({ path }) => path === '/tags')).toHaveLength(3);
  });

  it.each(['as something else', 'not at all'] as const)(
    'goes by tags alone where Turn lists its packages %s, and says so',
    async (packageListing) => {
      const { show, tag, partner } = await scene();
      partner.packageListing = packageListing;
      tag('TurnPackage:P0000000007:Executive');
      expect(await show()).toEqual({
        packages: [{ id: 'P0000000007', name: 'Executive', from: 'lever_tags' }],
        turnAnswers: false,
        leverTags: 'read',
      });
    },
  );

  it('answers what was read last where a vendor does not answer, and asks again later', async () => {
    const { show, tag, world, silenceTurn } = await scene();
    tag('TurnPackage:P0000000007:Executive');
    const { packages } = await show();
    world.passTime(31);
    silenceTurn();
    world.lever.failNext({ path: '/tags', times: 1, failure: 503 });
    const unread = { packages, turnAnswers: false, leverTags: 'unread' };
    expect(await show()).toEqual(unread);
    // It has just been asked.
    expect(await show()).toEqual(unread);
    world.passTime(31);
    expect(await show()).toMatchObject({ turnAnswers: true, leverTags: 'read' });
  });

  it('says where the access to Lever does not cover the tags, and counts nothing else against it', async () => {
    const { show, read, world, accountId } = await scene();
    const scope = 'opportunities:write:admin notes:write:admin stages:read:admin';
    const clientId = 'sandbox-lever-client';
    const tokens = world.lever.tokens.connect({ organizationId: 'org', userId: 'admin', clientId, scope });
    await world.credentials.update(accountId, (before) => ({ ...before, tokens }));
    expect(await show()).toMatchObject({ leverTags: 'forbidden' });
    expect((await read('GET /api/account')).connection.state).toBe('connected');
  });

  it('notices that Lever no longer lets us in', async () => {
    const { show, read, world } = await scene();
    world.passTime(60);
    world.lever.tokens.revoke('org');
    expect(await show()).toMatchObject({ turnAnswers: true, leverTags: 'unread' });
    expect((await read('GET /api/account')).connection.state).toBe('disconnected');
  });

  it.each([
    ['Turn’s token is missing', { turnToken: null }],
    ['Turn refuses the token', { turnToken: 'another' }],
  ])('is no error where %s', async (_, otherwise) => {
    const { show, world, accountId } = await scene();
    await world.credentials.update(accountId, (before) => ({ ...before, ...otherwise }));
    expect(await show()).toEqual({ packages: [], turnAnswers: false, leverTags: 'read' });
  });

  it('asks Lever nothing where it is not connected', async () => {
    const { show, world, accountId } = await scene();
    await world.accounts.update(accountId, (before) => ({ ...before, connectionState: 'not_connected' }));
    expect(await show()).toMatchObject({ leverTags: 'unread' });
    expect(world.lever.requests).toEqual([]);
  });
});

describe('PUT /api/packages', () => {
  it('saves what was entered, as a reader sees it; that goes before what Turn says', async () => {
    const { enter, show, activities } = await scene();
    expect(await enter([{ id: ' p0000000001', name: ' Basic\u200b check\n' }])).toMatchObject({ status: 200 });
    expect((await show()).packages).toEqual([
      { id: 'P0000000001', name: 'Basic check', from: 'entered' },
      { id: 'P0000000002', name: 'Driver', from: 'turn' },
    ]);
    await enter([{ id: 'P0000000001', name: 'Basic' }]);
    await enter([]);
    expect((await show()).packages).toContainEqual({ id: 'P0000000001', name: 'Standard', from: 'turn' });
    const [removed, renamed, added] = await activities();
    expect(added).toEqual({
      kind: 'settings_changed',
      by: 'user-1',
      detail: 'packages: none → P0000000001 Basic check',
    });
    expect(renamed?.detail).toBe('packages: P0000000001 Basic check → P0000000001 Basic');
    expect(removed?.detail).toBe('packages: P0000000001 Basic → none');
  });

  it('refuses what somebody else has changed meanwhile, and lets no vendor’s news count as that', async () => {
    const { enter, etag, tag, world, stored } = await scene();
    const version = await etag();
    tag('TurnPackage:P0000000007:Executive');
    world.passTime(31);
    expect(await etag()).toBe(version);
    await enter([{ id: 'P1', name: 'One' }], version);
    const before = stored();
    expect(await enter([{ id: 'P2', name: 'Two' }], version)).toMatchObject({ status: 412, code: 'stale' });
    expect(stored()).toBe(before);
  });

  it('says for each field what is wrong', async () => {
    const { enter } = await scene();
    expect(
      await enter([
        { id: 'P1', name: '\u200b' },
        { id: 'p1', name: 'Twice' },
        { id: '17', name: 'x'.repeat(201) },
      ]),
    ).toMatchObject({
      status: 422,
      fields: {
        'packages.0.name': expect.stringContaining('name'),
        'packages.1.id': 'This package is there twice.',
        'packages.2.id': expect.stringContaining('letter P'),
        'packages.2.name': expect.stringContaining('200'),
      },
    });
  });
});

describe('a default package that Turn does not know', () => {
  it('is named in the health', async () => {
    const { enter, world, accountId, read } = await scene();
    await enter([{ id: 'P17', name: 'Night shift' }]);
    const problem = { defaultPackageId: 'P17', unknownPackageId: 'P17' };
    await world.accounts.update(accountId, (account) => ({ ...account, ...problem }));
    const { health } = await read('GET /api/account');
    const { message } = health.problems.find(({ code }: { code: string }) => code === 'default_package_unknown');
    expect(message).toBe('Turn does not know “Night shift” (P17); Turn’s own default is ordered instead.');
  });
});
