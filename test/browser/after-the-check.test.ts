import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from '@playwright/test';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connected } from './fake-api.ts';
import { openBrowser } from './open-browser.ts';
import { visitSettings } from './visit-settings.ts';

const visit = visitSettings();
const label = (name: string) => visit.page.getByLabel(name, { exact: true });
const optionsOf = (name: string) => label(name).locator('option').allTextContents();

describe('the stages after the check', () => {
  it('are chosen from Lever’s, but for those that start checks, and saved', async () => {
    await visit.open();
    await visit.text('Recruiter Screen');
    await expect.poll(() => optionsOf('If “clear”, move to')).not.toContain('Reference Check');
    await label('If “clear”, move to').selectOption('Offer');
    await visit.button('Save').click();
    await visit.page.getByText('Saved.', { exact: true }).waitFor();
    expect(JSON.parse(visit.asked('PUT /api/settings').at(-1) ?? 'null').stageAfter).toEqual({
      clear: { id: '00000000-0000-4000-8000-000000000006', name: 'Offer' },
      consider: null,
    });
    await label('If “clear”, move to').selectOption('Leave in the stage');
    await visit.button('Save').click();
    await expect.poll(() => JSON.parse(visit.asked('PUT /api/settings').at(-1) ?? 'null').stageAfter.clear).toBeNull();
  });

  it('are marked where one starts checks by now, or is not in Lever', async () => {
    const offer = { id: '00000000-0000-4000-8000-000000000006', name: 'Offer' };
    visit.world.settings = {
      ...visit.world.settings,
      stageAfter: { clear: offer, consider: { id: null, name: 'Adjudication' } },
    };
    await visit.open();
    await visit.text('Recruiter Screen');
    await expect.poll(() => label('If “consider”, move to').inputValue()).toBe('chosen');
    await expect.poll(() => optionsOf('If “consider”, move to')).toContain('Adjudication (not in Lever)');
    await visit.page.getByRole('listbox').getByRole('option', { name: 'Offer', exact: true }).click();
    await visit.button('Save').click();
    await visit.text('Moving a candidate into this stage starts a check. Choose another one.');
    expect(visit.asked('PUT /api/settings')).toEqual([]);
  });

  it('pass axe, and fit a narrow screen', async () => {
    await visit.open();
    await visit.text('Recruiter Screen');
    await visit.page.setViewportSize({ width: 360, height: 800 });
    const { violations } = await new AxeBuilder({ page: visit.page }).include('#stageAfter').analyze();
    expect(violations).toEqual([]);
    await expect.poll(() => visit.page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });
});

/** The buttons of one candidate alone, with an API behind them whose answers the test gives. */
const startMount = async () => {
  const world = {
    asked: [] as { path: string; body: Record<string, string> }[],
    answers: [] as (object | null)[],
    overview: connected(),
  };
  const source = fileURLToPath(new URL('../../functions/settings-page/browser/', import.meta.url));
  const contents = `
    import { render } from 'preact';
    import { createCall } from './call-api.ts';
    import { CandidateActions } from './candidate-actions.tsx';
    import { createModel } from './model.ts';
    const model = createModel(createCall(async () => 'token', { offline: 'No answer came.', signedOut: '', broken: 'Broken.' }));
    const status = new URLSearchParams(location.search).get('status');
    const Row = () => <main><h1>Candidate</h1><CandidateActions model={model} opportunityId="opportunity-1" status={status} turnId="C0000004711" /></main>;
    await model.refresh();
    render(<Row />, document.body);`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: source, loader: 'tsx' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    write: false,
  });
  const page = `<!doctype html><html lang="en"><title>Candidate</title><body><script type="module">${outputFiles[0]?.text.replaceAll('</script', '<\\/script')}</script>`;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      if (path.startsWith('/row')) return response.writeHead(200, { 'content-type': 'text/html' }).end(page);
      if (path.startsWith('/api/account')) return response.end(JSON.stringify(world.overview));
      if (request.method !== 'POST') return response.end('{"activities":[],"next":null,"stages":[],"statusLabels":{}}');
      world.asked.push({ path, body: JSON.parse(Buffer.concat(chunks).toString()) });
      const answer = world.answers.shift() ?? null;
      if (answer !== null) return response.end(JSON.stringify(answer));
      // A line that is cut before the headers is tried again by the browser itself.
      response.writeHead(200, { 'content-length': '100' }).write('{');
      return setTimeout(() => response.destroy(), 50);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    world,
    url: (status: string) => `http://127.0.0.1:${port}/row?status=${status}`,
    stop: () => server.close(),
  };
};

describe('what a Super Admin may ask of Turn', () => {
  let browser: Browser;
  let page: Page;
  let mount: Awaited<ReturnType<typeof startMount>>;
  beforeAll(async () => {
    [browser, mount] = await Promise.all([openBrowser(), startMount()]);
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(60_000);
  });
  afterAll(async () => {
    await browser?.close();
    mount?.stop();
  });
  const button = (name: string) => page.getByRole('button', { name, exact: true });

  it('depends on where the check stands, and on who looks', async () => {
    const buttons = async (status: string) => {
      await page.goto(mount.url(status));
      await page.getByRole('heading', { name: 'Candidate' }).waitFor();
      return page.getByRole('button').allTextContents();
    };
    await expect.poll(() => buttons('emailed')).toEqual(['Resend the invitation']);
    await expect.poll(() => buttons('clear')).toEqual(['Check again at Turn']);
    await expect.poll(() => buttons('processing')).toEqual([]);
    const { overview } = mount.world;
    mount.world.overview = { ...overview, user: { ...overview.user, maySettle: false } };
    await expect.poll(() => buttons('emailed')).toEqual([]);
    mount.world.overview = overview;
  });

  it('is asked for after a question that names the charge, by keyboard, and says what became of it', async () => {
    await page.goto(mount.url('clear'));
    mount.world.answers.push({ outcome: 'done', message: 'Turn checks again.' });
    await button('Check again at Turn').press('Enter');
    await page.getByRole('dialog', { name: 'Check this candidate again?' }).waitFor();
    await page.getByText('may charge your company').waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.keyboard.press('Escape');
    expect(mount.world.asked).toEqual([]);
    await button('Check again at Turn').press('Enter');
    await button('Check again').press('Enter');
    await page.getByRole('status').getByText('Turn checks again.').waitFor();
    expect(mount.world.asked.at(-1)).toMatchObject({
      path: '/api/candidates/opportunity-1/recheck',
      body: { turnId: 'C0000004711' },
    });
  });

  it('is the same press where no answer came, and another one where the question is asked anew', async () => {
    await page.goto(mount.url('emailed'));
    mount.world.asked.length = 0;
    mount.world.answers.push(
      null,
      { outcome: 'unknown', message: 'We do not know.' },
      { outcome: 'done', message: 'Sent.' },
    );
    await button('Resend the invitation').click();
    await button('Resend it').click();
    await page.getByText('No answer came.').waitFor();
    await button('Resend it').click();
    await page.getByText('We do not know.').waitFor();
    await button('Resend the invitation').click();
    await button('Resend it').click();
    await page.getByText('Sent.').waitFor();
    const ids = mount.world.asked.map(({ body }) => body['pressId']);
    expect(ids).toHaveLength(3);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });
});
