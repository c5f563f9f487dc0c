import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callbackProbes, inventedNews } from './callback-probes.ts';
import { type Scene, type Sent, startScene } from './scene.ts';
import { credentials } from './token-probes.ts';
import { describeVendorAttacks } from './vendor-attacks.ts';
import { goodDelivery, webhookProbes } from './webhook-probes.ts';

/** Every route that wants a token; whether a member who is no Super Admin may use it. */
const routes: readonly (readonly [route: string, isForMembers: boolean])[] = [
  ['GET /api/account', true],
  ['GET /api/settings', true],
  ['PUT /api/settings', false],
  ['PUT /api/webhook-secret', false],
  ['DELETE /api/webhook-secret/previous', false],
  ['GET /api/stages', true],
  ['GET /api/packages', true],
  ['PUT /api/packages', false],
  ['GET /api/mail-addresses', false],
  ['PUT /api/mail-addresses', false],
  ['GET /api/activity', false],
  ['GET /api/candidates', false],
  ['GET /api/candidates/someone', false],
  ['GET /api/usage', false],
  ['POST /api/candidates/someone/resend-invitation', false],
  ['POST /api/candidates/someone/recheck', false],
  ['POST /api/candidates/someone/decide', false],
  ['GET /api/in-stage', false],
  ['POST /api/backfill', false],
  ['PUT /api/pause', false],
  ['POST /api/preview', false],
  ['POST /api/lever/authorize', false],
  ['GET /api/lever/replace', false],
  ['POST /api/lever/replace', false],
  ['POST /api/lever/disconnect', false],
];
const split = (route: string): { method: string; path: string } => {
  const [method = '', path = ''] = route.split(' ');
  return { method, path };
};

/** Labels that would make a status pass for another one. */
const disguises: Record<string, (word: string) => string> = {
  'the same word': (word) => word,
  'in capitals': (word) => word.toUpperCase(),
  'with a space': (word) => ` ${word}`,
  'with an invisible letter': (word) => `${word.slice(0, 2)}\u200b${word.slice(2)}`,
  'with a joiner': (word) => `${word.slice(0, 2)}\u2060${word.slice(2)}`,
  'with a soft hyphen': (word) => `${word.slice(0, 2)}\u00ad${word.slice(2)}`,
  'from right to left': (word) => `\u202e${[...word].reverse().join('')}`,
  'in wide letters': (word) =>
    [...word].map((letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)).join(''),
  'in Cyrillic letters': (word) => word.replaceAll('e', '\u0435').replaceAll('o', '\u043e').replaceAll('c', '\u0441'),
  'in Greek letters': (word) => word.replaceAll('o', '\u03bf').replaceAll('i', '\u03b9').replaceAll('r', '\u03c1r'),
  'with an accent': (word) => word.replaceAll('e', 'é').replaceAll('i', 'í'),
  'with digits for letters': (word) => word.replaceAll('l', '1').replaceAll('o', '0'),
  'in mathematical letters': (word) =>
    [...word].map((letter) => String.fromCodePoint(0x1d41a + (letter.codePointAt(0) ?? 97) - 97)).join(''),
  'with half a letter': (word) => `${word}\ud800`,
  'with a colon': (word) => `${word}:`,
};

/** Paths that lead out of the folder of the page. */
const strayPaths: readonly string[] = [
  '/settings/../../etc/passwd',
  '/settings/..%2f..%2fetc%2fpasswd',
  '/settings/%2e%2e/%2e%2e/etc/passwd',
  '/settings/....//....//etc/passwd',
  '/settings/..\\..\\etc\\passwd',
  '/settings/%00',
  '/settings/index.mjs',
  '/settings/index.mjs.map',
  '/settings/page.json',
  '/settings/.env',
  '/settings/.git/config',
  '/settings/%ff',
  '/settings/%zz',
  '/settings/__proto__',
  '/settings/constructor',
  '/settings/toString',
  '/.git/HEAD',
  '/.env',
  '/local/../api/account',
  '//etc/passwd',
  '/api/',
  '/api/account/',
  '/api/account/..;/settings',
  '/api/%61ccount',
  '/API/account',
  '/lever/oauth/callback/',
  '/lever//webhook',
  '/turn/acct_sample',
  `/${'a/'.repeat(500)}`,
];

/** What somebody may bring back from Lever who was never sent there. */
const returns: readonly string[] = [
  '',
  '?',
  '?code=x',
  '?state=x',
  '?code=x&state=x',
  '?code=&state=',
  '?code=x&state=undefined',
  '?code=x&state=null',
  `?code=x&state=${'a'.repeat(43)}`,
  `?code=x&state=${'a'.repeat(5_000)}`,
  '?code=x&state[]=a&state[]=b',
  '?code=x&state=a&state=b',
  '?code[$ne]=x&state[$ne]=x',
  '?code=x&state=%00',
  '?code=x&state=%ff',
  '?code=x&state=%ED%A0%80',
  '?error=access_denied',
  '?error=access_denied&state=x',
  '?error=%3Cscript%3E&state=x',
  '?code=x&state=x&iss=https://evil.example',
  '?code=x&state=AUTHORIZATION%23x',
  '?code=x&state=../../x',
  '?lever=connected',
  '?code=x&state=x&redirect_uri=https://evil.example',
];

const cookies: Record<string, string> = {
  'no cookie': '',
  'a cookie of its own': '__Host-lever-authorization=attacker; lever-authorization=attacker; state=x',
};

/** A request that each function with routes answers, whatever it says to it. */
const answeredBy: Record<string, (scene: Scene) => Sent> = {
  'webhook-verify, when it believes': goodDelivery,
  'webhook-verify, when it refuses': ({ webhookPath }) => ({ path: webhookPath, body: '{}' }),
  'status-callback, when it believes': ({ callbackPath }) => ({ path: callbackPath, body: '{}' }),
  'status-callback, when it refuses': ({ sampleId }) => ({ path: `/turn/${sampleId}/wrong`, body: '{}' }),
  'settings-api, to a Super Admin': ({ tokens }) => ({
    method: 'GET',
    path: '/api/account',
    headers: { authorization: `Bearer ${tokens.admin}` },
  }),
  'settings-api, to a member who may not': ({ tokens }) => ({
    method: 'GET',
    path: '/api/usage',
    headers: { authorization: `Bearer ${tokens.member}` },
  }),
  'lever-oauth, to somebody whom nobody sent': () => ({ method: 'GET', path: '/lever/oauth/callback?code=x&state=x' }),
  'settings-page, with the page': () => ({ method: 'GET', path: '/settings' }),
  'settings-page, with what is not there': () => ({ method: 'GET', path: '/settings/nothing.js' }),
  'mail-links, with a link that is none': () => ({ method: 'GET', path: '/mail/acct_sample/confirm/none' }),
};

describe('under attack', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene.stack.stop());

  const deliveriesQueued = async (): Promise<number> => {
    const { queues } = await scene.stack.state();
    return Object.values(queues).reduce(
      (sum, { visible, inFlight, delayed, dead }) => sum + visible + inFlight + delayed + dead,
      0,
    );
  };

  it('a delivery that Lever signed is believed', async () => {
    expect((await scene.probe(goodDelivery(scene))).status).toBe(200);
  });

  describe('webhooks', () => {
    it.each(Object.entries(webhookProbes))('%s is refused', async (_, probe) => {
      const { status } = await scene.probe(probe(scene));
      expect(status).toBeGreaterThanOrEqual(400);
    });

    it('a forged delivery is answered alike for an account that there is, and one that there is not', async () => {
      const forged = webhookProbes['a delivery signed with a guessed secret']?.(scene) ?? { path: '' };
      const [known, unknown] = await Promise.all([
        scene.probe(forged),
        scene.probe({ ...forged, path: forged.path.replace(scene.sampleId, 'acct_nobody') }),
      ]);
      expect([known.status, known.body]).toEqual([unknown.status, unknown.body]);
      expect(Object.keys(known.headers).toSorted()).toEqual(Object.keys(unknown.headers).toSorted());
    });
  });

  describe('callbacks', () => {
    it.each(Object.entries(callbackProbes))('%s is refused', async (_, probe) => {
      const { status } = await scene.probe(probe(scene));
      expect(status).toBeGreaterThanOrEqual(400);
    });

    it.each(Object.entries(inventedNews))('news that are %s are dropped', async (_, body) => {
      const { status } = await scene.probe({ path: scene.callbackPath, body });
      expect(status === 200 || status === 400 || status === 413).toBe(true);
      expect(await deliveriesQueued()).toBe(0);
    });
  });

  describe('tokens', () => {
    const probes = routes.flatMap(([route]) => Object.keys(credentials).map((name) => [route, name] as const));
    it.each(probes)('%s with %s lets nobody in', async (route, name) => {
      const headers = credentials[name]?.(scene.tokens.admin, scene) ?? {};
      const sent = { ...split(route), headers, ...(route.startsWith('GET') ? {} : { body: '{}' }) };
      expect((await scene.probe(sent)).status).toBe(401);
    });
  });

  describe('people of the account', () => {
    it.each(routes.filter(([, isForMembers]) => !isForMembers))('%s is not for members', async (route) => {
      const headers = { authorization: `Bearer ${scene.tokens.member}` };
      const sent = { ...split(route), headers, ...(route.startsWith('GET') ? {} : { body: '{}' }) };
      expect((await scene.probe(sent)).status).toBe(403);
    });
  });

  describe('people of another account', () => {
    const asOther = (method: string, path: string, body?: unknown) =>
      scene.probe({
        method,
        path,
        headers: { authorization: `Bearer ${scene.tokens['other-admin']}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });

    it.each(routes.filter(([route]) => route.startsWith('GET')))('%s tells nothing of this one', async (route) => {
      const { body } = await asOther('GET', split(route).path.replace('someone', scene.bait));
      expect(body).not.toContain(scene.sampleId);
      expect(body).not.toContain(scene.bait);
    });

    it.each([
      ['PUT', '/api/settings?account=acct_sample', {}],
      ['POST', '/api/candidates/BAIT/decide', {}],
      ['POST', '/api/candidates/BAIT/recheck', { pressId: 'press-of-an-attacker-1' }],
      ['POST', '/api/candidates/BAIT/resend-invitation', { pressId: 'press-of-an-attacker-2' }],
      ['POST', '/api/backfill', { opportunities: [{ opportunityId: 'BAIT', enteredAt: 1 }] }],
      ['POST', '/api/preview', { opportunity: 'BAIT' }],
      ['GET', '/api/candidates?search=BAIT', undefined],
      ['GET', '/api/candidates?accountId=acct_sample', undefined],
      ['GET', '/api/activity?after=000000000000000.acct_sample', undefined],
    ] as const)('%s %s does nothing to this one', async (method, path, body) => {
      const replaced = body === undefined ? undefined : JSON.parse(JSON.stringify(body).replaceAll('BAIT', scene.bait));
      const answer = await asOther(method, path.replace('BAIT', scene.bait), replaced);
      expect(answer.body).not.toContain(scene.sampleId);
      expect(answer.body).not.toContain('Hortensia');
    });
  });

  describe('labels', () => {
    const statuses = ['clear', 'consider', 'rejected', 'withdrawn', 'processing', 'reviewing'];
    const probes = statuses.flatMap((status, index) =>
      Object.keys(disguises).map((name) => [status, statuses[(index + 1) % statuses.length] ?? '', name] as const),
    );
    it.each(probes)('%s cannot be called %s, %s', async (status, other, name) => {
      const headers = { authorization: `Bearer ${scene.tokens.admin}` };
      const { body, headers: answered } = await scene.probe({ method: 'GET', path: '/api/settings', headers });
      const settings = { ...JSON.parse(body), statusLabels: { [status]: disguises[name]?.(other) } };
      const sent = { method: 'PUT', path: '/api/settings', body: JSON.stringify(settings) };
      const saved = await scene.probe({ ...sent, headers: { ...headers, 'if-match': answered.etag ?? '' } });
      expect(saved.status).toBeGreaterThanOrEqual(400);
    });
  });

  describe('Lever’s login', () => {
    const probes = returns.flatMap((query) =>
      Object.keys(cookies).map((name) => [query.slice(0, 60), name, query] as const),
    );
    it.each(probes)('coming back with %s and %s connects nothing', async (_, name, query) => {
      const cookie = cookies[name] ?? '';
      const answer = await scene.probe({
        method: 'GET',
        path: `/lever/oauth/callback${query}`,
        headers: cookie === '' ? {} : { cookie },
      });
      const { location = '' } = answer.headers;
      if (answer.status < 400) expect(location).toMatch(/^\/settings\?lever=(?:expired|other_browser|failed|denied)$/u);
      expect(answer.headers['set-cookie'] ?? []).toEqual([]);
    });
  });

  describe('headers', () => {
    it.each(Object.entries(answeredBy))('are those of %s', async (_, ask) => {
      const { headers } = await scene.probe(ask(scene));
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/u),
        'permissions-policy': expect.stringContaining('camera=()'),
        'referrer-policy': 'no-referrer',
        'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/u),
        'cross-origin-opener-policy': 'same-origin',
      });
      if (!JSON.stringify(ask(scene)).includes('/settings')) expect(headers['cache-control']).toBe('no-store');
    });
  });

  it.each(strayPaths)('%s leads nowhere', async (path) => {
    const { status, body } = await scene.probe({ method: 'GET', path });
    expect(status).toBeGreaterThanOrEqual(300);
    expect(body).not.toMatch(/root:|import |"contentType"/u);
  });

  it('nothing of all this ordered a check, or left anything in a queue', async () => {
    expect(await deliveriesQueued()).toBe(0);
    expect(scene.turn.checks.filter(({ referenceId }) => referenceId?.startsWith(scene.bait))).toEqual([]);
    expect(scene.recruiter.notes(scene.bait)).toEqual([]);
  });

  describeVendorAttacks(() => scene);

  it('nothing secret and nobody’s name was printed in all this', () => {
    const printed = scene.printed.join('\n');
    for (const secret of scene.secrets) expect(printed).not.toContain(secret);
    expect(printed).not.toMatch(/Hortensia|Mallory|Restless Mover|Lured Elsewhere|@people\.example/u);
  });
});
