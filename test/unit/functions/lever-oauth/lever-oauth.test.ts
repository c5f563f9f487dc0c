import { describe, expect, it } from 'vitest';
import { finishAuthorization } from '#functions/lever-oauth/finish-authorization.ts';
import { leverRoutes } from '#functions/lever-oauth/lever-routes.ts';
import { leverOperations } from '#functions/settings-api/settings-routes.ts';
import { Failure } from '#shared/domain/failure.ts';
import { webhookEvents } from '#shared/domain/ids.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import { readTokenOwner } from '#shared/lever/access-tokens.ts';
import { scopes } from '#shared/lever/lever-login.ts';
import {
  isRegistered,
  previousValidUntil,
  rotateWebhookSecret,
  validWebhookSecrets,
} from '#shared/stores/webhook-secrets.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { callbackUrl, createOauthScene, mine } from './oauth-scene.ts';

const minute = 60_000;
const dayMs = 24 * 60 * minute;

/** The webhooks' client, whose first listing something happens in the midst of. */
const duringFirst = (open: AppPorts['webhooksOf'], happens: () => Promise<void>): AppPorts['webhooksOf'] => {
  let isFirst = true;
  return (...given) => {
    const lever = open(...given);
    const list = async () => {
      if (isFirst) {
        isFirst = false;
        await happens();
      }
      return lever.list();
    };
    return { ...lever, list };
  };
};

describe('connecting an account', () => {
  it('sends the Super Admin to Lever with exactly the parameters that Lever asks for', async () => {
    const { begin, openBrowser } = await createOauthScene();
    const browser = openBrowser();
    const { authorizeUrl, state } = await begin(browser);
    const challenge = expect.stringMatching(/^[\w-]{43}$/u);
    const { origin, pathname, searchParams } = new URL(authorizeUrl);
    expect(`${origin}${pathname}`).toBe('https://lever.example/authorize');
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: 'sandbox-lever-client',
      redirect_uri: callbackUrl,
      response_type: 'code',
      state,
      audience: 'https://lever.example/v1/',
      scope:
        'offline_access opportunities:write:admin notes:write:admin stages:read:admin webhooks:write:admin tags:read:admin',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    expect(Object.keys(browser.cookies)).toEqual(['__Host-lever-oauth']);
  });

  it('takes an access that does not cover the list of tags, which gives no more than names', async () => {
    const { begin, openBrowser, allow, returnFromLever } = await createOauthScene();
    const browser = openBrowser();
    const { state } = await begin(browser);
    const granted = scopes.filter((scope) => scope !== 'tags:read:admin').join(' ');
    expect(await returnFromLever(browser, allow(state, 'org-a', granted))).toContain('lever=connected');
  });

  it('keeps neither the state nor the mark of the browser where they could be read', async () => {
    const { begin, openBrowser, table } = await createOauthScene();
    const browser = openBrowser();
    const { state } = await begin(browser);
    const stored = JSON.stringify([...table.items.values()]);
    expect(stored).not.toContain(state);
    expect(stored).not.toContain(browser.cookies['__Host-lever-oauth']);
  });

  it('marks the browser for ten minutes, out of reach of scripts, other sites and plain http', async () => {
    const { visit, openBrowser } = await createOauthScene();
    const answer = await visit(leverRoutes['POST /api/lever/authorize'], openBrowser());
    const [cookie] = 'cookies' in answer ? (answer.cookies ?? []) : [];
    expect(cookie).toMatch(/^__Host-lever-oauth=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax; Secure$/u);
  });

  it('ends with the account connected, its tokens saved, its webhooks registered, and its maintenance due at once', async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    expect(await scene.connect(browser)).toBe('/settings?lever=connected');
    const { credentials } = await scene.credentials.load(mine);
    expect(credentials.tokens?.refreshToken).toBeTruthy();
    const secrets = await scene.webhookSecrets.load(mine);
    expect(isRegistered(secrets)).toBe(true);
    expect(await scene.accounts.find(mine)).toMatchObject({
      connectionState: 'connected',
      connection: { leverAccountId: 'org-a', leverUserId: 'admin-of-org-a', warnedAtDays: null },
    });
    expect(scene.webhooksAt('org-a').map(({ event, url, signatureToken }) => [event, url, signatureToken])).toEqual(
      secrets.webhooks.map(({ event, secret }) => [
        event,
        `https://turn.example/lever/${mine}/webhook?event=${event}`,
        secret,
      ]),
    );
    const account = [...scene.table.items.values()].find(({ sk, pk }) => sk === 'ACCOUNT' && pk.endsWith(mine));
    expect(account?.due?.dueAt).toBeLessThanOrEqual(scene.now());
    expect(await scene.kinds()).toEqual(['webhooks_registered user-1', 'lever_connected user-1 org-a']);
  });

  it('again is a reconnection by webhooks with tokens of their own: those of before are believed for two weeks more', async () => {
    const scene = await createOauthScene();
    await scene.connect(scene.openBrowser());
    const { webhooks: before } = await scene.webhookSecrets.load(mine);
    expect(await scene.connect(scene.openBrowser())).toBe('/settings?lever=connected');
    const secrets = await scene.webhookSecrets.load(mine);
    expect(isRegistered(secrets)).toBe(true);
    const made = scene.webhooksAt('org-a');
    expect(made).toHaveLength(webhookEvents.length);
    const old = before.map(({ secret }) => secret);
    const fresh = made.map(({ signatureToken }) => signatureToken ?? '');
    expect(fresh.filter((token) => old.includes(token))).toEqual([]);
    expect(validWebhookSecrets(secrets, scene.now()).toSorted()).toEqual([...old, ...fresh].toSorted());
    expect(previousValidUntil(secrets, scene.now())).toBeLessThanOrEqual(scene.now() + 14 * dayMs);
    expect(validWebhookSecrets(secrets, scene.now() + 14 * dayMs).toSorted()).toEqual(fresh.toSorted());
    expect((await scene.kinds()).slice(0, 2)).toEqual(['webhooks_registered user-1', 'lever_reconnected user-1 org-a']);
  });

  it('takes out the webhooks of before though Lever lists them no more under the new access', async () => {
    const scene = await createOauthScene();
    await scene.connect(scene.openBrowser());
    const before = new Set(scene.webhooksAt('org-a').map(({ id }) => id));
    const { webhooksOf } = scene.ports;
    scene.ports.webhooksOf = (...args) => {
      const lever = webhooksOf(...args);
      const list = async () => (await lever.list()).filter(({ webhookId }) => !before.has(webhookId));
      return { ...lever, list };
    };
    await scene.connect(scene.openBrowser());
    expect(scene.webhooksAt('org-a').filter(({ id }) => before.has(id))).toEqual([]);
    expect(scene.webhooksAt('org-a')).toHaveLength(webhookEvents.length);
  });

  it('however often, keeps a bounded number of tokens', async () => {
    const scene = await createOauthScene();
    for (let times = 0; times < 12; times++) await scene.connect(scene.openBrowser());
    const secrets = await scene.webhookSecrets.load(mine);
    expect(secrets.webhooks).toHaveLength(20 + webhookEvents.length);
    expect(isRegistered(secrets)).toBe(true);
  });

  it('works though Lever takes no webhooks now: they are registered later', async () => {
    const scene = await createOauthScene();
    scene.lever.failNext({ method: 'POST', path: '/webhooks', times: 1, failure: 503 });
    expect(await scene.connect(scene.openBrowser())).toBe('/settings?lever=connected');
    expect(scene.log).toContain('webhooks_not_registered');
    expect((await scene.accounts.find(mine))?.connectionState).toBe('connected');
    await scene.connect(scene.openBrowser());
    expect(isRegistered(await scene.webhookSecrets.load(mine))).toBe(true);
    expect(scene.webhooksAt('org-a')).toHaveLength(webhookEvents.length);
  });

  it('believes the webhooks of before while Lever registers no others, and registers them later', async () => {
    const scene = await createOauthScene();
    await scene.connect(scene.openBrowser());
    const old = (await scene.webhookSecrets.load(mine)).webhooks.map(({ secret }) => secret);
    scene.lever.failNext({ method: 'POST', path: '/webhooks', times: 1, failure: 503 });
    await scene.connect(scene.openBrowser());
    const secrets = await scene.webhookSecrets.load(mine);
    expect(isRegistered(secrets)).toBe(false);
    expect(validWebhookSecrets(secrets, scene.now())).toEqual(old);
    // Whoever goes on sending is left in Lever until there is somebody in its place.
    expect(scene.webhooksAt('org-a')).toHaveLength(webhookEvents.length);
    await scene.connect(scene.openBrowser());
    expect(isRegistered(await scene.webhookSecrets.load(mine))).toBe(true);
  });

  it('exchanges once for two callbacks at once', async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    const { state } = await scene.begin(browser);
    const back = scene.allow(state);
    const mark = { ...browser.cookies };
    const locations = await Promise.all(
      [1, 2, 3].map(() => scene.returnFromLever({ ...browser, cookies: { ...mark } }, back)),
    );
    expect(locations.toSorted()).toEqual([
      '/settings?lever=connected',
      '/settings?lever=expired',
      '/settings?lever=expired',
    ]);
    expect(scene.requests.filter(({ url }) => url.pathname === '/oauth/token')).toHaveLength(1);
  });

  it('takes the access of a token that tells nothing of whom it speaks for', () => {
    const none = { leverAccountId: null, leverUserId: null };
    for (const token of ['', 'opaque', 'a.b.c', `a.${Buffer.from('[]').toString('base64url')}.c`, 'a..c', '...']) {
      expect(readTokenOwner(token)).toEqual(none);
    }
    const odd = { 'https://oauth.lever.co/accountId': { id: 1 }, 'https://oauth.lever.co/userId': 'x'.repeat(300) };
    expect(readTokenOwner(`a.${Buffer.from(JSON.stringify(odd)).toString('base64url')}.c`)).toEqual(none);
  });
});

describe('another Lever account', () => {
  const connectedAndAsked = async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    await scene.connect(browser);
    const before = scene.everything();
    const location = await scene.connect(browser, 'org-b');
    return { scene, browser, before, location };
  };

  it('waits, encrypted, until the Super Admin says that it shall replace the present one', async () => {
    const { scene, before, location } = await connectedAndAsked();
    expect(location).toBe('/settings?lever=replace');
    const waiting = [...scene.table.items.values()].find(({ sk }) => sk === 'PENDING_CONNECTION');
    expect(waiting?.content).toMatch(new RegExp(`^${mine}/waiting-tokens `, 'u'));
    if (waiting !== undefined) await scene.table.remove(waiting);
    expect(scene.everything()).toBe(before);
  });

  it('is shown beside the present one: which both are, and who authorized them when', async () => {
    const scene = await createOauthScene();
    const [first, second] = [scene.openBrowser(), scene.openBrowser(mine, 'super_admin', 'user-2')];
    await scene.connect(first);
    const authorizedAt = (await scene.accounts.find(mine))?.connection?.authorizedAt;
    scene.passTime(dayMs);
    const asksAt = scene.now();
    await scene.connect(second, 'org-b');
    const present = {
      state: 'connected',
      leverAccountId: 'org-a',
      authorizedAt,
      authorizedBy: 'user-1',
      authorizedByName: null,
    };
    const shown = await scene.showReplacement(second);
    expect(shown).toMatchObject({ status: 200, json: { present, other: { leverAccountId: 'org-b' } } });
    const { other } = (shown as { json: { other: { authorizedAt: number; authorizedBy: string } } }).json;
    expect(other.authorizedBy).toBe('user-2');
    expect(other.authorizedAt).toBeGreaterThanOrEqual(asksAt);
    expect(JSON.stringify(shown)).not.toMatch(/token/iu);
    await scene.accounts.update(mine, (account) => ({ ...account, connectionState: 'disconnected' }));
    expect(await scene.showReplacement(second)).toMatchObject({ json: { present: { state: 'disconnected' } } });
    await scene.replace(second, { confirm: false });
    expect(await scene.showReplacement(second)).toMatchObject({ status: 409, code: 'nothing_waits' });
  });

  it('has the browser marked for another ten minutes, as long as the question waits', async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    await scene.connect(browser);
    const query = scene.allow((await scene.begin(browser)).state, 'org-b');
    const mark = browser.cookies['__Host-lever-oauth'];
    const answer = await scene.visit(finishAuthorization, browser, { query });
    const cookies = 'cookies' in answer ? answer.cookies : [];
    expect(cookies).toEqual([`__Host-lever-oauth=${mark}; Max-Age=600; Path=/; HttpOnly; SameSite=Lax; Secure`]);
  });

  it('replaces it when confirmed: its tokens, its webhooks, and none of the old ones left', async () => {
    const { scene, browser } = await connectedAndAsked();
    scene.passTime(minute);
    const replacedAt = scene.now();
    expect(await scene.replace(browser, { confirm: true })).toMatchObject({ status: 200, json: { replaced: true } });
    expect(await scene.accounts.find(mine)).toMatchObject({
      connection: { leverAccountId: 'org-b', authorizedBy: 'user-1' },
      connectionChangedAt: replacedAt,
    });
    expect(scene.webhooksAt('org-a')).toEqual([]);
    const { webhooks } = await scene.webhookSecrets.load(mine);
    expect(scene.webhooksAt('org-b').map(({ id }) => id)).toEqual(webhooks.map(({ webhookId }) => webhookId));
    expect((await scene.kinds()).slice(0, 2)).toEqual(['webhooks_registered user-1', 'lever_connected user-1 org-b']);
    expect(await scene.replace(browser, { confirm: true })).toMatchObject({ status: 409 });
  });

  it('makes that nothing signed for the old one is believed any more, by whatever way its secret came', async () => {
    const { scene, browser } = await connectedAndAsked();
    await scene.webhookSecrets.update(mine, (held) => rotateWebhookSecret(held, 'pasted-for-org-a', scene.now()));
    await scene.replace(browser, { confirm: true });
    const tokensOfTheNew = scene.webhooksAt('org-b').map(({ signatureToken }) => signatureToken);
    expect(validWebhookSecrets(await scene.webhookSecrets.load(mine), scene.now())).toEqual(tokensOfTheNew);
  });

  it('is saved first: an old Lever that does not answer cannot keep the new one out, and the activity says what is left there', async () => {
    const { scene, browser } = await connectedAndAsked();
    const held = async () => (await scene.credentials.load(mine)).credentials.tokens?.accessToken;
    const before = await held();
    let heldMeanwhile: string | undefined;
    scene.ports.webhooksOf = duringFirst(scene.ports.webhooksOf, async () => {
      heldMeanwhile = await held();
      throw new Failure('lever_unavailable', 'Lever does not answer.');
    });
    expect(await scene.replace(browser, { confirm: true })).toMatchObject({ json: { replaced: true } });
    expect(heldMeanwhile).not.toBe(before);
    expect(heldMeanwhile).toBe(await held());
    expect(scene.webhooksAt('org-a')).toHaveLength(webhookEvents.length);
    expect((await scene.kinds())[1]).toBe('lever_connected user-1 org-b webhooks_left_in_old_lever');
  });

  it('is forgotten when declined', async () => {
    const { scene, browser } = await connectedAndAsked();
    expect(await scene.replace(browser, { confirm: false })).toMatchObject({ json: { replaced: false } });
    expect((await scene.accounts.find(mine))?.connection?.leverAccountId).toBe('org-a');
    expect(scene.webhooksAt('org-b')).toEqual([]);
    expect(await scene.replace(browser, { confirm: true })).toMatchObject({ status: 409, code: 'nothing_waits' });
    expect((await scene.kinds())[0]).toBe('lever_connection_refused user-1 another_lever_account');
  });

  it('waits for ten minutes', async () => {
    const { scene, browser } = await connectedAndAsked();
    scene.passTime(10 * minute);
    expect(await scene.replace(browser, { confirm: true })).toMatchObject({ status: 409, code: 'nothing_waits' });
  });

  it('is taken by one of two confirmations at once', async () => {
    const { scene, browser } = await connectedAndAsked();
    const again = () => scene.replace({ ...browser, cookies: { ...browser.cookies } }, { confirm: true });
    const statuses = (await Promise.all([again(), again()])).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 409]);
  });
});

describe('disconnecting', () => {
  it('takes the webhooks out of Lever and forgets the access; again, it does nothing more', async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    await scene.connect(browser);
    for (let times = 0; times < 2; times++) {
      expect(await scene.disconnect(browser)).toMatchObject({ status: 200, json: { webhooksRemoved: true } });
    }
    expect(scene.webhooksAt('org-a')).toEqual([]);
    const { tokens } = (await scene.credentials.load(mine)).credentials;
    const { webhooks } = await scene.webhookSecrets.load(mine);
    expect({ tokens, webhooks }).toEqual({ tokens: null, webhooks: [] });
    expect((await scene.accounts.find(mine))?.connectionState).toBe('not_connected');
    expect((await scene.kinds()).filter((kind) => kind.startsWith('lever_disconnected'))).toEqual([
      'lever_disconnected user-1',
    ]);
  });

  it('forgets not which Lever it was: another one is asked about, the same one is not', async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    await scene.connect(browser);
    await scene.disconnect(browser);
    expect(await scene.connect(browser, 'org-b')).toBe('/settings?lever=replace');
    expect(scene.webhooksAt('org-b')).toEqual([]);
    expect((await scene.accounts.find(mine))?.connectionState).toBe('not_connected');
    expect(await scene.replace(browser, { confirm: true })).toMatchObject({ json: { replaced: true } });
    await scene.disconnect(browser);
    expect(await scene.connect(browser, 'org-b')).toBe('/settings?lever=connected');
  });

  it('leaves webhooks that a Super Admin set up by hand, and those of others', async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    await scene.connect(browser);
    const recruiter = scene.lever.recruiter('org-a');
    recruiter.setWebhook({ url: `https://turn.example/lever/${mine}/webhook` });
    const { organization } = recruiter;
    const foreign = { ...organization.webhooks[0], id: 'foreign', url: `https://turn.example/lever/${mine}2/webhook` };
    organization.webhooks.push(foreign as (typeof organization.webhooks)[number]);
    await scene.disconnect(browser);
    expect(scene.webhooksAt('org-a').map(({ madeByApi, id }) => (madeByApi ? id : 'by hand'))).toEqual([
      'by hand',
      'foreign',
    ]);
  });

  it('goes through where the access has ended, and believes what Lever goes on sending for two weeks', async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    await scene.connect(browser);
    const { webhooks } = await scene.webhookSecrets.load(mine);
    scene.lever.tokens.revoke('org-a');
    const disconnectedAt = scene.now();
    for (let times = 0; times < 2; times++) {
      expect(await scene.disconnect(browser)).toMatchObject({ status: 200, json: { webhooksRemoved: false } });
    }
    const held = await scene.webhookSecrets.load(mine);
    expect((await scene.credentials.load(mine)).credentials.tokens).toBeNull();
    expect(validWebhookSecrets(held, disconnectedAt + 14 * dayMs - 1)).toEqual(webhooks.map(({ secret }) => secret));
    expect(validWebhookSecrets(held, scene.now() + 14 * dayMs)).toEqual([]);
    expect((await scene.kinds())[0]).toBe('lever_disconnected user-1 webhooks_left_in_lever');
    await scene.connect(browser);
    expect(isRegistered(await scene.webhookSecrets.load(mine))).toBe(true);
    expect(scene.webhooksAt('org-a')).toHaveLength(webhookEvents.length);
  });
});

describe('what is answered', () => {
  it('is what the API’s description says, for every answer that is described', async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser();
    const unset = await createOauthScene({ login: async () => null });
    const begun = await scene.visit(leverRoutes['POST /api/lever/authorize'], browser);
    await scene.connect(browser);
    const nothingWaits = await scene.replace(browser, { confirm: true });
    const nothingToShow = await scene.showReplacement(browser);
    const notUnderstood = await scene.replace(browser, {});
    await scene.connect(browser, 'org-b');
    const shown = await scene.showReplacement(browser);
    const replaced = await scene.replace(browser, { confirm: false });
    const answers: [keyof typeof leverOperations, Answer][] = [
      ['POST /api/lever/authorize', begun],
      ['POST /api/lever/authorize', await unset.visit(leverRoutes['POST /api/lever/authorize'], unset.openBrowser())],
      ['GET /api/lever/replace', nothingToShow],
      ['GET /api/lever/replace', shown],
      ['POST /api/lever/replace', nothingWaits],
      ['POST /api/lever/replace', notUnderstood],
      ['POST /api/lever/replace', replaced],
      ['POST /api/lever/disconnect', await scene.disconnect(browser)],
    ];
    const seen = answers.map(([route, answer]) => `${route} ${answer.status}`);
    const described = Object.entries(leverOperations).flatMap(([route, { refusals }]) =>
      [200, ...refusals].map((status) => `${route} ${status}`),
    );
    expect(seen.toSorted()).toEqual(described.toSorted());
    for (const [route, answer] of answers) {
      if ('json' in answer)
        expect(leverOperations[route].answer?.safeParse(answer.json).error?.issues ?? []).toEqual([]);
    }
  });
});
