import { readFileSync } from 'node:fs';
import type { Browser, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LocalStack, startLocalStack } from '#infra/local/local-stack.ts';
import type { LeverModel } from '#infra/local/sandbox/lever-model.ts';
import type { LeverRecruiter } from '#infra/local/sandbox/lever-recruiter.ts';
import type { TurnModel } from '#infra/local/sandbox/turn-model.ts';
import { until } from '../end-to-end/from-outside/started-system.ts';
import { openBrowser, pictureFile } from './open-browser.ts';
import { authorizeLever, signInTo } from './visit-settings-page.ts';

const second = { id: 'second-lever-organization', name: 'Larkmoor Studios' };
const stage = 'Reference check';
const address = 'ada@larkmoor-studios.example';
const manyMs = 180_000;

/** In this order: one day of a customer, whose recruiters had twelve candidates in the stage before anybody connected Lever. */
describe('the first day of a customer, on what npm start runs', () => {
  let browser: Browser;
  let page: Page;
  let stack: LocalStack;
  let lever: LeverModel;
  let turn: TurnModel;
  let recruiter: LeverRecruiter;
  const complaints: string[] = [];
  beforeAll(async () => {
    [browser, stack] = await Promise.all([openBrowser(), startLocalStack({ log: () => undefined })]);
    ({ lever, turn } = {
      lever: (stack.lever as { model: LeverModel }).model,
      turn: (stack.turn as { model: TurnModel }).model,
    });
    recruiter = lever.recruiter(second.id);
    for (let number = 1; number <= 12; number++) {
      const emails = [`before-${number}@sample-people.example`];
      recruiter.moveToStage(recruiter.addOpportunity({ name: `Ambrose Early${number}`, emails }).id, stage);
    }
    page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    page.setDefaultTimeout(60_000);
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (/security policy/iu.test(message.text())) complaints.push(message.text());
    });
    await signInTo(page, stack.ready.settings ?? '', 'other-admin');
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });
  afterEach(() => {
    expect(complaints.splice(0)).toEqual([]);
  });

  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const text = (words: string | RegExp) => page.getByText(words).first().waitFor();
  const picture = (name: string) => page.screenshot({ path: pictureFile(`day-${name}`), fullPage: true });
  const checks = () => turn.checks.filter(({ partnerId }) => partnerId === 'other-turn-partner');
  /** The page as whoever opens it a minute later sees it, until this part of it shows this. */
  const shows = (words: string | RegExp, where = '#health'): Promise<unknown> =>
    until(
      `the page that says ${words}`,
      async () => {
        await stack.advanceClock(60);
        await stack.sweep();
        await page.reload();
        await page.getByRole('heading', { name: 'Activity' }).waitFor();
        await page.locator('#candidates').getByRole('listitem').first().waitFor();
        return page.locator(where).getByText(words).first().isVisible();
      },
      manyMs,
    );
  const candidate = (name: string) => {
    const { id } = recruiter.addOpportunity({ name, emails: [`${name.split(' ')[1]}@sample-people.example`] });
    return id;
  };
  const checkOf = (id: string) =>
    until(`the check of ${id}`, () => checks().find(({ referenceId }) => referenceId?.startsWith(id)), manyMs);

  it('the checklist leads from nothing to the first check, after a try that orders nothing', async () => {
    await text('Set up in four steps');
    await page.getByRole('link', { name: 'Connect Lever' }).click();
    await authorizeLever(page, second.name);
    await page.getByRole('link', { name: 'Choose the package' }).click();
    await expect.poll(() => page.locator(':target').textContent()).toBe('Package');
    await page.getByLabel('Default package').selectOption({ label: 'Driver (P4400000002)' });
    await button('Save').click();
    await page.getByText('Saved.', { exact: true }).waitFor();
    await page.locator('#first-steps').getByRole('link', { name: 'Try it' }).click();

    const [first = ''] = [...recruiter.organization.opportunities.keys()];
    await page.getByLabel('Link to the candidate in Lever').fill(`https://hire.lever.co/candidates/${first}`);
    await button('Try it').click();
    await text('A check would start.');
    await text('P4400000002, your default package');
    await picture('1-tried');
    expect(checks()).toEqual([]);

    recruiter.moveToStage(first, stage);
    expect(await checkOf(first)).toMatchObject({ packageId: 'P4400000002', state: 'emailed' });
    await shows(/^Working$/u);
    await expect.poll(() => page.getByText('Set up in four steps').count()).toBe(0);
    expect(checks()).toHaveLength(1);
  });

  it('those who were in the stage before are counted, and checked once each on request', async () => {
    await shows('12 candidates were already in Reference check and will not be checked.');
    // Somebody else has the same question open in another tab.
    const other = await (await browser.newContext()).newPage();
    other.setDefaultTimeout(60_000);
    await signInTo(other, stack.ready.settings ?? '', 'other-admin');
    for (const each of [page, other]) {
      await each.getByRole('button', { name: 'Check them…' }).click();
      await each.getByRole('dialog', { name: 'Check 12 candidates?' }).waitFor();
    }
    await picture('2-backfill');
    for (const each of [page, other]) {
      await each.getByRole('button', { name: 'Check 12 candidates', exact: true }).click();
      await each
        .getByText(/checks are requested/u)
        .first()
        .waitFor();
    }
    await other.context().close();
    await until(
      'twelve orders more',
      async () => {
        await stack.sweep();
        return checks().length >= 13;
      },
      manyMs,
    );
    await stack.advanceClock(3_600);
    await shows(/^Working$/u);
    await expect.poll(() => button('Check them…').count()).toBe(0);
    expect(checks()).toHaveLength(13);
    expect(new Set(checks().map(({ email }) => email)).size).toBe(13);
    expect(checks().map(({ invitations }) => invitations)).toEqual(checks().map(() => 1));
  });

  it('a candidate is found by the Turn ID, with the timeline; the invitation is sent again, and the check run again', async () => {
    const check = checks()[0] ?? (await checkOf(''));
    const open = async (): Promise<void> => {
      await page.getByLabel('Find a candidate').fill(check.turnId);
      await button('Find').click();
      await page.getByRole('button', { name: /^Timeline of opportunity/u }).click();
      await page.getByRole('list', { name: 'Timeline' }).getByText('Moved into a trigger stage in Lever').waitFor();
    };
    await open();
    await button('Resend the invitation').click();
    await button('Resend it').click();
    await until('another invitation', () => check.invitations === 2);
    await page
      .getByRole('list', { name: 'Timeline' })
      .getByText('Turn was asked to send the invitation again')
      .waitFor();
    turn.advance(check.workerId, 'approved');
    await shows(/^Clear$/u, '#candidates');
    await open();
    await button('Check again at Turn').click();
    await button('Check again').click();
    await until('a recheck', () => check.recheckDate !== null && check.state === 'processing');
    await page.getByRole('list', { name: 'Timeline' }).getByText('Turn was asked to check again').waitFor();
    await picture('3-candidate');
    expect(checks()).toHaveLength(13);
  });

  it('the activity is downloaded as a table', async () => {
    const downloading = page.waitForEvent('download');
    await button('Download CSV').click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^lever-activity-\d{4}-\d{2}-\d{2}\.csv$/u);
    const lines = readFileSync(await download.path(), 'utf8').split('\r\n');
    expect(lines.filter((line) => line.includes('"Background check started"'))).toHaveLength(13);
  });

  it('who is clear moves on to the chosen stage, and a note says so', async () => {
    await page.getByLabel('If “clear”, move to').selectOption('Offer');
    await button('Save').click();
    await page.getByText('Saved.', { exact: true }).waitFor();
    const id = candidate('Leopold Nimblewick');
    recruiter.moveToStage(id, stage);
    turn.advance((await checkOf(id)).workerId, 'approved');
    await until('the move', () => recruiter.organization.opportunities.get(id)?.stageId === 'offer', manyMs);
    await until('the note', () => recruiter.notes(id).some((note) => note.startsWith('Moved to “Offer”')), manyMs);
    expect(recruiter.tags(id)).toContain('TurnStatus:clear');
    await shows('Candidate moved after the check', '#activity');
  });

  it('what is wrong stands on the page, with what to do, and goes when it is mended', async () => {
    turn.failNext({ path: 'search_async', times: 100, failure: 400, body: { code: 'invalid_header' } });
    const id = candidate('Clementine Overbrook');
    recruiter.moveToStage(id, stage);
    await shows('Turn refuses this account’s token, so no check can start.');
    await text('Ask Turn support to renew it.');
    await picture('4-token');
    turn.clearFaults();
    await page
      .locator('#health')
      .getByRole('button', { name: /^Check again now/u })
      .click();
    await text('Requested. Look again in a minute.');
    await stack.sweep();
    await checkOf(id);
    await shows(/^Working$/u);
  });

  it('an address that was confirmed by its link is mailed when Lever shuts us out, and when that is over', async () => {
    const mailbox = await page.context().newPage();
    await mailbox.goto(stack.ready.console ?? '');
    const mail = async (subject: string) => {
      const found = mailbox.getByRole('region', { name: 'Mailbox' }).locator('details').filter({ hasText: subject });
      await until(
        `the mail “${subject}”`,
        async () => {
          await stack.advanceClock(60);
          await stack.sweep();
          return (await found.count()) > 0;
        },
        manyMs,
      );
      await found.first().locator('summary').click();
      return found.first();
    };
    await page.getByLabel('Add an address').fill(address);
    await page.keyboard.press('Enter');
    await text('Address added. An e-mail with a link is on its way.');
    const asking = await mail('onfirm');
    const link = await asking.getByRole('link').filter({ hasText: '/confirm/' }).getAttribute('href');
    const confirming = await page.context().newPage();
    await confirming.goto(link ?? '');
    await confirming.getByRole('button', { name: 'Confirm' }).click();
    await confirming.getByText('Address confirmed').waitFor();
    await confirming.close();

    lever.tokens.revoke(second.id);
    await mail('No access to Lever');
    await shows('We no longer have access to Lever. Nothing is lost.');
    await picture('5-shut-out');
    await authorizeLever(page, second.name);
    await mail('Solved: We have access to Lever again');
    await mailbox.screenshot({ path: pictureFile('day-6-mailbox') });
    await shows(/^Working$/u);
  });
});
