import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Locator, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type StartedSystem, startSystem, until } from '../end-to-end/from-outside/started-system.ts';
import { openBrowser } from './open-browser.ts';

/** What `npm start` runs and a browser that looks at it; nobody may ever see an error, a breach of a policy, or a request to anybody else. */
export const visitConsole = () => {
  let browser: Browser;
  let system: StartedSystem;
  const complaints: string[] = [];
  const pages: Page[] = [];
  beforeAll(async () => {
    [browser, system] = await Promise.all([openBrowser(), startSystem({})]);
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
    expect(complaints.splice(0)).toEqual([]);
  });
  const watched = (page: Page): Page => {
    page.setDefaultTimeout(60_000);
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (/security policy/iu.test(message.text())) complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (new URL(request.url()).hostname !== '127.0.0.1') complaints.push(request.url());
    });
    return page;
  };
  return {
    get system() {
      return system;
    },
    /** A new visitor's console. */
    open: async (options: BrowserContextOptions = { viewport: { width: 1440, height: 900 } }) => {
      const page = watched(await (await browser.newContext(options)).newPage());
      pages.push(page);
      await page.goto(system.ready.console);
      await page.getByRole('heading', { name: 'Turn controls' }).waitFor();
      return page;
    },
    /** Another tab of the same visitor, empty. */
    openAnother: async (page: Page) => watched(await page.context().newPage()),
    until: (look: () => Promise<boolean>) => until('what the browser was to show', look, 150_000),
  };
};

/** What axe objects to, one line each. */
export const objections = async (page: Page): Promise<string[]> => {
  // A picture of the end, not of something on its way.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
};

/** A candidate's card on the board. */
export const card = (page: Page, name: string): Locator =>
  page.getByRole('region', { name: 'Pipeline' }).getByRole('listitem').filter({ hasText: name });

/** The page of the open candidate. */
export const panel = (page: Page, name: string): Locator => page.getByRole('region', { name: `Candidate ${name}` });
