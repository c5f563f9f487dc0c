import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import { connected } from './fake-api.ts';
import { visitSettings } from './visit-settings.ts';

const visit = visitSettings();
const { open, asked, button, text } = visit;
const yes = (name: string) => visit.page.getByRole('dialog').getByRole('button', { name, exact: true });

describe('the brake', () => {
  it('is pressed and released with a question each time, and is nothing for axe to find', async () => {
    visit.world.overview = connected();
    await open();
    await button('Pause new checks').click();
    await text('Nothing is ordered from now on');
    const { violations } = await new AxeBuilder({ page: visit.page }).include('dialog').analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await button('Cancel').click();
    expect(asked('PUT /api/pause')).toEqual([]);
    await button('Pause new checks').click();
    await yes('Pause new checks').click();
    await text('New checks are paused.');
    await button('Resume').click();
    await text('Nobody waits.');
    await yes('Resume').click();
    await text('New checks are resumed.');
    expect(asked('PUT /api/pause')).toEqual(['{"paused":true}', '{"paused":false}']);
  });

  it('of Turn can only be looked at', async () => {
    visit.world.overview = { ...connected(), pause: { since: Date.now(), by: 'turn' } };
    await open();
    await text('Paused by Turn: only Turn can resume new checks.');
    await expect.poll(() => button('Resume').count()).toBe(0);
  });
});
