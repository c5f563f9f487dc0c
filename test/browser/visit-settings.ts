import type { Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { openBrowser } from './open-browser.ts';
import { type SettingsWorld, startSettingsWorld } from './settings-world.ts';

/** For each test of the file a new visitor of the settings page; none may ever see an error, a breach of the policy, or a request to anybody else. */
export const visitSettings = (options: BrowserContextOptions = {}) => {
  let browser: Browser;
  let settings: SettingsWorld;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    [browser, settings] = await Promise.all([openBrowser(), startSettingsWorld()]);
  });
  afterAll(async () => {
    await browser?.close();
    await settings?.stop();
  });
  beforeEach(async () => {
    settings.reset();
    complaints = [];
    context = await browser.newContext(options);
    page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (/security policy|trusted/iu.test(message.text())) complaints.push(message.text());
    });
    page.on('request', (request) => {
      const { origin } = new URL(request.url());
      if (origin !== new URL(settings.url).origin && origin !== settings.issuer) complaints.push(request.url());
    });
  });
  afterEach(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  return {
    get page() {
      return page;
    },
    get context() {
      return context;
    },
    get url() {
      return settings.url;
    },
    get world() {
      return settings.world;
    },
    get provider() {
      return settings.provider;
    },
    button: (name: string) => page.getByRole('button', { name, exact: true }),
    text: (words: string) => page.getByText(words).first().waitFor(),
    /** What was sent to a route of the API, or to all that begin so: the rest of the route, and the bodies. */
    asked: (route: string): string[] =>
      settings.world.asked.filter((each) => each.startsWith(route)).map((each) => each.slice(route.length)),
    /** Comes back from Lever with an outcome, in a tab that had gone there. */
    comeBack: async (outcome: string): Promise<void> => {
      await context.addInitScript("sessionStorage.setItem('went-to-lever', 'yes')");
      await page.goto(`${settings.url}?lever=${outcome}`);
    },
    /** Opens the page and waits for a heading. */
    open: async (heading = 'Activity', query = ''): Promise<void> => {
      await page.goto(`${settings.url}${query}`);
      await page.getByRole('heading', { name: heading }).waitFor();
    },
  };
};
