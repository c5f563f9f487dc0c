import { describe, expect, it } from 'vitest';
import { samplePeople } from '#infra/local/sandbox/sample-people.ts';
import { pictureFile } from './open-browser.ts';
import { card, objections, panel, visitConsole } from './visit-console.ts';

const { tagged, withoutEmail, untagged } = samplePeople;

describe('the console', () => {
  const visit = visitConsole();

  it('shows a newcomer the whole story: a move, the tag, the notes, the check, the report', async () => {
    const page = await visit.open();
    await card(page, tagged.name).dragTo(page.getByRole('region', { name: 'Reference check', exact: true }));
    await card(page, tagged.name).getByText('TurnStatus:emailed').waitFor();
    await card(page, tagged.name).getByRole('button', { name: tagged.name, exact: true }).click();
    const candidate = panel(page, tagged.name);
    await candidate.getByText(/Turn ID: C\d+/u).waitFor();

    for (const state of ['consent', 'processing', 'approved'])
      await page.getByRole('button', { name: `Next: ${state} for ${tagged.name}` }).click();
    await candidate.getByText('TurnStatus:clear').waitFor();
    const report = candidate.getByRole('link', { name: /^https:\/\/partners\.turn\.ai\/workers\// });
    await expect.poll(() => report.getAttribute('href')).toMatch(/^https:\/\/partners\.turn\.ai\/workers\/[\w-]+$/);
    await expect
      .poll(() => card(page, tagged.name).getByText('TurnStatus:').allTextContents())
      .toEqual(['TurnStatus:clear']);

    const told = page.getByRole('region', { name: 'What happened' });
    for (const words of [
      `${tagged.name} was moved to “Reference check”.`,
      'Lever’s webhook candidateStageChange was accepted',
      'Turn took the order',
      `Tag TurnStatus:clear was put on ${tagged.name}.`,
    ])
      await told.getByText(words).first().waitFor();
    await page.screenshot({ path: pictureFile('console-story') });
  });

  it('is worked by keyboard alone, and a stage is left only when Move is pressed', async () => {
    const page = await visit.open();
    const stage = card(page, withoutEmail.name).getByRole('combobox');
    await stage.focus();
    await stage.selectOption('Reference check');
    await expect
      .poll(() => page.getByRole('region', { name: 'On-site interview' }).getByText(withoutEmail.name).count())
      .toBe(1);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await card(page, withoutEmail.name).getByText('TurnStatus:error').waitFor();

    await card(page, withoutEmail.name).getByRole('button', { name: withoutEmail.name, exact: true }).press('Enter');
    const candidate = panel(page, withoutEmail.name);
    await candidate.getByText('the candidate has no valid e-mail address').waitFor();
    await candidate.getByRole('textbox', { name: 'E-mail' }).fill('ottoline@sample-people.example');
    await page.keyboard.press('Enter');
    await card(page, withoutEmail.name).getByText('ottoline@sample-people.example').waitFor();
    await page.keyboard.press('Escape');
    await candidate.waitFor({ state: 'detached' });
  });

  it('shows every ready-made scenario whole, without scrolling sideways', async () => {
    const page = await visit.open({ viewport: { width: 1280, height: 800 } });
    const scenarios = page.getByRole('region', { name: 'Ready-made scenarios' });
    const boxes = await Promise.all(
      (await scenarios.getByRole('button').all()).map((scenario) => scenario.boundingBox()),
    );
    expect(boxes).toHaveLength(12);
    for (const box of boxes) expect((box?.x ?? 0) + (box?.width ?? Number.NaN)).toBeLessThanOrEqual(1280);
    await expect.poll(() => scenarios.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    await page.screenshot({ path: pictureFile('console-1280'), fullPage: true });
  });

  it('edits the phone, adds an opportunity of the same person, and archives and unarchives, by keyboard', async () => {
    const page = await visit.open();
    await card(page, untagged.name).getByRole('button', { name: untagged.name, exact: true }).press('Enter');
    const candidate = panel(page, untagged.name);
    await candidate.getByRole('textbox', { name: 'Phone' }).fill('+1 312 555 0123');
    await page.keyboard.press('Enter');
    await candidate.getByRole('button', { name: 'Save Phone' }).and(page.locator(':disabled')).waitFor();
    await candidate.getByRole('button', { name: 'Add an opportunity of this person' }).press('Enter');
    await candidate.getByRole('button', { name: /^Also in / }).waitFor();
    await expect.poll(() => card(page, untagged.name).getByText('same person as in').count()).toBe(2);
    expect(await objections(page)).toEqual([]);
    await candidate.getByRole('button', { name: 'Archive', exact: true }).press('Enter');
    await candidate.getByRole('button', { name: 'Unarchive' }).press('Enter');
    await candidate.getByRole('button', { name: 'Archive', exact: true }).waitFor();
    await candidate.getByRole('button', { name: /^Also in / }).press('Enter');
    await candidate.getByRole('button', { name: 'Delete' }).press('Enter');
    await candidate.getByRole('button', { name: 'Delete for good?' }).press('Enter');
    await candidate.waitFor({ state: 'detached' });
  });

  it('plays a ready-made scenario and opens its candidate', async () => {
    const page = await visit.open();
    await page.getByRole('button', { name: /Misspelt tag/u }).click();
    await page
      .getByText(/is not a valid TurnPackage tag/u)
      .first()
      .waitFor();
    await page
      .getByRole('region', { name: /^Candidate / })
      .getByText('TurnStatus:emailed')
      .waitFor();
  });

  it('tells every ready-made scenario to its end', async () => {
    const page = await visit.open();
    const scenarios = page.getByRole('region', { name: 'Ready-made scenarios' }).getByRole('button');
    const titles = (await scenarios.locator('strong').allTextContents()).map((title) => title.replace('▸ ', ''));
    expect(titles).toHaveLength(12);
    for (const title of titles) {
      await scenarios.filter({ hasText: title }).click();
      await page
        .getByRole('button', { name: new RegExp(`^The scenario “${title}” (has ended|did not)`) })
        .waitFor({ timeout: 600_000 });
      await expect.poll(() => page.getByText(`The scenario “${title}” did not come to its end.`).count()).toBe(0);
    }
  }, 1_800_000);

  it('is read by everybody: no objection of axe on any page of it, light and dark, down to 360 pixels', async () => {
    const page = await visit.open();
    await card(page, untagged.name).getByRole('button', { name: untagged.name, exact: true }).click();
    for (const name of ['Stages', 'Webhooks', 'Authorized Apps', 'Pipeline']) {
      await page.getByRole('button', { name, exact: true }).click();
      expect(await objections(page)).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await objections(page)).toEqual([]);
    await page.screenshot({ path: pictureFile('console-dark') });
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await objections(page)).toEqual([]);
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.screenshot({ path: pictureFile('console-360'), fullPage: true });
  });
});
