import { describe, expect, it } from 'vitest';
import { webhookEvents } from '#shared/domain/ids.ts';
import { validWebhookSecrets } from '#shared/stores/webhook-secrets.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { createOauthScene, mine, others } from './oauth-scene.ts';

type Scene = Awaited<ReturnType<typeof createOauthScene>>;

const minute = 60_000;
const connectionOf = async (scene: Scene, accountId: string) => (await scene.accounts.find(accountId))?.connectionState;
const connectedScene = async () => {
  const scene = await createOauthScene();
  await scene.connect(scene.openBrowser());
  return scene;
};
const opaque = { accessToken: 'opaque', refreshToken: 'refresh', expiresAt: Number.MAX_SAFE_INTEGER };
const loginThatTellsNothing: AppPorts['login'] = async () => ({
  authorizeUrl: async (state) => `https://lever.example/authorize?state=${state}`,
  exchange: async () => opaque,
  refresh: async () => opaque,
});

describe('a Lever account that is connected to one account', () => {
  it('is refused to another: nothing of what was granted is kept, no webhook registered, and the log says so', async () => {
    const scene = await connectedScene();
    const before = scene.everything();
    const browser = scene.openBrowser(others);
    expect(await scene.connect(browser)).toBe('/settings?lever=taken');
    expect(scene.everything()).toBe(before);
    expect(await scene.kinds(others)).toEqual(['lever_connection_refused user-1 lever_account_taken']);
    expect((await scene.credentials.load(others)).version).toBeNull();
    expect(await scene.connect(scene.openBrowser())).toBe('/settings?lever=connected');
  });

  it('goes to one of two that are connected at once', async () => {
    const scene = await createOauthScene();
    const browsers = [mine, others].map((accountId) => scene.openBrowser(accountId));
    const ends = await Promise.all(browsers.map((browser) => scene.connect(browser)));
    expect(ends.toSorted()).toEqual(['/settings?lever=connected', '/settings?lever=taken']);
    const states = await Promise.all([mine, others].map((accountId) => connectionOf(scene, accountId)));
    expect(states.toSorted()).toEqual(['connected', 'not_connected']);
    expect(scene.webhooksAt('org-a')).toHaveLength(webhookEvents.length);
  });

  it.each<[string, (scene: Scene) => Promise<unknown>]>([
    ['disconnects', (scene) => scene.disconnect(scene.openBrowser())],
    [
      'lost its access',
      (scene) => scene.accounts.update(mine, (account) => ({ ...account, connectionState: 'disconnected' })),
    ],
    [
      'changes to another Lever',
      async (scene) => {
        const browser = scene.openBrowser();
        await scene.connect(browser, 'org-b');
        return scene.replace(browser, { confirm: true });
      },
    ],
    ['is deleted', (scene) => scene.table.remove({ pk: `ACCOUNT#${mine}`, sk: 'ACCOUNT' })],
  ])('is free at once when that account %s', async (_, letGo) => {
    const scene = await connectedScene();
    await letGo(scene);
    expect(await scene.connect(scene.openBrowser(others))).toBe('/settings?lever=connected');
    expect((await scene.accounts.find(others))?.connection?.leverAccountId).toBe('org-a');
  });

  it('is not free while that account is disabled: it may be enabled again', async () => {
    const scene = await connectedScene();
    await scene.accounts.update(mine, (account) => ({ ...account, enabled: false }));
    expect(await scene.connect(scene.openBrowser(others))).toBe('/settings?lever=taken');
  });

  it('is not offered to another as a replacement', async () => {
    const scene = await connectedScene();
    const browser = scene.openBrowser(others);
    await scene.connect(browser, 'org-b');
    const before = scene.everything();
    expect(await scene.connect(browser)).toBe('/settings?lever=taken');
    expect(scene.everything()).toBe(before);
  });

  it('is refused to another that was asked before it was connected', async () => {
    const scene = await createOauthScene();
    const browser = scene.openBrowser(others);
    await scene.connect(browser, 'org-b');
    expect(await scene.connect(browser)).toBe('/settings?lever=replace');
    await scene.connect(scene.openBrowser());
    expect(await scene.replace(browser, { confirm: true })).toMatchObject({ status: 409, code: 'taken' });
    expect((await scene.accounts.find(others))?.connection?.leverAccountId).toBe('org-b');
    expect(scene.webhooksAt('org-b')).toHaveLength(webhookEvents.length);
    expect((await scene.kinds(others))[0]).toBe('lever_connection_refused user-1 lever_account_taken');
  });
});

describe('what is kept in two places', () => {
  type Store = 'credentials' | 'webhookSecrets';
  /** Of the saves of this store none is reached. */
  const cutOffAt = (scene: Scene, store: Store): (() => void) => {
    const whole = { ...scene.ports };
    const update = async (): Promise<never> => {
      throw new Error('The function dies here.');
    };
    if (store === 'credentials') scene.ports.credentials = { ...whole.credentials, update };
    else scene.ports.webhookSecrets = { ...whole.webhookSecrets, update };
    return () => Object.assign(scene.ports, { credentials: whole.credentials, webhookSecrets: whole.webhookSecrets });
  };
  const secretsOf = async (scene: Scene) => validWebhookSecrets(await scene.webhookSecrets.load(mine), scene.now());

  it('loses no secret where a new connection is cut off before the access is saved, or after', async () => {
    for (const store of ['credentials', 'webhookSecrets'] as const) {
      const scene = await createOauthScene();
      const browser = scene.openBrowser();
      await scene.connect(browser);
      const secrets = await secretsOf(scene);
      await scene.connect(browser, 'org-b');
      const mend = cutOffAt(scene, store);
      await expect(scene.replace(browser, { confirm: true })).rejects.toThrow('dies');
      expect(await secretsOf(scene)).toEqual(secrets);
      mend();
      await scene.connect(browser, 'org-b');
      expect(await scene.replace(browser, { confirm: true })).toMatchObject({ status: 200 });
      const ofTheNew = scene.webhooksAt('org-b').map(({ signatureToken }) => signatureToken);
      expect((await secretsOf(scene)).toSorted()).toEqual(ofTheNew.toSorted());
    }
  });

  it('keeps its access where a disconnection is cut off: done again, it ends right', async () => {
    for (const store of ['credentials', 'webhookSecrets'] as const) {
      const scene = await createOauthScene();
      const browser = scene.openBrowser();
      await scene.connect(browser);
      const mend = cutOffAt(scene, store);
      await expect(scene.disconnect(browser)).rejects.toThrow('dies');
      expect((await scene.credentials.load(mine)).credentials.tokens).not.toBeNull();
      mend();
      expect(await scene.disconnect(browser)).toMatchObject({ status: 200, json: { webhooksRemoved: true } });
      expect(await secretsOf(scene)).toEqual([]);
      expect((await scene.credentials.load(mine)).credentials.tokens).toBeNull();
    }
  });
});

describe('a connection that was cut off after its claim', () => {
  const cutOff = async () => {
    const scene = await createOauthScene();
    const { update } = scene.ports.credentials;
    scene.ports.credentials = {
      ...scene.ports.credentials,
      update: async () => {
        throw new Error('The function dies here.');
      },
    };
    await expect(scene.connect(scene.openBrowser())).rejects.toThrow('dies');
    scene.ports.credentials = { ...scene.ports.credentials, update };
    return scene;
  };

  it('is done again by the same account', async () => {
    const scene = await cutOff();
    expect(await scene.connect(scene.openBrowser())).toBe('/settings?lever=connected');
  });

  it('keeps others out for a minute, and no longer', async () => {
    const scene = await cutOff();
    expect(await scene.connect(scene.openBrowser(others))).toBe('/settings?lever=taken');
    scene.passTime(minute);
    expect(await scene.connect(scene.openBrowser(others))).toBe('/settings?lever=connected');
    expect(await scene.connect(scene.openBrowser())).toBe('/settings?lever=taken');
  });
});

describe('a token that does not say which Lever account it is for', () => {
  it('connects, and claims nothing', async () => {
    const scene = await createOauthScene({ login: loginThatTellsNothing });
    for (const accountId of [mine, others]) {
      const browser = scene.openBrowser(accountId);
      const { state } = await scene.begin(browser);
      expect(await scene.returnFromLever(browser, { state, code: 'any' })).toBe('/settings?lever=connected');
    }
    expect([...scene.table.items.keys()].filter((place) => place.startsWith('LEVER#'))).toEqual([]);
  });
});
