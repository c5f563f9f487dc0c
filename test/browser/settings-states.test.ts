import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import { attention, connected, disconnected, happenings, newcomer, waitingForFirstMove } from './fake-api.ts';
import { pictureFile } from './open-browser.ts';
import { visitSettings } from './visit-settings.ts';

const visit = visitSettings({ reducedMotion: 'reduce' });
const { open } = visit;
const failing = (route: string, status: number, code: string, message: string): void => {
  visit.world.failing.set(route, { status, code, message });
};
const changeSomething = (): Promise<void> => visit.page.getByLabel('Always check again').check();

/** Each state that the page can be in: how it comes about, and what then stands there. */
const states: Record<string, () => Promise<void>> = {
  async 'not connected'() {
    visit.world.overview = newcomer();
    visit.world.activities = [];
    visit.world.stages = { stages: [], readAt: null };
    await open();
    await visit.page.getByText('Nothing has happened yet. Connect Lever and move a candidate').waitFor();
    await visit.page.getByText('Until then, type the name').waitFor();
  },
  async connected() {
    await open();
    await visit.page.getByText('Status at Turn changed').first().waitFor();
  },
  async 'connected, and nothing has happened'() {
    visit.world.activities = [];
    await open();
    await visit.page.getByText('Nothing has happened yet. Move a candidate into the stage').waitFor();
  },
  async 'connected, and waiting for the first move'() {
    visit.world.overview = waitingForFirstMove();
    visit.world.activities = [];
    await open();
    await visit.page.getByText('Ready for the first candidate').waitFor();
  },
  async 'candidates need attention'() {
    visit.world.overview = attention();
    await open();
    await visit.page.getByText('Show 2 more').click();
  },
  async 'webhooks to be set up by hand'() {
    const { webhook } = waitingForFirstMove();
    visit.world.overview = { ...waitingForFirstMove(), webhook: { ...webhook, registered: false } };
    await open();
    await visit.page.getByLabel('Webhook Secret').waitFor();
  },
  async disconnected() {
    visit.world.overview = disconnected();
    await open();
    await visit.page.getByText('5 until Lever is authorized again').waitFor();
  },
  async 'a member, who may only look'() {
    visit.world.overview = { ...connected(), user: { id: 'user-sam', maySettle: false } };
    await open('Does it work?');
    await visit.page.getByText('ask a Super Admin of your Turn account').waitFor();
    await expect
      .poll(() => visit.page.getByRole('button', { name: /Save|Authorize|Disconnect|Revoke/u }).count())
      .toBe(0);
  },
  async 'unsaved changes'() {
    await open();
    await changeSomething();
    await visit.page.getByText('You have unsaved changes.').waitFor();
  },
  async 'every field wrong'() {
    await open();
    await visit.page.getByRole('button', { name: 'Remove Reference Check' }).click();
    await visit.page.getByLabel('Default package').selectOption('Another package…');
    await visit.page.getByLabel('Other package id').fill('basic');
    await visit.page.getByLabel('Check again after').check();
    await visit.page.getByLabel('Days', { exact: true }).fill('0');
    await visit.page.getByLabel('Wait before starting').fill('soon');
    await visit.page.getByLabel('Hourly limit of checks').fill('-1');
    await visit.page.getByText('Words after TurnStatus:').click();
    await visit.page.getByLabel('clear', { exact: true }).fill('a:b');
    await visit.page.getByRole('button', { name: 'Save', exact: true }).click();
    await visit.page.getByText('6 fields need your attention.').waitFor();
    await visit.page.getByText('Webhook by hand').click();
    await visit.page.getByLabel('Webhook Secret').fill('no token');
    await visit.page.getByRole('button', { name: 'Save secret', exact: true }).click();
    await visit.page.getByText('This is not a signature token of Lever').waitFor();
  },
  async 'a stage that Lever does not have'() {
    visit.world.settings = {
      ...visit.world.settings,
      triggerStages: [
        { id: null, name: 'Work Trial' },
        { id: '99999999-0000-4000-8000-000000000000', name: 'Old Check' },
      ],
    };
    await open();
    await visit.page.getByText('Not in Lever yet').waitFor();
    await visit.page.getByText('No longer in Lever').waitFor();
    await visit.page.getByLabel('Search or type a stage').fill('Final Check');
    await visit.page.getByRole('button', { name: 'Add “Final Check”' }).waitFor();
  },
  async 'the stages cannot be read'() {
    failing('GET /api/stages', 502, 'lever_unavailable', 'Lever does not answer.');
    await open();
    await visit.page.getByText('Lever’s stages could not be read.').waitFor();
  },
  async 'the activity cannot be read'() {
    failing('GET /api/activity', 500, 'broken', '');
    await open();
    await visit.page.getByText('The activity could not be loaded.').waitFor();
  },
  async 'more activity than one page'() {
    visit.world.activities = happenings(60);
    await open();
    await visit.page.getByRole('button', { name: 'Show older' }).waitFor();
  },
  async 'asked whether to disconnect'() {
    await open();
    await visit.page.getByRole('button', { name: 'Disconnect' }).click();
    await visit.page.getByRole('dialog').waitFor();
  },
  async 'asked whether to replace the Lever account'() {
    await visit.comeBack('replace');
    await visit.page.getByRole('dialog', { name: 'Replace the connected Lever account?' }).waitFor();
  },
  async 'somebody else has saved meanwhile'() {
    await open();
    await changeSomething();
    visit.world.version += 1;
    visit.world.settings = { ...visit.world.settings, defaultPackageId: 'P0000000009', hourlyCap: 50 };
    await visit.page.getByRole('button', { name: 'Save', exact: true }).click();
    await visit.page.getByRole('dialog', { name: 'The settings have changed' }).waitFor();
  },
  async 'just connected'() {
    await visit.comeBack('connected');
    await visit.page.getByText('Lever is connected.').waitFor();
    await visit.page.getByText('Status at Turn changed').first().waitFor();
  },
  async 'Lever was not connected'() {
    visit.world.overview = newcomer();
    await visit.comeBack('denied');
    await visit.page.getByText('access was not granted').waitFor();
    await visit.page.getByText('Status at Turn changed').first().waitFor();
  },
  async loading() {
    visit.world.delayMs = 60_000;
    await visit.page.goto(visit.url);
    await visit.page.getByText('Loading…').waitFor({ state: 'attached' });
  },
  async 'the server fails'() {
    failing('GET /api/account', 503, 'broken', '');
    await open('This page could not be loaded');
    await visit.page.getByText('Something went wrong on our side.').waitFor();
  },
  async 'no access'() {
    failing('GET /api/account', 403, 'no_account', 'Your sign-in belongs to no account with a Lever integration.');
    await open('You have no access');
    await visit.page.getByText('belongs to no account').waitFor();
  },
  async 'the sign-in has ended'() {
    await open();
    visit.world.failing.set('PUT /api/settings', { status: 401, code: 'x', message: '' });
    await changeSomething();
    await visit.page.getByRole('button', { name: 'Save', exact: true }).click();
    await visit.page.getByRole('button', { name: 'Sign in again' }).waitFor();
  },
  async 'signing in was refused'() {
    visit.provider.next.refuses = true;
    await open('Sign-in failed');
  },
  async 'signed out'() {
    await open();
    await visit.page.getByRole('button', { name: 'Sign out' }).click();
    await visit.page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  },
};

const looks = {
  light: { colorScheme: 'light', width: 1280 },
  dark: { colorScheme: 'dark', width: 1280 },
  narrow: { colorScheme: 'light', width: 360 },
} as const;

describe('the settings page', () => {
  it('has no sideways scrolling with text of twice the size', async () => {
    await states['candidates need attention']?.();
    await visit.page.setViewportSize({ width: 360, height: 800 });
    await visit.page.evaluate("document.documentElement.style.fontSize = '32px'");
    await visit.page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true");
    await expect.poll(() => visit.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });

  it.each(Object.entries(states))('has nothing for axe to find, and no sideways scrolling: %s', async (name, reach) => {
    await reach();
    for (const [look, { colorScheme, width }] of Object.entries(looks)) {
      await visit.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await visit.page.setViewportSize({ width, height: 800 });
      await visit.page.screenshot({ path: pictureFile(`${name} (${look})`), fullPage: true });
      const { violations } = await new AxeBuilder({ page: visit.page }).analyze();
      expect(violations.map(({ id, nodes }) => [look, id, nodes.map(({ html }) => html)])).toEqual([]);
      await expect.poll(() => visit.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
  });
});
