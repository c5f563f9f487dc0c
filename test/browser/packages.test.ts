import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import { pictureFile } from './open-browser.ts';
import { visitSettings } from './visit-settings.ts';

const visit = visitSettings({ reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'] });
const { open, asked, button } = visit;

const card = () => visit.page.locator('#packages');
const row = (id: string) => card().locator('.package', { hasText: id });
const field = (label: string) => card().getByLabel(label, { exact: true });
const sent = (): unknown => JSON.parse(asked('PUT /api/packages').at(-1) ?? 'null');
const openPackages = async (heading = 'Packages'): Promise<void> => {
  await open(heading);
  await row('P0000000002').waitFor();
};
const focused = (): Promise<string> =>
  visit.page.evaluate<string>('document.activeElement.id || document.activeElement.getAttribute("aria-label")');

const looks = {
  'light 1280': { colorScheme: 'light', width: 1280 },
  'dark 1280': { colorScheme: 'dark', width: 1280 },
  'light 360': { colorScheme: 'light', width: 360 },
  'dark 360': { colorScheme: 'dark', width: 360 },
} as const;

describe('the packages', () => {
  it('are listed by name with their ready-made tags, which can be copied', async () => {
    visit.world.settings = { ...visit.world.settings, defaultPackageId: 'P0000000001' };
    await openPackages();
    await expect
      .poll(() => card().locator('code').allTextContents())
      .toEqual([
        'TurnPackage:P0000000002:Driver check',
        'TurnPackage:P0000000003:Night shift',
        'TurnPackage:P0000000001:Standard',
        'TurnPackage:P0000000009',
      ]);
    await expect.poll(() => row('P0000000001').textContent()).toContain('Default');
    await button('Copy tag of Driver check').click();
    await row('P0000000002').getByRole('status').getByText('Copied').waitFor();
    expect(await visit.page.evaluate('navigator.clipboard.readText()')).toBe('TurnPackage:P0000000002:Driver check');
  });

  it('are added, renamed and removed by keyboard alone', async () => {
    await openPackages();
    const { keyboard } = visit.page;
    await field('Package id').focus();
    await keyboard.type('p0000000005');
    await keyboard.press('Tab');
    await keyboard.type('Executive');
    await keyboard.press('Enter');
    await card().getByText('Executive was saved.').waitFor();
    expect(sent()).toEqual({ packages: [{ id: 'P0000000005', name: 'Executive' }] });
    await expect.poll(() => focused()).toBe('new-package-id');
    await button('Rename Executive').focus();
    await keyboard.press('Enter');
    await field('Name of P0000000005').waitFor();
    await expect.poll(() => focused()).toBe('name-of-P0000000005');
    await keyboard.type('Board');
    await keyboard.press('Enter');
    await button('Rename Board').waitFor();
    expect(sent()).toEqual({ packages: [{ id: 'P0000000005', name: 'Board' }] });
    await expect.poll(() => focused()).toBe('Rename Board');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await button('Rename Board').waitFor({ state: 'detached' });
    expect(sent()).toEqual({ packages: [] });
    await expect.poll(() => focused()).toBe('new-package-id');
  });

  it('that a vendor tells of are renamed here, and Escape renames nothing', async () => {
    await openPackages();
    await button('Rename P0000000009').click();
    await field('Name of P0000000009').fill('County');
    await field('Name of P0000000009').press('Escape');
    expect(asked('PUT /api/packages')).toEqual([]);
    await expect.poll(() => focused()).toBe('Rename P0000000009');
    await button('Rename P0000000009').click();
    await field('Name of P0000000009').fill('County');
    await row('P0000000009').getByRole('button', { name: 'Save' }).click();
    await row('P0000000009').getByText('Entered here').waitFor();
    expect(sent()).toEqual({ packages: [{ id: 'P0000000009', name: 'County' }] });
  });

  it('are not sent while they are wrong: that stands at the field, which gets the focus', async () => {
    await openPackages();
    await button('Add package').click();
    await card().getByText('the letter P').waitFor();
    await expect.poll(() => focused()).toBe('new-package-id');
    await field('Package id').fill('P0000000002');
    await field('Name').fill('Driver');
    await button('Add package').click();
    await card().getByText('already in the list').waitFor();
    expect(asked('PUT /api/packages')).toEqual([]);
  });

  it('that somebody else has changed meanwhile keep those changes too', async () => {
    await openPackages();
    const theirs = { id: 'P0000000006', name: 'Of somebody else', from: 'entered' } as const;
    visit.world.packages = { ...visit.world.packages, packages: [theirs, ...visit.world.packages.packages] };
    visit.world.packagesVersion += 1;
    await field('Package id').fill('P0000000005');
    await field('Name').fill('Executive');
    await button('Add package').click();
    await row('P0000000005').waitFor();
    expect(sent()).toEqual({
      packages: [
        { id: 'P0000000006', name: 'Of somebody else' },
        { id: 'P0000000005', name: 'Executive' },
      ],
    });
  });

  it('are only looked at by a member', async () => {
    visit.world.overview = { ...visit.world.overview, user: { id: 'user-sam', maySettle: false } };
    await openPackages();
    expect(
      await card()
        .getByRole('button', { name: /Rename|Remove|Add/u })
        .count(),
    ).toBe(0);
    await expect.poll(() => button('Copy tag of Standard').count()).toBe(1);
  });

  it('say what went wrong where it went wrong, and can be read again', async () => {
    const failure = { status: 500, code: 'broken', message: '' };
    visit.world.failing.set('GET /api/packages', failure);
    await open();
    await card().getByText('The packages could not be read.').waitFor();
    visit.world.failing.delete('GET /api/packages');
    await card().getByRole('button', { name: 'Try again' }).click();
    await row('P0000000002').waitFor();
    visit.world.failing.set('PUT /api/packages', failure);
    await field('Package id').fill('P0000000005');
    await field('Name').fill('Executive');
    await button('Add package').click();
    await card().getByRole('alert').getByText('Something went wrong on our side').waitFor();
    await expect.poll(() => field('Name').inputValue()).toBe('Executive');
  });
});

describe('the default package', () => {
  it('is chosen by name, and may be left to Turn', async () => {
    visit.world.settings = { ...visit.world.settings, defaultPackageId: 'P0000000002' };
    await openPackages();
    const choice = visit.page.getByLabel('Default package');
    expect(
      await choice.evaluate(
        (select) => (select as { selectedOptions?: { text: string }[] }).selectedOptions?.[0]?.text,
      ),
    ).toBe('Driver check (P0000000002)');
    await choice.selectOption({ label: 'Let Turn choose: your Turn account’s own default' });
    await button('Save').click();
    await visit.page.getByText('Saved.', { exact: true }).waitFor();
    expect(JSON.parse(asked('PUT /api/settings').at(-1) ?? 'null')).toMatchObject({ defaultPackageId: null });
  });

  it('that is in no list stands there by its id', async () => {
    visit.world.settings = { ...visit.world.settings, defaultPackageId: 'P0000000077' };
    await openPackages();
    await expect.poll(() => visit.page.getByLabel('Other package id').inputValue()).toBe('P0000000077');
    await expect.poll(() => button('Save').getAttribute('aria-disabled')).toBe('true');
  });
});

describe('the packages are readable by everybody', () => {
  const states: Record<string, () => Promise<void>> = {
    async listed() {
      visit.world.settings = { ...visit.world.settings, defaultPackageId: 'P0000000077' };
      const name = 'A package whose name is long enough to need a second line on a narrow screen, and then some';
      const long = { id: `P${'7'.repeat(20)}`, name, from: 'entered' } as const;
      visit.world.packages = {
        packages: [long, ...visit.world.packages.packages],
        turnAnswers: false,
        leverTags: 'forbidden',
      };
      await openPackages();
      await button('Rename Standard').click();
      await button('Add package').click();
      await card().getByText('the letter P').waitFor();
    },
    async none() {
      visit.world.packages = { packages: [], turnAnswers: false, leverTags: 'unread' };
      await open();
      await card().getByText('No packages are known yet.').waitFor();
    },
  };

  it.each(Object.entries(states))('%s', async (name, reach) => {
    await reach();
    for (const [look, { colorScheme, width }] of Object.entries(looks)) {
      await visit.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await visit.page.setViewportSize({ width, height: 800 });
      await card().screenshot({ path: pictureFile(`packages ${name} (${look})`) });
      await visit.page
        .locator('.default-package')
        .screenshot({ path: pictureFile(`default package ${name} (${look})`) });
      const { violations } = await new AxeBuilder({ page: visit.page }).include('main').analyze();
      expect(violations.map(({ id, nodes }) => [look, id, nodes.map(({ html }) => html)])).toEqual([]);
      await expect.poll(() => visit.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
    await visit.page.setViewportSize({ width: 720, height: 800 });
    await visit.page.evaluate("document.documentElement.style.fontSize = '200%'");
    await expect.poll(() => visit.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(720);
  });
});
