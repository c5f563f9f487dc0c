import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import { linkPage, pageWords } from '#functions/mail-links/link-page.ts';
import { connected } from './fake-api.ts';
import { pictureFile } from './open-browser.ts';
import { visitSettings } from './visit-settings.ts';

const visit = visitSettings();
const { open, asked, button, text } = visit;
const sent = (): unknown => JSON.parse(asked('PUT /api/mail-addresses').at(-1) ?? 'null');
const card = () => visit.page.locator('#mails');
const confirmed = { id: 'address-1', masked: 'a…@northwind.example', state: 'confirmed' } as const;
const waiting = { id: 'address-2', masked: 'b…@northwind.example', state: 'waiting' } as const;

const looks = {
  light: { colorScheme: 'light', width: 1280 },
  dark: { colorScheme: 'dark', width: 1280 },
  narrow: { colorScheme: 'light', width: 360 },
  'narrow and dark': { colorScheme: 'dark', width: 360 },
} as const;

describe('e-mail notices', () => {
  it('are asked for by an address, which is confirmed by a link', async () => {
    await open();
    await text('No addresses yet.');
    await visit.page.getByLabel('Add an address').fill('carla@northwind.example');
    await visit.page.keyboard.press('Enter');
    await text('Address added. An e-mail with a link is on its way.');
    expect(sent()).toEqual({ addresses: [{ address: 'carla@northwind.example' }] });
    await card().getByText('c…@northwind.example').waitFor();
    await card().getByText('Confirmation e-mail is being sent').waitFor();
    await expect.poll(() => visit.page.getByLabel('Add an address').inputValue()).toBe('');
  });

  it('are sent again, and stopped', async () => {
    visit.world.mails = { isSetUp: true, addresses: [confirmed, waiting] };
    await open();
    await card().getByText('Waiting for confirmation').waitFor();
    await expect.poll(() => button('Send again: a…@northwind.example').count()).toBe(0);
    await button('Send again: b…@northwind.example').click();
    await text('Another e-mail with a link is on its way.');
    expect(sent()).toEqual({ addresses: [{ id: 'address-1' }, { id: 'address-2', sendAgain: true }] });
    await button('Remove: a…@northwind.example').click();
    await text('Address removed.');
    expect(sent()).toEqual({ addresses: [{ id: 'address-2' }] });
  });

  it('say what is wrong with an address beside it', async () => {
    await open();
    await card().getByRole('button', { name: 'Add', exact: true }).click();
    await card().getByText('Enter an e-mail address.').waitFor();
    visit.world.failing.set('PUT /api/mail-addresses', {
      status: 422,
      code: 'invalid',
      message: 'Some fields are not valid.',
      fields: { 'addresses.0.address': 'This is not an e-mail address.' },
    });
    await visit.page.getByLabel('Add an address').fill('nobody');
    await visit.page.keyboard.press('Enter');
    await card().getByText('This is not an e-mail address.').waitFor();
    await expect.poll(() => visit.page.getByLabel('Add an address').getAttribute('aria-invalid')).toBe('true');
  });

  it('are not offered where Turn has not set up e-mail, nor to who may not change anything', async () => {
    visit.world.mails = { isSetUp: false, addresses: [] };
    await open('E-mail notices');
    await card().getByText('Turn has not set up e-mail for this service yet.').waitFor();
    await expect.poll(() => visit.page.getByLabel('Add an address').count()).toBe(0);
    visit.world.overview = { ...connected(), user: { id: 'user-ada', maySettle: false } };
    await open('Does it work?');
    await expect.poll(() => card().count()).toBe(0);
  });

  it('have nothing for axe to find, and no sideways scrolling, in any look', async () => {
    visit.world.mails = {
      isSetUp: true,
      addresses: [
        confirmed,
        waiting,
        {
          id: 'address-3',
          masked: `c…@${'a-very-long-name-of-a-department.'.repeat(3)}northwind.example`,
          state: 'expired',
        },
        { id: 'address-4', masked: 'd…@northwind.example', state: 'not_sent' },
      ],
    };
    await open();
    await card().getByText('Waiting for confirmation').waitFor();
    for (const [name, { colorScheme, width }] of Object.entries(looks)) {
      await visit.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await visit.page.setViewportSize({ width, height: 800 });
      await card().screenshot({ path: pictureFile(`mails (${name})`) });
      const { violations } = await new AxeBuilder({ page: visit.page }).include('#mails').analyze();
      expect(violations.map(({ id }) => id)).toEqual([]);
      const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      await expect.poll(() => visit.page.evaluate(overflow)).toBe(0);
    }
  });
});

describe('the page that a link in a mail opens', () => {
  it.each(['light', 'dark'] as const)('has nothing for axe to find, in the %s', async (colorScheme) => {
    const answer = linkPage(pageWords.confirm.asks);
    if (!('bytes' in answer)) throw new Error('It is no page.');
    const { bytes, headers } = answer;
    const url = new URL('/settings/a-link', visit.url).href;
    await visit.page.route(url, (route) => route.fulfill({ body: bytes, headers: { ...headers } }));
    await visit.page.emulateMedia({ colorScheme });
    await visit.page.setViewportSize({ width: 360, height: 640 });
    await visit.page.goto(url);
    await visit.page.screenshot({ path: pictureFile(`mail link (${colorScheme})`) });
    const { violations } = await new AxeBuilder({ page: visit.page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
  });
});
