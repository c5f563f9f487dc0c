import { describe, expect, it } from 'vitest';
import { pictureFile } from './open-browser.ts';
import { card, visitConsole } from './visit-console.ts';
import { authorizeLever, signInTo } from './visit-settings-page.ts';

const organization = 'Larkmoor Studios';
const name = 'Leocadia Brightfern';

describe('the webhook set up by hand, as the help article tells it', () => {
  const visit = visitConsole();

  it('Verify Connection works before the secret is saved; then the token is pasted, saved, and a move starts a check', async () => {
    const page = await visit.open();
    const settings = await visit.openAnother(page);
    await signInTo(settings, visit.system.ready.settings, 'other-admin');
    await settings.getByText('Webhook by hand').click();
    const url = await settings.getByLabel('Lever Webhook URL').inputValue();

    await page.getByRole('combobox', { name: 'Organization' }).selectOption({ label: organization });
    await page.getByRole('button', { name: 'Webhooks', exact: true }).click();
    await page.getByLabel('Webhook URL').fill(url);
    await page.getByRole('button', { name: 'Add webhook' }).click();
    const byHand = page.getByRole('listitem').filter({ hasText: 'set up by hand' });
    await byHand.getByRole('button', { name: /^Verify connection/u }).click();
    const delivery = page.getByRole('row').filter({ hasText: 'Verify connection' });
    await delivery.getByText('accepted (200)').waitFor();

    const token = (await byHand.locator('code').textContent()) ?? '';
    expect(token).toMatch(/^[0-9a-f]{48}$/);
    await settings.getByLabel('Webhook Secret').fill(token);
    await settings.getByRole('button', { name: 'Save secret', exact: true }).click();
    await settings.getByText('Webhook Secret saved.').waitFor();
    await settings.screenshot({ path: pictureFile('manual-1-saved'), fullPage: true });

    await authorizeLever(settings, organization);
    // What the authorization set up by itself is taken away: only the webhook made by hand remains.
    const byApp = page.getByRole('listitem').filter({ hasText: 'made by the app' });
    await byApp.first().waitFor();
    for (let left = await byApp.count(); left > 0; left -= 1) {
      await byApp.first().getByRole('button', { name: 'Remove' }).click();
      await byApp.first().getByRole('button', { name: 'Remove?' }).click();
      await visit.until(async () => (await byApp.count()) < left);
    }
    await page.getByRole('button', { name: 'Pipeline', exact: true }).click();
    await card(page, name).dragTo(page.getByRole('region', { name: 'Reference check', exact: true }));
    await card(page, name).getByText('TurnStatus:emailed').waitFor();
    await page.screenshot({ path: pictureFile('manual-2-works') });
  });
});
