import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import type { InStage, Preview } from '#functions/settings-page/browser/try-contract.ts';
import { connected, disconnected } from './fake-api.ts';
import { visitSettings } from './visit-settings.ts';

const visit = visitSettings();
const { open, asked, button, text } = visit;
const idOf = (n: number): string => `31d9716c-d4b7-48e8-9a3b-${String(n).padStart(12, '0')}`;
const enteredAt = Date.parse('2026-03-02T09:00:00Z');

type Candidate = InStage['candidates'][number];
const leftOut = (n: number, otherwise: Partial<Candidate> = {}): Candidate => ({
  opportunityId: idOf(n),
  enteredAt: enteredAt + n,
  standing: 'left_out',
  would: 'start',
  packageId: null,
  ...otherwise,
});
/** Twelve who are left out, of two packages and with one problem, and one who has a check. */
const twelve: InStage = {
  candidates: [
    ...Array.from({ length: 12 }, (_, n) =>
      leftOut(n, n < 4 ? { packageId: 'P0000000002' } : n === 11 ? { would: 'no_email' } : {}),
    ),
    leftOut(12, { standing: 'has_check', would: null }),
  ],
  isComplete: true,
};

const preview: Preview = {
  opportunityId: idOf(1),
  outcome: 'start',
  why: null,
  stage: 'Reference Check',
  startsInSeconds: 300,
  package: { from: 'tag', packageId: 'P0000000002', malformedTags: ['TurnPackge:P1'] },
  sent: { name: { firstName: 'Ottilie', lastName: 'Wren' }, maskedEmail: 'o…@mail.example', phone: 'foreign' },
  lever: {
    tag: 'TurnStatus:initiated',
    notes: ['A Turn background check was started for this candidate.\nTurn ID: C…\nPackage: P0000000002'],
  },
};

const withLeftOut = (count: number): void => {
  visit.world.overview = { ...connected(), alreadyInStage: { count, isComplete: true } };
  visit.world.inStage = twelve;
};
const axe = async (): Promise<void> => {
  const { violations } = await new AxeBuilder({ page: visit.page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
};
const hasFocus = (name: string): Promise<boolean> =>
  button(name).evaluate((element) => element === element.ownerDocument.activeElement);
const tabTo = async (name: string): Promise<void> => {
  for (let tabs = 0; tabs < 80; tabs++) {
    if (await hasFocus(name)) return;
    await visit.page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${name}.`);
};

describe('those who were in the stage already', () => {
  it('are checked after a question that says how many, which packages and how fast, by keyboard alone', async () => {
    withLeftOut(12);
    visit.world.settings = { ...visit.world.settings, hourlyCap: 5 };
    visit.world.requested = { requested: 12, leftOut: 0, failed: 0 };
    await open();
    await text('12 candidates were already in Reference Check and will not be checked.');
    await tabTo('Check them…');
    await visit.page.keyboard.press('Enter');
    const dialog = visit.page.getByRole('dialog', { name: 'Check 12 candidates?' });
    await dialog.waitFor();
    const said = await dialog.textContent();
    for (const words of [
      'A check costs money',
      '4 × P0000000002',
      '7 × your Turn account’s default',
      '1 cannot be checked yet: the candidate has no valid e-mail address',
      'Your hourly limit is 5, so it takes about 3 hours.',
    ])
      expect(said).toContain(words);
    expect(asked('POST /api/backfill')).toEqual([]);
    await axe();
    visit.world.overview = { ...connected(), alreadyInStage: { count: 0, isComplete: true } };
    await tabTo('Check 12 candidates');
    await visit.page.keyboard.press('Enter');
    await text('12 checks are requested and will start within minutes.');
    const candidates = twelve.candidates
      .filter(({ standing }) => standing === 'left_out')
      .map(({ opportunityId, enteredAt: at }) => ({ opportunityId, enteredAt: at }));
    expect(asked('POST /api/backfill').map((body) => JSON.parse(body))).toEqual([{ candidates }]);
    await axe();
  });

  it('are not checked by Cancel; what failed can be asked for again', async () => {
    withLeftOut(12);
    await open();
    await button('Check them…').click();
    await button('Cancel').click();
    expect(asked('POST /api/backfill')).toEqual([]);
    visit.world.requested = { requested: 9, leftOut: 0, failed: 3 };
    await button('Check them…').click();
    await button('Check 12 candidates').click();
    await text('Checks are requested for 9 candidates; for 3 it failed.');
    await button('Check them…').waitFor();
  });

  it('are nobody’s notice where there are none, nor for who may only look', async () => {
    await open();
    await expect.poll(() => button('Check them…').count()).toBe(0);
    withLeftOut(12);
    visit.world.overview = { ...visit.world.overview, user: { id: 'user-ada', maySettle: false } };
    await open('Does it work?');
    await expect.poll(() => button('Check them…').count()).toBe(0);
    await expect.poll(() => visit.page.locator('#try').count()).toBe(0);
  });
});

describe('Try it', () => {
  it('says what would happen to the candidate of a link, and what Lever would show', async () => {
    visit.world.preview = preview;
    await open();
    await visit.page.getByLabel('Link to the candidate in Lever').fill(`https://hire.lever.co/candidates/${idOf(1)}`);
    await visit.page.keyboard.press('Enter');
    await text('A check would start after 5 minutes in the stage.');
    const said = await visit.page.locator('.preview').textContent();
    for (const words of [
      'P0000000002, from the candidate’s tag',
      '“TurnPackge:P1” only looks like TurnPackage',
      'Ottilie (first) Wren (last)',
      'o…@mail.example',
      'Left out: Turn reaches North American numbers only',
      'TurnStatus:initiated',
      'Turn ID: C…',
    ])
      expect(said).toContain(words);
    expect(asked('POST /api/preview')).toEqual([`{"candidate":"https://hire.lever.co/candidates/${idOf(1)}"}`]);
    await axe();
  });

  it('takes one of those in the stage', async () => {
    visit.world.inStage = twelve;
    visit.world.preview = { ...preview, outcome: 'problem', why: 'no_email', startsInSeconds: 0 };
    await open();
    await button('Choose from those in the stage now').click();
    await button(idOf(3)).click();
    await text('No check would start: the candidate has no valid e-mail address.');
    expect(asked('POST /api/preview')).toEqual([`{"candidate":"${idOf(3)}"}`]);
    await axe();
  });

  it('says at the field what is wrong with it, and beside it what went wrong', async () => {
    await open();
    await button('Try it').click();
    await text('Paste a link, or choose a candidate.');
    expect(asked('POST /api/preview')).toEqual([]);
    const field = visit.page.getByLabel('Link to the candidate in Lever');
    const message = 'Lever has no such candidate. Check the link.';
    visit.world.failing.set('POST /api/preview', { status: 404, code: 'no_such_candidate', message });
    await field.fill('nobody');
    await button('Try it').click();
    await text(message);
    const fields = { candidate: 'Paste the link of a candidate’s page in Lever.' };
    visit.world.failing.set('POST /api/preview', { status: 422, code: 'invalid', message: 'Not valid.', fields });
    await button('Try it').click();
    await visit.page.locator('#try-link-fault', { hasText: fields.candidate }).waitFor();
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
  });
});

describe('Check again now', () => {
  it('has an open candidate looked at again, once', async () => {
    visit.world.overview = { ...disconnected(), connection: connected().connection };
    const { opportunityId = '' } = visit.world.overview.health.open[0] ?? {};
    await open();
    const again = button(`Check again now: ${opportunityId}`);
    await again.click();
    await text('Requested. Look again in a minute.');
    await again.click({ force: true });
    expect(asked('POST /api/candidates/')).toEqual([`${opportunityId}/decide`]);
    await axe();
  });
});
