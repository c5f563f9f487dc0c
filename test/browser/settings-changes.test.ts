import { describe, expect, it } from 'vitest';
import { connected, disconnected, newcomer, otherLever } from './fake-api.ts';
import { visitSettings } from './visit-settings.ts';

const visit = visitSettings();
const { open, asked, button, text } = visit;
const token = '0123456789abcdef'.repeat(3);

const option = (name: string) => visit.page.getByRole('listbox').getByRole('option', { name, exact: true });
const label = (name: string) => visit.page.getByLabel(name, { exact: true });
const question = (name: string) => visit.page.getByRole('dialog', { name });
const sent = (): unknown => JSON.parse(asked('PUT /api/settings').at(-1) ?? 'null');
const hasFocus = (role: 'button' | 'textbox' | 'combobox' | 'radio', name: string): Promise<boolean> =>
  visit.page
    .getByRole(role, { name, exact: true })
    .evaluate((element) => element === element.ownerDocument.activeElement);

const saved = (): Promise<void> => visit.page.getByText('Saved.', { exact: true }).waitFor();

/** Presses Tab until the control has the focus. */
const tabTo = async (role: 'button' | 'textbox' | 'combobox' | 'radio', name: string): Promise<void> => {
  for (let tabs = 0; tabs < 60; tabs++) {
    if (await hasFocus(role, name)) return;
    await visit.page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${name}.`);
};

describe('settings', () => {
  it('are changed and saved by keyboard alone', async () => {
    await open();
    await text('Recruiter Screen');
    const { keyboard } = visit.page;
    await tabTo('button', 'Remove Reference Check');
    await keyboard.press('Enter');
    await tabTo('combobox', 'Search or type a stage');
    await keyboard.type('offer');
    await keyboard.press('Enter');
    await keyboard.type('Drug Test');
    await keyboard.press('Enter');
    await tabTo('combobox', 'Default package');
    await keyboard.type('Driver');
    await tabTo('radio', 'Do not check again');
    await keyboard.press('ArrowDown');
    await tabTo('textbox', 'Days');
    await keyboard.press('Control+A');
    await keyboard.type('30');
    await tabTo('textbox', 'Wait before starting');
    await keyboard.press('Control+A');
    await keyboard.type('5');
    await tabTo('button', 'Save');
    await keyboard.press('Enter');
    await saved();
    expect(sent()).toEqual({
      triggerStages: [
        { id: '00000000-0000-4000-8000-000000000006', name: 'Offer' },
        { id: null, name: 'Drug Test' },
      ],
      defaultPackageId: 'P0000000002',
      rerun: { kind: 'after_days', days: 30 },
      tagPolicy: 'latest',
      graceSeconds: 300,
      hourlyCap: null,
      secretNotes: false,
      oneCheckPerPerson: true,
      writesReportUrl: true,
      statusLabels: {},
      stageAfter: { clear: null, consider: null },
    });
    await text('Not in Lever yet');
  });

  it('take the only stage that a search has left, by Enter, and add no other', async () => {
    await open();
    await label('Search or type a stage').fill('backgr');
    await label('Search or type a stage').press('Enter');
    await visit.page.locator('.chip', { hasText: 'Background Check' }).waitFor();
    await expect
      .poll(() => visit.page.locator('.chip').allTextContents())
      .toEqual(['Reference Check×', 'Background Check×']);
  });

  it('take a stage, and let it go, by the arrow keys: the list is one stop for Tab', async () => {
    await open();
    await text('Recruiter Screen');
    const search = label('Search or type a stage');
    await search.press('ArrowDown');
    await search.press('ArrowDown');
    await expect
      .poll(() => search.getAttribute('aria-activedescendant'))
      .toBe(await option('Recruiter Screen').getAttribute('id'));
    await search.press('Enter');
    await visit.page.locator('.chip', { hasText: 'Recruiter Screen' }).waitFor();
    await search.press('Enter');
    await expect.poll(() => visit.page.locator('.chip').allTextContents()).toEqual(['Reference Check×']);
    await search.press('ArrowUp');
    await search.press('ArrowUp');
    await search.press('Tab');
    await expect.poll(() => hasFocus('combobox', 'Default package')).toBe(true);
  });

  it('take a stage, or let it go, by a click in the list that a search has shortened', async () => {
    await open();
    await label('Search or type a stage').fill('check');
    await option('Background Check').click();
    await expect.poll(() => option('Applicant').count()).toBe(0);
    await option('Reference Check').click();
    await button('Save').click();
    await saved();
    expect(sent()).toMatchObject({ triggerStages: [{ name: 'Background Check' }] });
  });

  it('are not sent while they are wrong; what is wrong stands at the field, which gets the focus', async () => {
    await open();
    await label('Default package').selectOption('Another package…');
    await label('Other package id').fill('basic');
    await button('Save').click();
    await text('One field needs your attention.');
    await expect.poll(() => label('Other package id').getAttribute('aria-invalid')).toBe('true');
    await expect
      .poll(() => label('Other package id').getAttribute('aria-describedby'))
      .toBe('otherPackageId-hint otherPackageId-fault');
    await expect.poll(() => visit.page.locator('#otherPackageId-fault').textContent()).toContain('the letter P');
    await expect.poll(() => hasFocus('textbox', 'Other package id')).toBe(true);
    await label('Other package id').fill('p0000000002');
    await expect.poll(() => visit.page.locator('#otherPackageId-fault').count()).toBe(0);
    expect(asked('PUT /api/settings')).toEqual([]);
    await button('Save').click();
    await saved();
    expect(sent()).toMatchObject({ defaultPackageId: 'P0000000002' });
    await expect.poll(() => label('Other package id').count()).toBe(0);
    await expect.poll(() => label('Default package').inputValue()).toBe('P0000000002');
  });

  it('show what the API finds wrong at the field too', async () => {
    visit.world.failing.set('PUT /api/settings', {
      status: 422,
      code: 'invalid',
      message: 'Not saved.',
      fields: { hourlyCap: 'Your plan allows 500.' },
    });
    await open();
    await label('Hourly limit of checks').fill('900');
    await button('Save').click();
    await expect.poll(() => visit.page.locator('#hourlyCap-fault').textContent()).toBe('Your plan allows 500.');
    await expect.poll(() => label('Hourly limit of checks').inputValue()).toBe('900');
  });

  it('say what is worth a second look after they were saved', async () => {
    visit.world.warnings = [{ field: 'triggerStages.0', message: 'Lever has no stage “Reference Check” yet.' }];
    await open();
    await label('Keep all as a history').check();
    await button('Save').click();
    await text('Lever has no stage “Reference Check” yet.');
    await expect.poll(() => visit.page.getByText(/^Saved/u).count()).toBe(1);
  });

  it('stay unsaved, and say so, when the server fails', async () => {
    visit.world.failing.set('PUT /api/settings', { status: 500, code: 'x', message: '' });
    await open();
    await label('Make notes secret').check();
    await button('Save').click();
    await text('Something went wrong on our side. Nothing was changed.');
    await text('You have unsaved changes.');
    await button('Discard').click();
    await text('No unsaved changes.');
    await expect.poll(() => label('Make notes secret').isChecked()).toBe(false);
  });

  it('of two who change them at once: mine on top of theirs, in the fields that I have changed', async () => {
    await open();
    await label('Make notes secret').check();
    visit.world.version += 1;
    visit.world.settings = { ...visit.world.settings, hourlyCap: 50, tagPolicy: 'history' };
    await button('Save').click();
    await question('The settings have changed').getByText('In another tab or by somebody else').waitFor();
    await question('The settings have changed').getByText('Hourly limit of checks').waitFor();
    await button('Keep my changes').click();
    await text('Your changes are now on top of the others.');
    await button('Save').click();
    await saved();
    await expect.poll(() => visit.page.getByText('on top of the others').count()).toBe(0);
    expect(sent()).toMatchObject({ secretNotes: true, hourlyCap: 50, tagPolicy: 'history' });
  });

  it('are saved without a question where only Lever’s id of a stage became known meanwhile', async () => {
    visit.world.settings = { ...visit.world.settings, triggerStages: [{ id: null, name: 'Offer' }] };
    await open();
    await label('Make notes secret').check();
    visit.world.version += 1;
    const triggerStages = [{ id: '00000000-0000-4000-8000-000000000006', name: 'Offer' }];
    visit.world.settings = { ...visit.world.settings, triggerStages };
    await button('Save').click();
    await saved();
    expect(sent()).toMatchObject({ secretNotes: true, triggerStages });
  });

  it('of two who change them at once: mine discarded', async () => {
    await open();
    await label('Make notes secret').check();
    visit.world.version += 1;
    visit.world.settings = { ...visit.world.settings, hourlyCap: 50 };
    await button('Save').click();
    await button('Discard mine').click();
    await text('No unsaved changes.');
    await expect.poll(() => label('Make notes secret').isChecked()).toBe(false);
    await expect.poll(() => label('Hourly limit of checks').inputValue()).toBe('50');
  });

  it('are not lost by leaving: the browser asks, and so does the page', async () => {
    await open();
    await label('Make notes secret').check();
    const asks = new Promise<string>((resolve) =>
      visit.page.once('dialog', (dialog) => dialog.dismiss().then(() => resolve(dialog.type()))),
    );
    await visit.page.evaluate('void setTimeout(() => location.reload())');
    expect(await asks).toBe('beforeunload');
    await button('Authorize Lever again').click();
    await question('Leave without saving?').waitFor();
    await visit.page.keyboard.press('Escape');
    await expect.poll(() => label('Make notes secret').isChecked()).toBe(true);
    await button('Authorize Lever again').click();
    await button('Leave without saving').click();
    await visit.page.waitForURL(/lever-consent/u);
  });
});

describe('Lever', () => {
  it('is authorized by one click', async () => {
    visit.world.overview = newcomer();
    await open();
    await button('Authorize Lever').click();
    await visit.page.waitForURL(/lever-consent/u);
    expect(asked('POST /api/lever/authorize')).toEqual(['']);
  });

  it.each([
    ['connected', 'Lever is connected.'],
    ['denied', 'access was not granted'],
    ['expired', 'it took too long'],
    ['taken', 'is connected to another Turn account'],
    ['other_browser', 'you started in another browser'],
    ['failed', 'Lever did not accept the request'],
  ])('comes back with the outcome %s as a sentence, once', async (outcome, sentence) => {
    await visit.comeBack(outcome);
    await text(sentence);
    expect(visit.page.url()).toBe(visit.url);
    await visit.page.reload();
    await text('Status at Turn changed');
    await expect.poll(() => visit.page.getByText(sentence).count()).toBe(0);
  });

  it('is no longer called connected once it is not, and work that waited for it is being caught up with once it is', async () => {
    await visit.comeBack('connected');
    await text('Lever is connected.');
    const lookAgain = () => visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    visit.world.overview = disconnected();
    await lookAgain();
    await text('5 until Lever is authorized again');
    await expect.poll(() => visit.page.getByText('Lever is connected.').count()).toBe(0);
    visit.world.overview = { ...connected(), health: disconnected().health };
    await lookAgain();
    await text('5 being caught up on');
    await text('2 Turn does not answer');
  });

  it('comes back with an outcome that nobody knows, and nothing is made of it', async () => {
    await visit.comeBack('%3Cb%3Econstructor');
    await text('Status at Turn changed');
    await expect.poll(() => visit.page.locator('.notice').count()).toBe(0);
  });

  it.each(['connected', 'replace'])('says nothing of the outcome %s to who has not gone to Lever', async (outcome) => {
    await open('Activity', `?lever=${outcome}`);
    await text('Status at Turn changed');
    await expect.poll(() => visit.page.locator('.notice, dialog').count()).toBe(0);
    expect(visit.page.url()).toBe(visit.url);
  });

  it.each([
    ['Replace', 'true', 'Lever is connected to the other account.'],
    ['Keep the current one', 'false', 'The current Lever account stays connected.'],
  ])('of another account is asked about first: %s', async (choice, confirm, sentence) => {
    await visit.comeBack('replace');
    expect(asked('POST /api/lever/replace')).toEqual([]);
    await button(choice).click();
    await text(sentence);
    expect(asked('POST /api/lever/replace')).toEqual([`{"confirm":${confirm}}`]);
  });

  it('of another account is named beside the present one, with when and by whom both were authorized', async () => {
    await visit.comeBack('replace');
    const dialog = question('Replace the connected Lever account?');
    await dialog.getByText(connected().connection.leverAccountId ?? '').waitFor();
    await dialog.getByText('by user user-grace').waitFor();
    await dialog.getByText(otherLever).waitFor();
    await dialog.getByText('by you').waitFor();
  });

  it.each([
    [
      'disconnected',
      disconnected(),
      'Access to the previous one has ended. To keep using that one, authorize it again.',
    ],
    ['not_connected', newcomer(), 'The other Lever account was not connected.'],
  ])(
    'of another account that is refused is not said to leave one connected that is %s',
    async (_, overview, sentence) => {
      visit.world.overview = overview;
      await visit.comeBack('replace');
      await question('Connect another Lever account?').waitFor();
      await visit.page.keyboard.press('Escape');
      await text(sentence);
      expect(asked('POST /api/lever/replace')).toEqual(['{"confirm":false}']);
      await expect.poll(() => visit.page.getByText('stays connected').count()).toBe(0);
    },
  );

  it('of another account that is no longer waiting is not asked about', async () => {
    const message = 'No connection is waiting to be confirmed. Press Authorize Lever again.';
    visit.world.failing.set('GET /api/lever/replace', { status: 409, code: 'nothing_waits', message });
    await visit.comeBack('replace');
    await text(message);
    await expect.poll(() => visit.page.getByRole('dialog').count()).toBe(0);
  });

  it('that replaces another is shown at once: its stages, since when, and in the activity', async () => {
    await visit.comeBack('replace');
    await button('Replace').click();
    await text('Lever is connected to the other account.');
    const { changedAt } = visit.world.overview.connection;
    await visit.page.locator(`#connection time[datetime="${new Date(changedAt ?? 0).toISOString()}"]`).waitFor();
    await visit.page.locator('#activity').getByText('Lever connected').waitFor();
    await option('Offer signed').waitFor();
    await expect.poll(() => visit.page.locator('.chip').textContent()).toBe('Reference Check×');
    await expect.poll(() => option('Reference Check').getAttribute('aria-selected')).toBe('true');
    await text('No unsaved changes.');
  });

  it('is disconnected only after a question', async () => {
    await open();
    await button('Disconnect').click();
    for (const words of [
      'Candidates who are still waiting for one will not get it',
      'Running checks continue',
      'until you press Revoke Access',
    ])
      await question('Disconnect Lever?').getByText(words).waitFor();
    await visit.page.keyboard.press('Escape');
    await expect.poll(() => question('Disconnect Lever?').count()).toBe(0);
    await expect.poll(() => hasFocus('button', 'Disconnect')).toBe(true);
    expect(asked('POST /api/lever/disconnect')).toEqual([]);
    await button('Disconnect').click();
    await question('Disconnect Lever?').getByRole('button', { name: 'Disconnect' }).click();
    await text('Lever is disconnected.');
    await text('Not connected');
  });
});

describe('the webhook', () => {
  const unfold = async (): Promise<void> => {
    await open();
    await visit.page.getByText('Webhook by hand').click();
  };

  it('has an address that is copied by a button', async () => {
    await visit.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await unfold();
    await button('Copy').click();
    await text('Copied');
    expect(await visit.page.evaluate('navigator.clipboard.readText()')).toBe(visit.world.overview.webhook.url);
  });

  it('has a secret that goes in and never comes out, and is refused here when it cannot be one', async () => {
    await unfold();
    await label('Webhook Secret').fill('no token');
    await button('Save secret').click();
    await text('This is not a signature token of Lever. A token has 16 to 256 characters and no spaces.');
    await expect.poll(() => hasFocus('textbox', 'Webhook Secret')).toBe(true);
    expect(asked('PUT /api/webhook-secret')).toEqual([]);
    await label('Webhook Secret').fill(` ${token}\n`);
    await button('Save secret').click();
    await text('Webhook Secret saved.');
    expect(asked('PUT /api/webhook-secret')).toEqual([`{"secret":"${token}","event":"candidateStageChange"}`]);
    await expect.poll(() => label('Webhook Secret').inputValue()).toBe('');
    expect(await visit.page.content()).not.toContain(token);
    await text('Previous webhook secrets are accepted until');
  });

  it('lets the previous secrets be revoked, after a question, without anything to unfold', async () => {
    visit.world.overview = disconnected();
    await open();
    await button('Revoke the previous ones now').click();
    await question('Revoke the previous webhook secrets?')
      .getByRole('button', { name: 'Revoke the previous ones now' })
      .click();
    await text('The previous webhook secrets are revoked.');
    await expect.poll(() => visit.page.getByText('Previous webhook secrets are accepted until').count()).toBe(0);
  });
});
