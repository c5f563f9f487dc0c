import type { Page } from '@playwright/test';

/** Opens the settings page in this tab and signs in as one of the sample users. */
export const signInTo = async (page: Page, settingsUrl: string, user: string): Promise<void> => {
  await page.goto(settingsUrl);
  await page.getByRole('button', { name: new RegExp(`^${user} `, 'u') }).click();
  await page.getByRole('heading', { name: 'Activity' }).waitFor();
};

/** One click on our page, one on Lever's; ends on the settings page, connected. */
export const authorizeLever = async (page: Page, organization: string): Promise<void> => {
  await page.getByRole('button', { name: 'Authorize Lever' }).click();
  await page.getByRole('radio', { name: organization }).check();
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByText('Connected', { exact: true }).waitFor();
};
