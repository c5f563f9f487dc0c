import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import type { TimelineLine } from '#functions/settings-page/browser/candidates-contract.ts';
import type { Candidate } from '#shared/domain/candidate-state.ts';
import { connected, happenings } from './fake-api.ts';
import { pictureFile } from './open-browser.ts';
import { visitSettings } from './visit-settings.ts';

const visit = visitSettings({ reducedMotion: 'reduce' });
const { open, button, text } = visit;
const hour = 3_600_000;

const idOf = (n: number): string => `31d9716c-d4b7-48e8-9a3b-${String(n).padStart(12, '0')}`;
const candidate = (n: number, state: Candidate['state'], otherwise: Partial<Candidate> = {}): Candidate => ({
  opportunityId: idOf(n),
  state,
  turnId: null,
  packageId: null,
  isFollowed: false,
  ...otherwise,
});
const ago = (hours: number): number => Date.now() - hours * hour;
const everyState = (): Candidate[] => [
  candidate(1, { kind: 'problem', code: 'no_email', group: 'attention', since: ago(1) }),
  candidate(2, { kind: 'waiting', code: 'hourly_cap', group: 'waiting', since: ago(2) }),
  candidate(3, { kind: 'ordering', code: null, group: 'waiting', since: ago(3) }, { packageId: 'P0000000002' }),
  candidate(4, { kind: 'check', code: 'first_notice', group: 'running', since: ago(4) }, { turnId: 'C0000004711' }),
  candidate(
    5,
    { kind: 'check', code: 'clear', group: 'ended', since: ago(5) },
    { turnId: 'C0000004712', packageId: 'P0000000002', isFollowed: true },
  ),
  candidate(6, { kind: 'rerun_denied', code: null, group: 'ended', since: ago(6) }, { turnId: 'C0000004713' }),
  candidate(7, { kind: 'archived', code: null, group: 'ended', since: null }),
  candidate(8, { kind: 'no_check', code: null, group: 'ended', since: null }),
];
const nobody = { by: null, byName: null };
const timeline = (): TimelineLine[] => [
  { at: ago(1), kind: 'report_available', detail: null, ...nobody },
  { at: ago(2), kind: 'check_status', detail: 'clear', ...nobody },
  { at: ago(40), kind: 'check_started', detail: 'P0000000002 foreign_phone', ...nobody },
  { at: ago(41), kind: 'moved_in', detail: null, ...nobody },
];
const setUp = (): void => {
  visit.world.candidates = everyState();
  visit.world.timeline = timeline();
  visit.world.usage = {
    month: '2026-11',
    packages: [
      { packageId: 'P0000000002', started: 12 },
      { packageId: null, started: 3 },
    ],
  };
};
const card = () => visit.page.locator('#candidates');
const rows = () => visit.page.locator('.candidate');
const activityLines = () => visit.page.locator('.activity');
const timelineButton = (n: number) =>
  visit.page.getByRole('button', { name: `Timeline of opportunity ${idOf(n)}`, exact: true });
const count = (of: () => ReturnType<typeof rows>, expected: number) => expect.poll(() => of().count()).toBe(expected);
const newsComes = () => visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");

describe('the candidates', () => {
  it('say in words where each stands, what to do, and which check it is, with the way to Lever', async () => {
    setUp();
    await open('Candidates');
    await count(rows, 8);
    const told = await rows().allTextContents();
    const expected = [
      ['No e-mail address', 'The candidate has no valid e-mail address: add one in Lever.'],
      ['Waiting', 'Over the hourly limit of checks.'],
      ['Being ordered', 'P0000000002'],
      ['First notice', 'Turn ID C0000004711', 'Turn’s default package'],
      ['Clear', 'shares the check of another application'],
      ['Not checked again', 'Entered the stage again after a check had ended.'],
      ['Archived', 'no check is ordered'],
      ['No check', 'Left the stage before a check was ordered.'],
    ];
    for (const [n, parts] of expected.entries()) for (const part of parts) expect(told[n]).toContain(part);
    const link = rows().first().getByRole('link');
    await expect.poll(() => link.getAttribute('href')).toBe(`https://hire.lever.co/candidates/${idOf(1)}`);
  });

  it('open their timeline by keyboard, and close it again', async () => {
    setUp();
    await open('Candidates');
    await timelineButton(5).focus();
    await visit.page.keyboard.press('Enter');
    const line = visit.page.locator('.timeline li');
    await count(() => line, 4);
    await expect.poll(() => timelineButton(5).getAttribute('aria-expanded')).toBe('true');
    const told = await line.allTextContents();
    for (const [n, part] of [
      'Report available',
      'Status at Turn changed · clear',
      'Background check started',
      'Moved into a trigger stage in Lever',
    ].entries())
      expect(told[n]).toContain(part);
    await visit.page.keyboard.press('Space');
    await count(() => line, 0);
    await expect.poll(() => timelineButton(5).getAttribute('aria-expanded')).toBe('false');
  });

  it('tell in an open timeline what happens while one looks, and who it was', async () => {
    setUp();
    await open('Candidates');
    await timelineButton(5).click();
    await text('Moved into a trigger stage');
    const by = { by: 'user-grace', byName: 'Marisol Quintrell' };
    visit.world.timeline = [{ at: Date.now(), kind: 'check_status', detail: 'consider', ...by }, ...timeline()];
    await newsComes();
    await text('by Marisol Quintrell');
    await expect.poll(() => timelineButton(5).getAttribute('aria-expanded')).toBe('true');
  });

  it('are filtered, and the filter outlives a reload', async () => {
    setUp();
    await open('Candidates');
    await card().getByLabel('Needs attention').check();
    await count(rows, 1);
    await visit.page.reload();
    await count(rows, 1);
    await expect.poll(() => card().getByLabel('Needs attention').isChecked()).toBe(true);
    visit.world.candidates = [];
    await newsComes();
    await text('There are no such candidates now.');
  });

  it('are found by Turn ID; who is not found is said to be unknown, and what is no id is refused where it was typed', async () => {
    setUp();
    await open('Candidates');
    const field = visit.page.getByLabel('Find a candidate');
    await field.fill('C0000004712');
    await visit.page.keyboard.press('Enter');
    await count(rows, 1);
    await text('shares the check of another application');
    await field.fill('C9');
    await button('Find').click();
    await text('We do not know this candidate');
    await field.fill('Rosalind Pike');
    await button('Find').click();
    await text('Paste the link or id.');
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
    await button('Show all').click();
    await count(rows, 8);
    await expect.poll(() => field.inputValue()).toBe('');
  });

  it('come page by page, and keep the further pages when there is news', async () => {
    visit.world.candidates = Array.from({ length: 120 }, (_, n) =>
      candidate(n, { kind: 'problem', code: 'no_email', group: 'attention', since: ago(n) }),
    );
    await open('Candidates');
    for (const shown of [50, 100, 120]) {
      await count(rows, shown);
      if (shown < 120) await button('Show more').click();
    }
    await expect.poll(() => button('Show more').count()).toBe(0);
    visit.world.candidates = [
      candidate(119, { kind: 'check', code: 'clear', group: 'ended', since: ago(0) }),
      ...visit.world.candidates.slice(0, 119),
    ];
    await newsComes();
    await card().getByText('Clear', { exact: true }).waitFor();
    await expect.poll(() => rows().count()).toBe(120);
    await expect.poll(() => rows().first().textContent()).toContain('Clear');
  });

  it('say that they cannot be loaded, and load when it is tried again', async () => {
    setUp();
    visit.world.failing.set('GET /api/candidates', { status: 500, code: 'x', message: '' });
    await open('Candidates');
    await text('The candidates could not be loaded.');
    visit.world.failing.clear();
    await card().getByRole('button', { name: 'Try again' }).click();
    await count(rows, 8);
  });

  it('are counted: the checks started this month, by package', async () => {
    setUp();
    await open('Candidates');
    await visit.page.getByRole('heading', { name: 'Checks started in November 2026' }).waitFor();
    await expect
      .poll(() => visit.page.locator('.usage tbody tr').allTextContents())
      .toEqual(['Driver check (P0000000002)12', 'Turn’s default package3', 'Total15']);
  });

  it('and the activity are not shown to who is no Super Admin, nor asked for', async () => {
    setUp();
    visit.world.overview = { ...connected(), user: { id: 'user-sam', maySettle: false } };
    await open('Does it work?');
    await text('Only Super Admins see candidates and activity');
    await newsComes();
    for (const heading of ['Candidates', 'Activity'])
      await expect.poll(() => visit.page.getByRole('heading', { name: heading, exact: true }).count()).toBe(0);
    for (const route of ['GET /api/candidates', 'GET /api/usage', 'GET /api/activity'])
      expect(visit.asked(route)).toEqual([]);
  });
});

describe('the activity', () => {
  it('keeps its filter over a reload', async () => {
    visit.world.activities = happenings(12);
    await open();
    await visit.page.locator('#activity').getByLabel('Settings').check();
    await count(activityLines, 2);
    await visit.page.reload();
    await count(activityLines, 2);
    expect(visit.page.url()).toBe(visit.url);
  });

  it('is saved as CSV, all that the filter lets through', async () => {
    visit.world.activities = happenings(330);
    const [first] = happenings(1);
    if (first !== undefined) visit.world.activities.push({ ...first, at: 0, kind: 'problem', detail: '=1+1' });
    await open();
    await visit.page.locator('#activity').getByLabel('Problems').check();
    await count(activityLines, 50);
    const saved = visit.page.waitForEvent('download');
    await button('Download CSV').click();
    const download = await saved;
    expect(download.suggestedFilename()).toMatch(/^lever-activity-\d{4}-\d\d-\d\d\.csv$/u);
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    expect(lines).toHaveLength(57);
    expect(lines[0]).toBe('\uFEFF"Time","What","Details","By","Opportunity","Link"');
    expect(lines.at(-1)).toContain('"\'=1+1"');
  });

  it('names who did it by the name of their own token', async () => {
    visit.world.activities = happenings(12).map((line) =>
      line.by === 'user-grace' ? { ...line, byName: 'Marisol Quintrell' } : line,
    );
    await open();
    await text('by Marisol Quintrell');
    await text('by you');
  });
});

describe('every width and light', () => {
  it.each([1280, 360])('has nothing for axe to find, and no sideways scrolling, at %i pixels', async (width) => {
    setUp();
    visit.world.activities = happenings(12);
    await visit.page.setViewportSize({ width, height: 900 });
    await open('Candidates');
    await timelineButton(5).click();
    await text('Moved into a trigger stage');
    for (const colorScheme of ['light', 'dark'] as const) {
      await visit.page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page: visit.page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      await expect.poll(() => visit.page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      await card().screenshot({ path: pictureFile(`candidates-${width}-${colorScheme}`) });
    }
    await visit.page.locator('#activity').screenshot({ path: pictureFile(`activity-${width}`) });
  });
});
