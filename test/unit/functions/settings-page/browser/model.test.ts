import { describe, expect, it } from 'vitest';
import { createModel } from '#functions/settings-page/browser/model.ts';
import { defaultSettings } from '#shared/domain/account.ts';

/** The page of this account with this user signed in; every answer of the API is what it says of a new account. */
const openPage = (accountId: string, userId: string) => {
  const answers: Record<string, unknown> = {
    '/api/account': { accountId, user: { id: userId, maySettle: true } },
    '/api/settings': defaultSettings,
    '/api/stages': { stages: [], readAt: null },
  };
  return createModel(async (_, path) => JSON.parse(JSON.stringify({ json: answers[path], etag: '"1"' })));
};

const draftIn = (page: ReturnType<typeof createModel>) =>
  page.form.value.state === 'ready' ? page.form.value.value.draft.hourlyCap : null;

describe('a form that a sign-in interrupts', () => {
  const interrupted = async () => {
    const page = openPage('acct_brightwater', 'user-1');
    await page.load(null);
    expect(page.unsavedForm()).toBeNull();
    page.edit({ hourlyCap: '7' });
    return page.unsavedForm();
  };

  it('is there again for the one who typed it', async () => {
    const page = openPage('acct_brightwater', 'user-1');
    await page.load(await interrupted());
    expect(draftIn(page)).toBe('7');
    expect(page.hasUnsavedChanges()).toBe(true);
  });

  it.each([
    ['somebody of another account', 'acct_harborlight', 'user-1'],
    ['somebody else of the account', 'acct_brightwater', 'user-2'],
  ])('is dropped where %s signs in', async (_, accountId, userId) => {
    const page = openPage(accountId, userId);
    await page.load(await interrupted());
    expect(draftIn(page)).toBe('');
    expect(page.hasUnsavedChanges()).toBe(false);
  });
});
