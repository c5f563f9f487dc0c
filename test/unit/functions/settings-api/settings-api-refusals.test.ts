import { describe, expect, it } from 'vitest';
import { operations } from '#functions/settings-api/settings-routes.ts';
import { etagOfEntered } from '#functions/settings-api/show-packages.ts';
import { newAccount } from '#shared/domain/account.ts';
import { emptyPackageList } from '#shared/domain/packages.ts';
import { type Ask, createScene, secret } from './settings-api-scene.ts';

const other = 'acct_other';
const signedIn = Object.entries(operations).filter(([, { who }]) => who !== 'everybody');
const changing = signedIn.filter(([, { who }]) => who === 'super_admin');
const stages = (count: number) => Array.from({ length: count }, (_, n) => ({ id: null, name: `Stage ${n}` }));

describe('who belongs to no account', () => {
  it.each(
    signedIn.flatMap(([route]) =>
      [
        { sub: 'user-1', role: 'super_admin' },
        { sub: 'user-1', role: 'super_admin', account_id: 'acct_unknown' },
        { sub: 'user-1', role: 'super_admin', account_id: 'acct_brightwater#' },
        { role: 'super_admin', account_id: 'acct_brightwater' },
      ].map((claims) => ({ route, claims })),
    ),
  )('is refused at $route with $claims', async ({ route, claims }) => {
    const { ask, stored } = await createScene();
    const before = stored();
    expect(await ask(route, { claims, body: { secret } })).toMatchObject({ status: 403, code: 'no_account' });
    expect(stored()).toBe(before);
  });

  it.each(signedIn.map(([route]) => route))('nor does one whose account is switched off, at %s', async (route) => {
    const { ask, world } = await createScene();
    await world.accounts.update(world.accountId, (account) => ({ ...account, enabled: false }));
    expect(await ask(route)).toMatchObject({ status: 403, code: 'account_disabled' });
  });
});

describe('who may only look', () => {
  it.each(
    changing.flatMap(([route]) =>
      ['member', 'SUPER_ADMIN', 'super_admin ', '[super_admin]'].map((role) => ({ route, role })),
    ),
  )('changes nothing by $route as $role', async ({ route, role }) => {
    const { ask, stored, superAdmin, version, settings } = await createScene();
    const request: Ask = {
      claims: { ...superAdmin, role },
      headers: { 'if-match': await version() },
      body: route === 'PUT /api/settings' ? { ...(await settings()), tagPolicy: 'history' } : { secret },
    };
    const before = stored();
    const code = role === 'member' ? 'not_super_admin' : 'no_role';
    expect(await ask(route, request)).toMatchObject({ status: 403, code });
    expect(stored()).toBe(before);
  });
});

describe('who has no role that we know', () => {
  it.each(signedIn.map(([route]) => route))('sees nothing at %s', async (route) => {
    const { ask, superAdmin } = await createScene();
    for (const role of ['', 'owner', 'Member']) {
      const answer = await ask(route, { claims: { ...superAdmin, role } });
      expect(answer).toEqual({ status: 403, code: 'no_role', message: expect.any(String) });
    }
  });
});

describe('another account’s id', () => {
  /** Wherever a request could name an account, it names another than the token. */
  const elsewhere: Ask = {
    path: { account: other, accountId: other, opportunityId: 'opportunity-1' },
    query: { account: other, accountId: other, account_id: other },
    headers: { 'x-account-id': other, cookie: `account=${other}` },
  };

  it.each(signedIn.map(([route]) => route))('leads nowhere at %s', async (route) => {
    const { ask, world, version, settings } = await createScene();
    await world.accounts.create(newAccount(other, 'Somebody Else Entirely'));
    await world.changeRecord('opportunity-1', (record) => ({ ...record, leverAccountId: 'org' }));
    await world.ports.usage.count(other, 'P0000000009');
    await world.activities.record(other, { kind: 'problem', opportunityId: 'opportunity-1', by: null, detail: other });
    await world.ports.people.remember(other, 'user-1', 'Somebody Else Entirely');
    const ofOther = () => JSON.stringify([...world.table.items.values()].filter(({ pk }) => pk.endsWith(other)));
    const before = ofOther();
    const isPress = /\/(?:recheck|resend-invitation)$/u.test(route);
    const { id: candidate } = world.recruiter.addOpportunity({ name: 'Ottilie Wren' });
    const bodies: Record<string, object> = {
      'PUT /api/settings': { ...(await settings()), graceSeconds: 5 },
      'PUT /api/packages': { packages: [] },
      'PUT /api/pause': { paused: true },
      'PUT /api/mail-addresses': { addresses: [] },
      'POST /api/backfill': { candidates: [{ opportunityId: 'opportunity-2', enteredAt: 1 }] },
      'POST /api/preview': { candidate },
    };
    const press = { pressId: '0f8fad5b-d9cb-469f-a165-70867728950e', turnId: 'C0000004711' };
    const body = isPress ? press : (bodies[route] ?? { secret });
    const shown = await ask('GET /api/mail-addresses');
    const versions: Record<string, string> = {
      'PUT /api/packages': etagOfEntered(emptyPackageList),
      'PUT /api/mail-addresses': ('json' in shown ? shown.etag : undefined) ?? '',
    };
    const headers = { ...elsewhere.headers, 'if-match': versions[route] ?? (await version()) };
    const answer = await ask(route, { ...elsewhere, headers, body });
    expect(isPress ? [404] : [200, 202]).toContain(answer.status);
    expect(JSON.stringify(answer)).not.toMatch(/Somebody Else|acct_other/u);
    expect(ofOther()).toBe(before);
  });

  it.each(['accountId', 'account', 'name', 'enabled', 'connectionState', 'connection', 'unknownPackageId', 'stages'])(
    'or anything else that is no setting (%s) cannot be saved',
    async (field) => {
      const { change, stored } = await createScene();
      const before = stored();
      expect(await change({ [field]: other })).toMatchObject({ status: 422, fields: { [field]: expect.any(String) } });
      expect(stored()).toBe(before);
    },
  );

  it('opens no page of its activity log', async () => {
    const { ask } = await createScene();
    for (const after of [
      `ACCOUNT#${other}`,
      `000001772442000.id/../${other}`,
      'ACTIVITY#000001772442000#id',
      'CREDENTIALS',
      '000001772442000.',
      'x'.repeat(5000),
    ]) {
      expect(await ask('GET /api/activity', { query: { after } })).toMatchObject({
        status: 422,
        fields: { after: expect.any(String) },
      });
    }
  });
});

describe('a change of the settings', () => {
  it.each<[string, number, string, (current: string) => Record<string, string>]>([
    ['names no version', 428, 'precondition_required', () => ({})],
    ['names an older version', 412, 'stale', () => ({ 'if-match': '"6J8tuz9gKQ6TzTtl5tKpb0JDW8rcuSLHW0LqrEMb0aE"' })],
    ['names any version', 412, 'stale', () => ({ 'if-match': '*' })],
    ['names its version weakly', 412, 'stale', (current) => ({ 'if-match': `W/${current}` })],
    ['names its version without quotes', 412, 'stale', (current) => ({ 'if-match': current.replaceAll('"', '') })],
    ['names nothing', 412, 'stale', () => ({ 'if-match': '' })],
  ])('that %s is refused', async (_, status, code, headersFor) => {
    const { change, stored, version } = await createScene();
    const headers = headersFor(await version());
    const before = stored();
    expect(await change({ tagPolicy: 'history' }, { headers })).toMatchObject({ status, code });
    expect(stored()).toBe(before);
  });

  it.each<[string, unknown, number, string]>([
    ['no body', '', 400, 'not_json'],
    ['no JSON', '{"tagPolicy":', 400, 'not_json'],
    ['a form', 'tagPolicy=history', 400, 'not_json'],
    ['a list', [], 422, 'invalid'],
    ['nothing', 'null', 422, 'invalid'],
    ['a part alone', { tagPolicy: 'history' }, 422, 'invalid'],
    ['too much', JSON.stringify({ name: 'x'.repeat(65_536) }), 413, 'too_large'],
  ])('of %s is refused', async (_, body, status, code) => {
    const { ask, stored, version } = await createScene();
    const headers = { 'if-match': await version() };
    const before = stored();
    expect(await ask('PUT /api/settings', { headers, body })).toMatchObject({ status, code });
    expect(stored()).toBe(before);
  });

  it.each<[string, unknown]>([
    ['triggerStages', []],
    ['triggerStages', stages(21)],
    ['triggerStages', null],
    ['triggerStages.0', ['Reference Check']],
    ['triggerStages.0.name', [{ id: null }]],
    ['triggerStages.0.name', [{ id: null, name: 7 }]],
    ['triggerStages.0.id', [{ id: 'ACCOUNT#x', name: 'Offer' }]],
    ['triggerStages.0.id', [{ id: 'x'.repeat(65), name: 'Offer' }]],
    ['triggerStages.0.colour', [{ id: null, name: 'Offer', colour: 'red' }]],
    ['triggerStages.0', [{ id: null, name: ' ' }]],
    ['triggerStages.0', [{ id: null, name: 'x'.repeat(501) }]],
    ['triggerStages.1', [...stages(1), ...stages(1)]],
    ['defaultPackageId', 'Background'],
    ['defaultPackageId', 'P'],
    ['defaultPackageId', 'p1'],
    ['defaultPackageId', `P${'1'.repeat(21)}`],
    ['defaultPackageId', 4400000001],
    ['defaultPackageId', undefined],
    ['rerun', 'never'],
    ['rerun.kind', { kind: 'sometimes' }],
    ['rerun.days', { kind: 'after_days' }],
    ['rerun.days', { kind: 'after_days', days: 0 }],
    ['rerun.days', { kind: 'after_days', days: 3651 }],
    ['rerun.days', { kind: 'after_days', days: 1.5 }],
    ['rerun.days', { kind: 'never', days: 90 }],
    ['tagPolicy', 'none'],
    ['graceSeconds', -1],
    ['graceSeconds', 604_801],
    ['graceSeconds', 0.5],
    ['graceSeconds', '60'],
    ['hourlyCap', 0],
    ['hourlyCap', 10_001],
    ['hourlyCap', '10'],
    ['secretNotes', 'yes'],
    ['writesReportUrl', null],
    ['statusLabels', []],
    ['stageAfter', null],
    ['stageAfter.clear', { clear: { id: null, name: ' ' }, consider: null }],
    ['stageAfter.clear', { clear: { id: null, name: 'x'.repeat(501) }, consider: null }],
    ['stageAfter.consider', { clear: null, consider: { id: null, name: ' reference CHECK' } }],
    ['stageAfter.consider', { clear: null }],
    ['statusLabels.clear', { clear: '' }],
    ['statusLabels.clear', { clear: 'x'.repeat(41) }],
    ['statusLabels.clear', { clear: 'all: clear' }],
    ['statusLabels.clear', { clear: '@everyone' }],
    ['statusLabels.clear', { clear: 'a\u0000b' }],
    ['statusLabels.clear', { clear: 1 }],
    ['statusLabels.nonsense', { nonsense: 'Something' }],
  ])('is refused with a sentence of its own at %s: %j', async (field, value) => {
    const { change, stored } = await createScene();
    const before = stored();
    const answer = await change({ [field.split('.')[0] ?? '']: value });
    expect(answer).toMatchObject({ status: 422, code: 'invalid' });
    expect('fields' in answer && answer.fields?.[field]).toMatch(/^[A-Z].*\.$/su);
    expect(stored()).toBe(before);
  });

  it('says everything that is wrong at once', async () => {
    const { change } = await createScene();
    const answer = await change({
      graceSeconds: -1,
      hourlyCap: 0,
      defaultPackageId: 'X',
      statusLabels: { clear: ':' },
    });
    expect('fields' in answer && Object.keys(answer.fields ?? {}).toSorted()).toEqual([
      ...['defaultPackageId', 'graceSeconds', 'hourlyCap', 'statusLabels.clear'],
    ]);
  });
});

describe('a webhook secret', () => {
  it.each<[string, unknown]>([
    ['too short', { secret: 'b2b2b2b2b2b2b2b' }],
    ['too long', { secret: `${'b2'.repeat(128)}b` }],
    ['with a letter that is not ASCII', { secret: `${'b2'.repeat(24)}é` }],
    ['with a space in it', { secret: `${'b2'.repeat(12)} ${'b2'.repeat(12)}` }],
    ['with a space around it', { secret: ` ${secret}` }],
    ['with a line after it', { secret: `${secret}\n` }],
    ['that is no text', { secret: 48 }],
    ['that is missing', {}],
  ])('%s is refused, and never said back', async (_, body) => {
    const { ask, stored } = await createScene();
    const before = stored();
    const answer = await ask('PUT /api/webhook-secret', { body });
    expect(answer).toMatchObject({ status: 422, fields: { secret: expect.any(String) } });
    expect(JSON.stringify(answer)).not.toContain('b2b2');
    expect(stored()).toBe(before);
  });

  it('of another shape is refused with where to find it', async () => {
    const { ask } = await createScene();
    const answer = await ask('PUT /api/webhook-secret', { body: { secret: 'wrong' } });
    expect(JSON.stringify(answer)).toContain('Settings → Integrations & API → Webhooks');
  });

  it.each<[string, unknown, number]>([
    ['beside something else', { secret, validUntil: 1 }, 422],
    ['as it is', secret, 400],
    ['in a flood', JSON.stringify({ secret, more: 'x'.repeat(65_536) }), 413],
  ])('given %s is refused', async (_, body, status) => {
    const { ask, stored } = await createScene();
    const before = stored();
    expect(await ask('PUT /api/webhook-secret', { body })).toMatchObject({ status });
    expect(stored()).toBe(before);
  });
});

describe('a look at the activity log', () => {
  it.each([
    { limit: '0' },
    { limit: '101' },
    { limit: '-1' },
    { limit: '1e2' },
    { limit: 'all' },
    { limit: '' },
    { kind: 'everything' },
    { kind: 'problem,everything' },
    { kind: 'constructor' },
  ])('is refused with %j', async (query) => {
    const { ask } = await createScene();
    const [field = ''] = Object.keys(query);
    expect(await ask('GET /api/activity', { query })).toMatchObject({
      status: 422,
      fields: { [field]: expect.any(String) },
    });
  });
});
