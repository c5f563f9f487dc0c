import { describe, expect, it } from 'vitest';
import { pictureFile } from './open-browser.ts';
import { card, panel, visitConsole } from './visit-console.ts';
import { authorizeLever, signInTo } from './visit-settings-page.ts';

const organization = 'Larkmoor Studios';
const name = 'Leocadia Brightfern';

describe('the whole story, from npm start', () => {
  const visit = visitConsole();

  it('a Super Admin connects Lever and picks a stage, a recruiter moves a candidate, Turn checks, Lever shows it', async () => {
    const page = await visit.open();
    const settings = await visit.openAnother(page);
    await signInTo(settings, visit.system.ready.settings, 'other-admin');
    await settings.screenshot({ path: pictureFile('story-1-not-connected'), fullPage: true });
    await authorizeLever(settings, organization);

    await settings.getByRole('button', { name: 'Remove Reference Check' }).click();
    await settings.getByRole('listbox').getByRole('option', { name: 'Offer' }).click();
    await settings.getByRole('button', { name: 'Save', exact: true }).click();
    await settings.getByText('Saved.').waitFor();
    await settings.screenshot({ path: pictureFile('story-2-connected'), fullPage: true });

    await page.getByRole('combobox', { name: 'Organization' }).selectOption({ label: organization });
    await card(page, name).dragTo(page.getByRole('region', { name: 'Reference check', exact: true }));
    await page.getByText('Lever’s webhook candidateStageChange was accepted').first().waitFor();
    await visit.system.quiet();
    await expect.poll(() => card(page, name).getByText('TurnStatus:').count()).toBe(0);

    await card(page, name).dragTo(page.getByRole('region', { name: 'Offer', exact: true }));
    await card(page, name).getByText('TurnStatus:emailed').waitFor();
    await card(page, name).getByRole('button', { name, exact: true }).click();
    await panel(page, name)
      .getByText(/Turn ID: C\d+/u)
      .waitFor();
    await page.screenshot({ path: pictureFile('story-3-started') });

    for (const [state, tag] of [
      ['consent', 'TurnStatus:consent'],
      ['processing', 'TurnStatus:processing'],
      ['approved', 'TurnStatus:clear'],
    ]) {
      await page.getByRole('button', { name: `Next: ${state} for ${name}` }).click();
      await panel(page, name)
        .getByText(tag ?? '')
        .waitFor();
    }
    await panel(page, name).getByText('The Turn background check report is available').waitFor();
    await visit.system.quiet();
    await expect.poll(() => card(page, name).getByText('TurnStatus:').allTextContents()).toEqual(['TurnStatus:clear']);
    await expect
      .poll(() => panel(page, name).getByRole('list', { name: 'Notes' }).getByRole('listitem').count())
      .toBe(2);
    await page.screenshot({ path: pictureFile('story-4-clear') });

    await settings.reload();
    await settings.getByText('Working', { exact: true }).waitFor();
    await settings.screenshot({ path: pictureFile('story-5-healthy'), fullPage: true });
    const opened = settings.context().waitForEvent('page');
    await settings.locator('#activity').getByRole('link').first().click();
    await panel(await opened, name).waitFor();
  });

  it('access that Lever revokes is seen, work is held, and a new authorization catches up', async () => {
    const page = await visit.open();
    await page.getByRole('combobox', { name: 'Organization' }).selectOption({ label: organization });
    await page.getByRole('button', { name: 'Authorized Apps' }).click();
    await page.getByRole('button', { name: 'Revoke Access' }).click();
    await page.getByRole('button', { name: 'Revoke access of the app?' }).click();
    await page.getByText(`No app may act for ${organization}`).waitFor();

    await page.getByRole('button', { name: 'Pipeline', exact: true }).click();
    await page.getByRole('button', { name: 'Add a candidate to New applicant' }).click();
    const added = page.getByRole('region', { name: 'New applicant', exact: true }).getByRole('listitem').nth(0);
    await added.waitFor();
    const held = (await added.getByRole('button').first().textContent()) ?? '';
    await card(page, held).dragTo(page.getByRole('region', { name: 'Offer', exact: true }));
    await page.getByRole('button', { name: `${held} was moved to “Offer”.` }).waitFor();

    const settings = await visit.openAnother(page);
    await signInTo(settings, visit.system.ready.settings, 'other-admin');
    await visit.until(async () => {
      await settings.reload();
      await settings.getByRole('heading', { name: 'Activity' }).waitFor();
      return settings.getByText('Disconnected', { exact: true }).isVisible();
    });
    await settings.screenshot({ path: pictureFile('story-6-disconnected'), fullPage: true });
    await expect.poll(() => card(page, held).getByText('TurnStatus:').count()).toBe(0);

    await settings.getByRole('button', { name: 'Authorize Lever' }).waitFor();
    await authorizeLever(settings, organization);
    await card(page, held).getByText('TurnStatus:emailed').waitFor({ timeout: 150_000 });
  });
});
