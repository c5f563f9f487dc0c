import { describe, expect, it } from 'vitest';
import { attention, connected, disconnected, newcomer, waitingForFirstMove } from './fake-api.ts';
import { visitSettings } from './visit-settings.ts';

const visit = visitSettings();
const { open, asked, button } = visit;
const token = '0123456789abcdef'.repeat(3);

const card = (name: string) => visit.page.getByRole('region', { name, exact: true });
const checklist = () => card('Set up in four steps');
const health = () => card('Does it work?');
const steps = async (): Promise<(string | null)[]> => checklist().getByRole('heading', { level: 3 }).allTextContents();
const lookAgain = () => visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
const cardIds = (): Promise<string[]> =>
  visit.page.locator('.cards > .card').evaluateAll((cards) => cards.map(({ id }) => id));

describe('an account that nobody has connected', () => {
  it('is led from nothing to its first check, one step after the other', async () => {
    visit.world.overview = newcomer();
    visit.world.stages = { stages: [], readAt: null };
    visit.world.settings = { ...visit.world.settings, triggerStages: [{ id: null, name: 'Work Trial' }] };
    await open();
    await expect
      .poll(() => cardIds())
      .toEqual([
        'health',
        'first-steps',
        'connection',
        'settings',
        'packages',
        'mails',
        'try',
        'candidates',
        'activity',
      ]);
    await expect
      .poll(() => steps())
      .toEqual(['Connect Lever Next', 'Choose the stage Later', 'Choose the package Later', 'Try it Later']);
    await checklist().getByRole('link', { name: 'Connect Lever' }).click();
    expect(new URL(visit.page.url()).hash).toBe('#connection');
    await expect.poll(() => button('Authorize Lever').isVisible()).toBe(true);

    visit.world.overview = waitingForFirstMove();
    visit.world.stages = { stages: [{ id: 'stage-trial', name: 'Trial' }], readAt: Date.now() };
    await visit.page.reload();
    await checklist().getByRole('link', { name: 'Choose the stage' }).click();
    await visit.page.getByRole('button', { name: 'Remove Work Trial' }).click();
    await visit.page.locator('#settings .picker').getByRole('option', { name: 'Trial', exact: true }).click();
    await visit.page.getByRole('button', { name: 'Save', exact: true }).click();
    await checklist().getByText('Moving a candidate into “Trial” starts a check.').waitFor();
    await health().getByText('Move a candidate into “Trial”, and the first check starts.').waitFor();

    const skip = checklist().getByRole('link', { name: 'Leave it to Turn, and try it' });
    await expect.poll(() => skip.getAttribute('href')).toBe('#try');
    await visit.page.getByLabel('Default package').selectOption('P0000000002');
    await visit.page.getByRole('button', { name: 'Save', exact: true }).click();
    await checklist().getByText('get package P0000000002.').waitFor();
    await expect
      .poll(() => steps())
      .toEqual(['Connect Lever Done', 'Choose the stage Done', 'Choose the package Done', 'Try it Next']);
    await expect.poll(() => checklist().getByRole('link').count()).toBe(1);

    visit.world.overview = connected();
    await lookAgain();
    await health().getByText('Working', { exact: true }).waitFor();
    await expect.poll(() => checklist().count()).toBe(0);
  });

  it('is told of no problems but that: there is nothing to be alarmed at', async () => {
    visit.world.overview = newcomer();
    await open();
    await health().getByText('starts nothing until a Super Admin connects Lever').waitFor();
    await expect.poll(() => visit.page.locator('.problems, .stand.bad, .badge.bad, #health .facts').count()).toBe(0);
  });

  it('offers no steps to who may not take them', async () => {
    visit.world.overview = { ...newcomer(), user: { id: 'user-sam', maySettle: false } };
    await open('Does it work?');
    await health().waitFor();
    await expect.poll(() => checklist().count()).toBe(0);
  });
});

describe('the way to each card', () => {
  const contents = () => visit.page.getByRole('navigation', { name: 'On this page' });

  it.each([true, false])(
    'leads to every card that the reader sees, in their order: Super Admin %s',
    async (maySettle) => {
      visit.world.overview = { ...connected(), user: { id: 'user-ada', maySettle } };
      await open('Packages');
      const links = await contents()
        .getByRole('link')
        .evaluateAll((found) => found.map((link) => link.getAttribute('href')));
      expect(links).toEqual((await cardIds()).map((id) => `#${id}`));
    },
  );

  it('is a strip above the cards where there is no room beside them', async () => {
    await open();
    const isBeside = async (width: number): Promise<boolean> => {
      await visit.page.setViewportSize({ width, height: 800 });
      const [way, card] = [await contents().boundingBox(), await health().boundingBox()];
      await expect.poll(() => visit.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      return (way?.x ?? 0) + (way?.width ?? 0) <= (card?.x ?? 0);
    };
    expect([await isBeside(1280), await isBeside(360)]).toEqual([true, false]);
  });
});

describe('does it work?', () => {
  it('comes first, and says so in words', async () => {
    await open();
    expect((await cardIds())[0]).toBe('health');
    await health().getByText('Nothing needs your attention. Lever has been connected since').waitFor();
  });

  it('lists what is wrong with what to do, and each open candidate with a link, since when and what to do', async () => {
    visit.world.overview = attention();
    await open();
    await health().getByText('2 things need your attention').waitFor();
    const problems = health().getByRole('list', { name: 'What needs your attention' }).getByRole('listitem');
    await expect.poll(() => problems.count()).toBe(2);
    await expect
      .poll(() => problems.nth(0).textContent())
      .toMatch(/note in Lever that says what to do\.Since .*7 candidates wait$/u);
    const rows = health().getByRole('list', { name: 'Candidates that need attention' }).getByRole('listitem');
    await expect.poll(() => rows.count()).toBe(5);
    await expect
      .poll(() => rows.nth(0).textContent())
      .toMatch(/has no valid e-mail address: add one in Lever\.Since /u);
    await expect
      .poll(() => rows.nth(0).getByRole('link').getAttribute('href'))
      .toBe('https://hire.lever.co/candidates/31d9716c-d4b7-48e8-9a3b-000000000000');
    const hidden = health().getByText('waits for Turn to confirm the check');
    await expect.poll(() => hidden.isVisible()).toBe(false);
    await health().getByText('Show 2 more').click();
    await expect.poll(() => hidden.isVisible()).toBe(true);
  });
});

describe('the webhook by hand', () => {
  const url = () => visit.page.getByLabel('Lever Webhook URL');

  it.each([
    ['registered', connected(), false],
    ['not connected, for Authorize Lever registers them', newcomer(), false],
    [
      'not connected, where somebody has begun by hand',
      { ...newcomer(), webhook: { ...newcomer().webhook, lastVerifiedAt: Date.now() } },
      true,
    ],
    ['not registered', { ...connected(), webhook: { ...connected().webhook, registered: false } }, true],
    [
      'registered, while another is signed wrongly',
      {
        ...connected(),
        health: {
          ...connected().health,
          problems: [
            { code: 'webhook_secret_wrong', message: 'Refused.', todo: 'Save it.', since: null, candidates: 0 },
          ],
        },
      },
      true,
    ],
  ] as const)('is folded away only while nobody needs it: %s', async (_, overview, isOpen) => {
    visit.world.overview = { ...overview, health: { ...overview.health, problems: [...overview.health.problems] } };
    await open();
    await expect.poll(() => url().isVisible()).toBe(isOpen);
    await visit.page.getByText('Webhook by hand').click();
    await expect.poll(() => url().isVisible()).toBe(!isOpen);
    const before = asked('GET /api/account').length;
    await lookAgain();
    await expect.poll(() => asked('GET /api/account').length).toBe(before + 1);
    await expect.poll(() => url().isVisible()).toBe(!isOpen);
  });

  it('has a secret for each event, with a Save and a state of its own', async () => {
    visit.world.overview = disconnected();
    visit.world.overview = { ...disconnected(), webhook: { ...disconnected().webhook, registered: false } };
    await open();
    const form = (label: string) =>
      visit.page.locator('form.secret', { has: visit.page.getByLabel(label, { exact: true }) });
    const [main, deleted, archived] = [
      form('Webhook Secret'),
      form('Secret for “Candidate Deleted”'),
      form('Secret for “Candidate Archive Change”'),
    ];
    await main.getByText('Secret saved', { exact: true }).waitFor();
    await deleted.getByText('No secret yet').waitFor();
    for (const [row, event, name] of [
      [deleted, 'candidateDeleted', 'Save secret for “Candidate Deleted”'],
      [archived, 'candidateArchiveChange', 'Save secret for “Candidate Archive Change”'],
    ] as const) {
      await row.getByRole('textbox').fill(token);
      await row.getByRole('button', { name, exact: true }).click();
      await row.getByText('Secret saved', { exact: true }).waitFor();
      expect(asked('PUT /api/webhook-secret').at(-1)).toBe(`{"secret":"${token}","event":"${event}"}`);
    }
    await expect.poll(() => main.getByRole('textbox').inputValue()).toBe('');
  });
});
