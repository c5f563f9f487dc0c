import { describe, expect, it } from 'vitest';
import { connected, disconnected, happenings } from './fake-api.ts';
import { visitSettings } from './visit-settings.ts';

const visit = visitSettings({ locale: 'de-DE', timezoneId: 'Europe/Berlin' });
const { open, button, text } = visit;
const lines = () => visit.page.locator('.activity');

describe('signing in', () => {
  it('needs no click, leaves nothing in the address, and outlives a reload', async () => {
    await open();
    expect(visit.page.url()).toBe(visit.url);
    const before = visit.provider.signIns();
    await visit.page.reload();
    await text('Northwind Dispatchers');
    expect(visit.provider.signIns()).toBe(before);
  });

  it('that was refused is tried again by a click, not by itself', async () => {
    visit.provider.next.refuses = true;
    await open('Sign-in failed');
    visit.provider.next.refuses = false;
    await button('Try again').click();
    await text('Northwind Dispatchers');
  });

  it('is refused to an answer that this tab did not ask for', async () => {
    const sent: string[] = [];
    visit.page.on('request', (request) => sent.push(new URL(request.url()).pathname));
    await open('Sign-in failed', '?code=stolen&state=foreign');
    expect(visit.page.url()).toBe(visit.url);
    expect(sent).toContain('/settings');
    expect(sent.filter((path) => path.startsWith('/api'))).toEqual([]);
  });

  it('does not follow by itself upon signing out', async () => {
    await open();
    await button('Sign out').click();
    await text('You are signed out');
    await button('Sign in').click();
    await text('Northwind Dispatchers');
  });

  it('ends in every tab of the browser; a tab with unsaved changes keeps them for whoever made them', async () => {
    const [other, third] = [await visit.context.newPage(), await visit.context.newPage()];
    for (const page of [other, third]) {
      await page.goto(visit.url);
      await page.getByText('Northwind Dispatchers').waitFor();
    }
    await third.getByLabel('Default package').selectOption('P0000000003');
    await open();
    await button('Sign out').click();
    await text('You are signed out');
    await other.getByText('You are signed out').waitFor();
    await third.getByText('You signed out in another tab.').waitFor();
    const before = visit.world.asked.length;
    await third.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await third.getByRole('button', { name: 'Save', exact: true }).click();
    expect(visit.world.asked.length).toBe(before);
    await third.getByRole('button', { name: 'Sign in again' }).click();
    await third.getByText('You have unsaved changes.').waitFor();
    await expect.poll(() => third.getByLabel('Default package').inputValue()).toBe('P0000000003');
    await other.reload();
    await other.getByText('Northwind Dispatchers').waitFor();
  });

  it('once more in the middle of a change keeps the change', async () => {
    await open();
    await visit.page.getByLabel('Default package').selectOption('P0000000003');
    visit.world.failing.set('PUT /api/settings', { status: 401, code: 'x', message: '' });
    await button('Save').click();
    await button('Sign in again').click();
    await text('You have unsaved changes.');
    await expect.poll(() => visit.page.getByLabel('Default package').inputValue()).toBe('P0000000003');
  });
});

describe('the page', () => {
  it('writes moments as the reader’s language does', async () => {
    visit.world.overview = {
      ...connected(),
      health: { ...connected().health, lastCheckAt: Date.UTC(2026, 2, 5, 13, 4) },
    };
    await open();
    await text('05.03.2026, 14:04');
  });

  it('says that it is offline, and loads when it is tried again', async () => {
    await open();
    await visit.context.route('**/api/**', (route) => route.abort());
    await visit.page.reload();
    await text('The server could not be reached.');
    await visit.context.unroute('**/api/**');
    await button('Try again').click();
    await text('Northwind Dispatchers');
  });

  it('sees by itself, when one comes back to it, that Lever has revoked the access', async () => {
    await open();
    await text('Working');
    visit.world.overview = disconnected();
    await visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await text('We no longer have access to Lever. Nothing is lost.');
    await text('Not working');
    await text('5 candidates wait');
    await text('Webhook registered, but silent since');
    await text('at least 7');
  });

  it('says whose Lever it is as far as Lever tells, who connected it, and when', async () => {
    await open();
    const { leverAccountId, leverUserId } = connected().connection;
    await text(`Lever account id${leverAccountId}`);
    await visit.page.locator('#connection').getByText('by user user-grace').waitFor();
    await text(`as the Lever user with the id ${leverUserId}`);
    visit.world.overview = {
      ...connected(),
      connection: { ...connected().connection, authorizedBy: 'user-ada', authorizedAt: Date.UTC(2026, 2, 5, 13, 4) },
    };
    await visit.page.reload();
    await text('05.03.2026, 14:04 by you');
  });

  it('names the hourly limit that applies while the account chose none', async () => {
    const limit = () => visit.page.getByLabel('Hourly limit of checks');
    await open();
    await text('Leave this empty for no limit.');
    visit.world.overview = { ...connected(), defaultHourlyCap: 200 };
    await visit.page.reload();
    await text('Turn’s limit applies: 200 an hour.');
    expect([await limit().inputValue(), await limit().getAttribute('placeholder')]).toEqual(['', '200']);
  });

  it('lets a member look at how it fares and change nothing, and shows no candidates', async () => {
    visit.world.overview = { ...connected(), user: { id: 'user-sam', maySettle: false } };
    await open('Does it work?');
    await expect.poll(() => visit.page.getByRole('heading', { name: 'Activity' }).count()).toBe(0);
    await text('because your role is not Super Admin.');
    await text('Only a Super Admin can change these settings.');
    await expect
      .poll(() => visit.page.getByRole('button', { name: /Save|Authorize|Disconnect|Revoke|Remove/u }).count())
      .toBe(0);
    const controls = visit.page.locator('#settings :is(input, select)');
    await expect.poll(() => controls.count()).toBeGreaterThan(10);
    for (const control of await controls.all()) await expect.poll(() => control.isDisabled()).toBe(true);
  });
});

describe('the activity', () => {
  it('gets what happens while one looks, on top, and keeps the older pages', async () => {
    visit.world.activities = happenings(70);
    await open();
    await button('Show older').click();
    await expect.poll(() => lines().count()).toBe(70);
    const verified = { kind: 'webhook_verified', detail: null, by: null, byName: null, opportunityId: null } as const;
    visit.world.activities = [{ ...verified, at: Date.now() }, ...visit.world.activities];
    await visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await text('Verify Connection was pressed in Lever');
    await expect.poll(() => lines().count()).toBe(71);
    await expect.poll(() => lines().first().textContent()).toContain('Verify Connection');
  });

  it('shows fifty lines, then older ones, to the end', async () => {
    visit.world.activities = happenings(120);
    await open();
    for (const count of [50, 100, 120]) {
      await expect.poll(() => lines().count()).toBe(count);
      if (count < 120) await button('Show older').click();
    }
    await expect.poll(() => button('Show older').count()).toBe(0);
  });

  it('shows one kind of thing alone, its older pages too', async () => {
    visit.world.activities = happenings(330);
    await open();
    await visit.page.getByLabel('Problems').check();
    await expect.poll(() => lines().count()).toBe(50);
    await button('Show older').click();
    await expect.poll(() => lines().count()).toBe(55);
    expect(new Set(await lines().locator('strong').allTextContents())).toEqual(
      new Set(['No check started: a problem']),
    );
    await visit.page.getByLabel('Connection').check();
    await text('Nothing of this kind in the last year.');
  });

  it('says what it was in words, not in codes', async () => {
    const [first] = happenings(1);
    for (const [kind, detail] of [
      ['problem', 'cap_reached'],
      ['lever_connection_refused', 'another_lever_account'],
      ['lever_connected', '5f1c2d9e webhooks_left_in_old_lever'],
      ['reauthorization_due', 'days_left 7'],
    ] as const)
      if (first !== undefined) visit.world.activities.push({ ...first, kind, detail });
    await open();
    const said = [
      'Status at Turn changed · clear',
      'package P0000000002',
      'no email',
      'not a trigger stage',
      '7 days left',
    ];
    const ofLever = ['present Lever account was kept', 'Lever account id 5f1c2d9e, the webhooks in the Lever before'];
    for (const words of [...said, ...ofLever, 'hourly limit of checks reached']) await text(words);
  });

  it('leads to the opportunity in Lever', async () => {
    await open();
    const link = visit.page.getByRole('link', { name: '31d9716c-d4b7-48e8-9a3b-000000000000' });
    await link.waitFor();
    await expect
      .poll(() => link.getAttribute('href'))
      .toBe('https://hire.lever.co/candidates/31d9716c-d4b7-48e8-9a3b-000000000000');
  });

  it('names who did it: you, or somebody by id', async () => {
    visit.world.activities = happenings(12);
    await open();
    await text('by user user-grace');
    await text('by you');
    await text('Background Check Pipeline Stage: Reference Check → Offer; Wait before starting (seconds): 0 → 300');
  });
});
