import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connected, disconnected, happenings, newcomer } from './fake-api.ts';
import { openBrowser, pictureFile } from './open-browser.ts';
import { type SettingsWorld, startSettingsWorld } from './settings-world.ts';

let browser: Browser;
let settings: SettingsWorld;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [browser, settings] = await Promise.all([openBrowser(), startSettingsWorld()]);
});
afterAll(async () => {
  await browser?.close();
  await settings?.stop();
});
beforeEach(async () => {
  settings.reset();
  complaints = [];
  context = await browser.newContext({ reducedMotion: 'reduce' });
  page = await context.newPage();
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (/security policy|trusted/iu.test(message.text())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    const { origin } = new URL(request.url());
    if (origin !== new URL(settings.url).origin && origin !== settings.issuer) complaints.push(request.url());
  });
});
afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
});

const open = async (heading = 'Activity'): Promise<void> => {
  await page.goto(settings.url);
  await page.getByRole('heading', { name: heading }).waitFor();
};
const failing = (route: string, status: number, code: string, message: string): void => {
  settings.world.failing.set(route, { status, code, message });
};
const changeSomething = (): Promise<void> => page.getByLabel('Always check again').check();

/** Each state that the page can be in: how it comes about, and what then stands there. */
const states: Record<string, () => Promise<void>> = {
  async 'not connected'() {
    settings.world.overview = newcomer();
    settings.world.activities = [];
    settings.world.stages = { stages: [], readAt: null };
    await open();
    await page.getByText('Nothing has happened yet.').waitFor();
    await page.getByText('Until then type the name').waitFor();
  },
  async connected() {
    await open();
    await page.getByText('Status in Lever changed').first().waitFor();
  },
  async disconnected() {
    settings.world.overview = disconnected();
    await open();
    await page.getByText('5 until Lever is authorized again').waitFor();
  },
  async 'a member, who may only look'() {
    settings.world.overview = { ...connected(), user: { id: 'user-sam', maySettle: false } };
    await open();
    await page.getByText('Only a Super Admin of your Turn account can change it.').waitFor();
    expect(await page.getByRole('button', { name: /Save|Authorize|Disconnect|Revoke/u }).count()).toBe(0);
  },
  async 'unsaved changes'() {
    await open();
    await changeSomething();
    await page.getByText('You have unsaved changes.').waitFor();
  },
  async 'every field wrong'() {
    await open();
    await page.getByRole('button', { name: 'Remove Reference Check' }).click();
    await page.getByLabel('Default package').fill('basic');
    await page.getByLabel('Check again after').check();
    await page.getByLabel('Days', { exact: true }).fill('0');
    await page.getByLabel('Wait before starting').fill('soon');
    await page.getByLabel('Most checks an hour').fill('-1');
    await page.getByText('Words after TurnStatus:').click();
    await page.getByLabel('clear', { exact: true }).fill('a:b');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('6 fields need your attention.').waitFor();
    await page.getByLabel('Webhook Secret').fill('no token');
    await page.getByRole('button', { name: 'Save secret' }).click();
    await page.getByText('That is not a signature token of Lever').waitFor();
  },
  async 'a stage that Lever does not have'() {
    settings.world.settings = {
      ...settings.world.settings,
      triggerStages: [
        { id: null, name: 'Screening' },
        { id: '99999999-0000-4000-8000-000000000000', name: 'Old Check' },
      ],
    };
    await open();
    await page.getByText('Not in Lever yet').waitFor();
    await page.getByText('No longer in Lever').waitFor();
    await page.getByLabel('Search or type a stage').fill('Final Check');
    await page.getByRole('button', { name: 'Add “Final Check”' }).waitFor();
  },
  async 'the stages cannot be read'() {
    failing('GET /api/stages', 502, 'lever_unavailable', 'Lever does not answer.');
    await open();
    await page.getByText('Lever’s stages could not be read.').waitFor();
  },
  async 'the activity cannot be read'() {
    failing('GET /api/activity', 500, 'broken', '');
    await open();
    await page.getByText('The activity could not be loaded.').waitFor();
  },
  async 'more activity than one page'() {
    settings.world.activities = happenings(60);
    await open();
    await page.getByRole('button', { name: 'Show older' }).waitFor();
  },
  async 'asked whether to disconnect'() {
    await open();
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByRole('dialog').waitFor();
  },
  async 'asked whether to replace the Lever account'() {
    await page.goto(`${settings.url}?lever=replace`);
    await page.getByRole('dialog', { name: 'Replace the connected Lever account?' }).waitFor();
  },
  async 'somebody else has saved meanwhile'() {
    await open();
    await changeSomething();
    settings.world.version += 1;
    settings.world.settings = { ...settings.world.settings, defaultPackageId: 'P0000000009', hourlyCap: 50 };
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('dialog', { name: 'Somebody else has changed the settings' }).waitFor();
  },
  async 'just connected'() {
    await page.goto(`${settings.url}?lever=connected`);
    await page.getByText('Lever is connected.').waitFor();
    await page.getByText('Status in Lever changed').first().waitFor();
  },
  async 'Lever was not connected'() {
    settings.world.overview = newcomer();
    await page.goto(`${settings.url}?lever=denied`);
    await page.getByText('access was not granted').waitFor();
    await page.getByText('Status in Lever changed').first().waitFor();
  },
  async loading() {
    settings.world.delayMs = 60_000;
    await page.goto(settings.url);
    await page.getByText('Loading…').waitFor({ state: 'attached' });
  },
  async 'the server fails'() {
    failing('GET /api/account', 503, 'broken', '');
    await open('This page could not be loaded');
    await page.getByText('Something went wrong on our side.').waitFor();
  },
  async 'no access'() {
    failing('GET /api/account', 403, 'no_account', 'Your sign-in belongs to no account with a Lever integration.');
    await open('You have no access');
    await page.getByText('belongs to no account').waitFor();
  },
  async 'the sign-in has ended'() {
    await open();
    settings.world.failing.set('PUT /api/settings', { status: 401, code: 'x', message: '' });
    await changeSomething();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Sign in again' }).waitFor();
  },
  async 'signing in was refused'() {
    settings.provider.next.refuses = true;
    await open('Signing in did not work');
  },
  async 'signed out'() {
    await open();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  },
};

const looks = {
  light: { colorScheme: 'light', width: 1280 },
  dark: { colorScheme: 'dark', width: 1280 },
  narrow: { colorScheme: 'light', width: 360 },
} as const;

describe('the settings page', () => {
  it.each(Object.entries(states))('has nothing for axe to find, and no sideways scrolling: %s', async (name, reach) => {
    await reach();
    for (const [look, { colorScheme, width }] of Object.entries(looks)) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 800 });
      await page.screenshot({ path: pictureFile(`${name} (${look})`), fullPage: true });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [look, id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
  });
});
