import { describe, expect, it } from 'vitest';
import { leverRoutes } from '#functions/lever-oauth/lever-routes.ts';
import { scopes } from '#shared/lever/lever-login.ts';
import { hashOf } from '#shared/stores/authorization-store.ts';
import { type Browser, createOauthScene, mine, others } from './oauth-scene.ts';

type Scene = Awaited<ReturnType<typeof createOauthScene>>;
type Begun = { scene: Scene; browser: Browser; state: string };

const cookieName = '__Host-lever-oauth';

/** A way back from Lever that must not connect anything: what the browser brings, and where the person lands. */
type Case = [name: string, outcome: string, returnFromLever: (begun: Begun) => Promise<unknown>];

const tamperedStates: [string, (state: string) => string | undefined][] = [
  ['is missing', () => undefined],
  ['is empty', () => ''],
  ['was never given out', () => 'z'.repeat(43)],
  ['is cut short', (state) => state.slice(0, -1)],
  ['is too long', (state) => `${state}x`],
  ['differs in one letter', (state) => `y${state.slice(1)}`],
  ['is in other letters', (state) => state.toUpperCase()],
  ['came twice', (state) => `${state},${state}`],
  ['holds a key of the table', () => `ACCOUNT#${mine}`],
  ['is a path', () => '../../acct'],
];

const tokenAnswers: [string, number | 'timeout' | 'lost-answer' | 'drop', unknown][] = [
  ['says invalid_grant', 403, { error: 'invalid_grant', error_description: 'Invalid authorization code' }],
  ['refuses our app', 401, { error: 'access_denied', error_description: 'Unauthorized' }],
  ['is an error of its own', 500, { message: 'oops' }],
  ['is a success that holds no token', 200, {}],
  ['holds no refresh token', 200, { access_token: 'a', token_type: 'Bearer', expires_in: 3600 }],
  ['holds an empty access token', 200, { access_token: '', refresh_token: 'r', token_type: 'Bearer' }],
  ['is of another token type', 200, { access_token: 'a', refresh_token: 'r', token_type: 'mac' }],
  ['is an array', 200, []],
  ['never comes', 'timeout', undefined],
  ['is cut off before', 'drop', undefined],
  ['is cut off after the effect', 'lost-answer', undefined],
];

const cases: Case[] = [
  ...tamperedStates.map(
    ([how, tamper]): Case => [
      `a state that ${how}`,
      'expired',
      ({ scene, browser, state }) => {
        const { code } = scene.allow(state);
        const changed = tamper(state);
        return scene.returnFromLever(browser, changed === undefined ? { code } : { code, state: changed });
      },
    ],
  ),
  [
    'a state of ten minutes ago',
    'expired',
    ({ scene, browser, state }) => {
      scene.passTime(600_000);
      return scene.returnFromLever(browser, scene.allow(state));
    },
  ],
  [
    'no mark in the browser',
    'other_browser',
    ({ scene, browser, state }) => scene.returnFromLever({ ...browser, cookies: {} }, scene.allow(state)),
  ],
  [
    'an empty mark in the browser',
    'other_browser',
    ({ scene, browser, state }) =>
      scene.returnFromLever({ ...browser, cookies: { [cookieName]: '' } }, scene.allow(state)),
  ],
  [
    'the mark under the name that http has',
    'other_browser',
    ({ scene, browser, state }) =>
      scene.returnFromLever(
        { ...browser, cookies: { 'lever-oauth': browser.cookies[cookieName] ?? '' } },
        scene.allow(state),
      ),
  ],
  [
    'the mark of another browser that has begun too',
    'other_browser',
    async ({ scene, state }) => {
      const other = scene.openBrowser();
      await scene.begin(other);
      return scene.returnFromLever(other, scene.allow(state));
    },
  ],
  [
    'the mark of another account that has begun too',
    'other_browser',
    async ({ scene, state }) => {
      const other = scene.openBrowser(others);
      await scene.begin(other);
      return scene.returnFromLever(other, scene.allow(state));
    },
  ],
  [
    'the hash of the mark instead of the mark',
    'other_browser',
    ({ scene, browser, state }) =>
      scene.returnFromLever(
        { ...browser, cookies: { [cookieName]: hashOf(browser.cookies[cookieName] ?? '') } },
        scene.allow(state),
      ),
  ],
  [
    'a denial',
    'denied',
    ({ scene, browser, state }) =>
      scene.returnFromLever(browser, { state, error: 'access_denied', error_description: 'The user said no.' }),
  ],
  [
    'a denial that brings a code all the same',
    'denied',
    ({ scene, browser, state }) => scene.returnFromLever(browser, { ...scene.allow(state), error: 'access_denied' }),
  ],
  [
    'an error of Lever',
    'failed',
    ({ scene, browser, state }) => scene.returnFromLever(browser, { state, error: 'server_error' }),
  ],
  [
    'an error with a script in it',
    'failed',
    ({ scene, browser, state }) => scene.returnFromLever(browser, { state, error: '<script>alert(1)</script>' }),
  ],
  ['no code', 'failed', ({ scene, browser, state }) => scene.returnFromLever(browser, { state })],
  ['an empty code', 'failed', ({ scene, browser, state }) => scene.returnFromLever(browser, { state, code: '' })],
  [
    'a code that Lever never gave',
    'failed',
    ({ scene, browser, state }) => scene.returnFromLever(browser, { state, code: 'invented' }),
  ],
  [
    'a code that was exchanged before',
    'failed',
    ({ scene, browser, state }) => {
      const back = scene.allow(state);
      const app = { client_id: 'sandbox-lever-client', client_secret: 'sandbox-lever-client-secret' };
      const redirect_uri = 'https://turn.example/lever/oauth/callback';
      scene.lever.tokens.exchange({ ...app, redirect_uri, grant_type: 'authorization_code', code: back.code });
      return scene.returnFromLever(browser, back);
    },
  ],
  [
    'a code that was given for another address',
    'failed',
    ({ scene, browser, state }) => {
      const clientId = 'sandbox-lever-client';
      const grant = { organizationId: 'org-a', userId: 'admin', clientId, scope: scopes.join(' ') };
      const codeChallenge = scene.challengeOf(state);
      const asked = { ...grant, codeChallenge, redirectUri: 'https://evil.example/' };
      const code = scene.lever.tokens.issueCode(asked);
      return scene.returnFromLever(browser, { state, code });
    },
  ],
  [
    'a code that was given to another app',
    'failed',
    ({ scene, browser, state }) => {
      const redirectUri = 'https://turn.example/lever/oauth/callback';
      const grant = { organizationId: 'org-a', userId: 'admin', scope: scopes.join(' '), redirectUri };
      const codeChallenge = scene.challengeOf(state);
      return scene.returnFromLever(browser, {
        state,
        code: scene.lever.tokens.issueCode({ ...grant, codeChallenge, clientId: 'other-app' }),
      });
    },
  ],
  [
    'a code that Lever gave somebody else for his own Lever, who slips it in',
    'failed',
    async ({ scene, browser, state }) => {
      const attacker = scene.openBrowser(others);
      const { code } = scene.allow((await scene.begin(attacker)).state, 'org-b');
      return scene.returnFromLever(browser, { state, code });
    },
  ],
  [
    'a code that somebody got for his own Lever without any proof key',
    'failed',
    ({ scene, browser, state }) =>
      scene.returnFromLever(browser, { state, code: scene.allow('of nobody', 'org-b').code }),
  ],
  [
    'a code that another tab of the same browser was given',
    'failed',
    async ({ scene, browser, state }) => {
      const { code } = scene.allow((await scene.begin(browser)).state);
      return scene.returnFromLever(browser, { state, code });
    },
  ],
  [
    'a sender that is not Lever’s login',
    'failed',
    ({ scene, browser, state }) =>
      scene.returnFromLever(browser, { ...scene.allow(state), iss: 'https://evil.example/' }),
  ],
  ...scopes.slice(1, -1).map(
    (missing): Case => [
      `an access without ${missing}`,
      'failed',
      ({ scene, browser, state }) => {
        const granted = scopes.filter((scope) => scope !== missing).join(' ');
        return scene.returnFromLever(browser, scene.allow(state, 'org-a', granted));
      },
    ],
  ),
  ...tokenAnswers.map(
    ([how, failure, body]): Case => [
      `an answer to the code that ${how}`,
      'failed',
      ({ scene, browser, state }) => {
        scene.lever.failNext({ method: 'POST', path: '/oauth/token', times: 1, failure, body });
        return scene.returnFromLever(browser, scene.allow(state));
      },
    ],
  ),
];

describe.each([
  ['an account that was never connected', false],
  ['an account that is connected', true],
])('a way back from Lever, for %s,', (_, isConnected) => {
  it.each(cases)('with %s ends with "%s", and changes nothing', async (_name, outcome, returnFromLever) => {
    const scene = await createOauthScene();
    if (isConnected) await scene.connect(scene.openBrowser());
    const browser = scene.openBrowser();
    const { state } = await scene.begin(browser);
    const before = scene.everything();
    expect(await returnFromLever({ scene, browser, state })).toBe(`/settings?lever=${outcome}`);
    expect(scene.everything()).toBe(before);
    const [first] = await scene.kinds();
    const isTold = outcome === 'denied' || outcome === 'failed';
    expect(first?.startsWith('lever_connection_refused user-1 ') ?? false).toBe(isTold);
  });
});

describe('a way back from Lever', () => {
  it('connects no account that was disabled meanwhile', async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    const { state } = await scene.begin(browser);
    await scene.accounts.update(mine, (account) => ({ ...account, enabled: false }));
    const before = scene.everything();
    expect(await scene.returnFromLever(browser, scene.allow(state))).toBe('/settings?lever=failed');
    expect(scene.everything()).toBe(before);
    expect(scene.requests).toEqual([]);
  });

  it('works once: the same address again says that Lever is connected, and exchanges nothing', async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    const { state } = await scene.begin(browser);
    const back = scene.allow(state);
    const { cookies } = browser;
    await scene.returnFromLever({ ...browser, cookies: { ...cookies } }, back);
    const before = scene.everything();
    const asked = scene.requests.length;
    expect(await scene.returnFromLever({ ...browser, cookies: { ...cookies } }, back)).toBe(
      '/settings?lever=already_connected',
    );
    expect(await scene.returnFromLever({ ...browser, cookies: {} }, back)).toBe('/settings?lever=expired');
    expect(scene.everything()).toBe(before);
    expect(scene.requests).toHaveLength(asked);
  });

  it('of either of two tabs connects, and ends well', async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    const [one, other] = [await scene.begin(browser), await scene.begin(browser)];
    expect(await scene.returnFromLever(browser, scene.allow(one.state))).toBe('/settings?lever=connected');
    expect(await scene.returnFromLever(browser, scene.allow(other.state))).toBe('/settings?lever=connected');
    expect(await scene.kinds()).not.toContainEqual(expect.stringContaining('refused'));
  });

  it('once more, while it is asked whether another Lever shall replace the present one, asks again', async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    await scene.connect(browser);
    const { state } = await scene.begin(browser);
    const back = scene.allow(state, 'org-b');
    for (const _ of ['first', 'again'])
      expect(await scene.returnFromLever(browser, back)).toBe('/settings?lever=replace');
  });

  it('in the wrong browser leaves the right one its chance', async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    const { state } = await scene.begin(browser);
    const back = scene.allow(state);
    await scene.returnFromLever({ ...browser, cookies: {} }, back);
    expect(await scene.returnFromLever(browser, back)).toBe('/settings?lever=connected');
  });

  it.each(['', 'x', 'z'.repeat(43)])(
    'with the state "%s" of some stray link leaves the one under way its chance',
    async (state) => {
      const scene = await createOauthScene();
      const browser = scene.openBrowser();
      const begun = await scene.begin(browser);
      expect(await scene.returnFromLever(browser, { state })).toBe('/settings?lever=expired');
      expect(await scene.returnFromLever(browser, scene.allow(begun.state))).toBe('/settings?lever=connected');
    },
  );

  it.each([
    ['lever', 'https://evil.example'],
    ['redirect', 'https://evil.example'],
    ['next', '//evil.example'],
    ['return_to', '/\\evil.example'],
    ['error_uri', 'https://evil.example'],
    ['redirect_uri', 'https://evil.example'],
  ])('leads nowhere but to the settings page, though it asks by %s=%s', async (name, value) => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    const { state } = await scene.begin(browser);
    expect(await scene.returnFromLever(browser, { state, error: 'access_denied', [name]: value })).toBe(
      '/settings?lever=denied',
    );
  });

  it('connects the account that the authorization was begun for, whoever is signed in by now', async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    const { state } = await scene.begin(browser);
    browser.claims = scene.openBrowser(others).claims;
    await scene.returnFromLever(browser, scene.allow(state));
    expect((await scene.accounts.find(mine))?.connectionState).toBe('connected');
    expect((await scene.accounts.find(others))?.connectionState).toBe('not_connected');
  });
});

const callers: [string, string, Browser['claims']][] = [
  ['no claims', 'no_account', {}],
  ['no account', 'no_account', { sub: 'user-1', role: 'super_admin' }],
  ['no user', 'no_account', { account_id: mine, role: 'super_admin' }],
  ['an account that is not there', 'no_account', { sub: 'user-1', role: 'super_admin', account_id: 'acct_nobody' }],
  ['an account that is no name', 'no_account', { sub: 'user-1', role: 'super_admin', account_id: `../${mine}` }],
  ['several accounts', 'no_account', { sub: 'user-1', role: 'super_admin', account_id: [mine, others] }],
  ['a program’s own name', 'no_account', { sub: 'robot', azp: 'robot', account_id: mine, role: 'super_admin' }],
  ['no role', 'no_role', { sub: 'user-1', account_id: mine }],
  ['a member’s role', 'not_super_admin', { sub: 'user-1', account_id: mine, role: 'member' }],
  ['a role in other letters', 'no_role', { sub: 'user-1', account_id: mine, role: 'Super_Admin' }],
  ['a list of roles', 'no_role', { sub: 'user-1', account_id: mine, role: ['super_admin'] }],
];

describe.each(callers)('a caller with %s', (_, code, claims) => {
  it.each(['begin', 'see', 'replace', 'disconnect'] as const)('may not %s, and changes nothing', async (step) => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    await scene.connect(browser);
    await scene.connect(browser, 'org-b');
    browser.claims = claims;
    const before = scene.everything();
    const asked = scene.requests.length;
    const answer = await {
      begin: () => scene.visit(leverRoutes['POST /api/lever/authorize'], browser),
      see: () => scene.showReplacement(browser),
      replace: () => scene.replace(browser, { confirm: true }),
      disconnect: () => scene.disconnect(browser),
    }[step]();
    expect(answer).toMatchObject({ status: 403, code });
    expect(scene.everything()).toBe(before);
    expect(scene.requests).toHaveLength(asked);
  });
});

describe('a confirmation that another Lever replaces the present one', () => {
  const asked = async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    await scene.connect(browser);
    await scene.connect(browser, 'org-b');
    return { scene, browser, before: scene.everything() };
  };

  it.each([
    ['no body', undefined],
    ['text', 'true'],
    ['no choice', {}],
    ['a choice in words', { confirm: 'true' }],
    ['a number', { confirm: 1 }],
    ['more than the choice', { confirm: true, accountId: others }],
  ])('is not understood with %s', async (_, body) => {
    const { scene, browser, before } = await asked();
    expect(await scene.replace(browser, body)).toMatchObject({ status: 422, code: 'invalid' });
    expect(scene.everything()).toBe(before);
  });

  it('is refused in another browser', async () => {
    const { scene, browser, before } = await asked();
    const answer = await scene.replace({ ...browser, cookies: {} }, { confirm: true });
    expect(answer).toMatchObject({ status: 403, code: 'other_browser' });
    expect(scene.everything()).toBe(before);
  });

  it('by a Super Admin of another account finds nothing that waits', async () => {
    const { scene, browser, before } = await asked();
    browser.claims = scene.openBrowser(others).claims;
    expect(await scene.replace(browser, { confirm: true })).toMatchObject({ status: 409, code: 'nothing_waits' });
    expect(scene.everything()).toBe(before);
  });
});

describe('an authorization', () => {
  it('does not begin before the operator has set Lever’s app', async () => {
    const scene = await createOauthScene({ login: async () => null });
    const answer = await scene.visit(leverRoutes['POST /api/lever/authorize'], scene.openBrowser());
    expect(answer).toMatchObject({ status: 503, code: 'lever_app_missing' });
    expect([...scene.table.items.values()].filter(({ sk }) => sk === 'AUTHORIZATION')).toEqual([]);
  });

  it('does not begin for an account that is disabled', async () => {
    const scene = await createOauthScene();
    await scene.accounts.update(mine, (account) => ({ ...account, enabled: false }));
    expect(await scene.visit(leverRoutes['POST /api/lever/authorize'], scene.openBrowser())).toMatchObject({
      status: 403,
      code: 'account_disabled',
    });
  });
});
