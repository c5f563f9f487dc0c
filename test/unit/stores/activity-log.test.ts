import { describe, expect, it } from 'vitest';
import type { ActivityKind } from '#shared/domain/activity.ts';
import { createActivityLog } from '#shared/stores/activity-log.ts';
import * as keys from '#shared/stores/keys.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

const scene = () => {
  let time = Date.parse('2026-03-02T09:00:00Z');
  let ids = 0;
  const table = createMemoryTable();
  const activities = createActivityLog(table, { now: () => time, newId: () => `id-${ids++}` });
  const record = async (
    kind: ActivityKind,
    detail: string,
    account = 'acct_a',
    opportunityId: string | null = null,
  ): Promise<void> => {
    time += 1000;
    await activities.record(account, { kind, opportunityId, by: null, detail });
  };
  const all = async (page: { limit: number; kinds?: readonly ActivityKind[] }) => {
    const pages: string[][] = [];
    let after: string | null = null;
    do {
      const read = await activities.list('acct_a', { ...page, after });
      pages.push(read.activities.map(({ detail }) => detail ?? ''));
      after = read.next;
    } while (after !== null);
    return pages;
  };
  const pass = (days: number): void => {
    time += days * 86_400_000;
  };
  return { table, activities, record, all, pass };
};

describe('the activity log', () => {
  it('comes newest first, page by page, of one account alone', async () => {
    const { record, all } = scene();
    for (let n = 1; n <= 5; n++) await record('check_started', `${n}`);
    await record('check_started', 'of another', 'acct_b');
    expect((await all({ limit: 2 })).flat()).toEqual(['5', '4', '3', '2', '1']);
    expect((await all({ limit: 50 })).flat()).toHaveLength(5);
  });

  it.each([1, 2, 3, 50])('is one log, %i lines a page, whoever writes where', async (limit) => {
    const { record, all } = scene();
    const kinds = ['check_started', 'webhook_verified', 'webhook_verified', 'problem', 'webhook_verified'] as const;
    for (const [n, kind] of [...kinds, ...kinds].entries()) await record(kind, `${n}`);
    expect((await all({ limit })).flat()).toEqual(['9', '8', '7', '6', '5', '4', '3', '2', '1', '0']);
    expect((await all({ limit, kinds: ['problem'] })).flat()).toEqual(['8', '3']);
  });

  it('is filtered by kind without losing one between pages', async () => {
    const { record, all } = scene();
    for (let n = 1; n <= 250; n++) await record(n % 25 === 0 ? 'problem' : 'check_started', `${n}`);
    const pages = await all({ limit: 3, kinds: ['problem'] });
    expect(pages.flat()).toEqual(['250', '225', '200', '175', '150', '125', '100', '75', '50', '25']);
    expect(pages.slice(0, 3).map((page) => page.length)).toEqual([3, 3, 3]);
  });

  it('looks at no more than a thousand for one answer, and says where to go on', async () => {
    const { activities, record, all } = scene();
    await record('problem', 'long ago');
    for (let n = 0; n < 1100; n++) await record('check_started', `${n}`);
    const first = await activities.list('acct_a', { limit: 50, after: null, kinds: ['problem'] });
    expect(first.activities).toEqual([]);
    expect(first.next).not.toBeNull();
    expect((await all({ limit: 50, kinds: ['problem'] })).flat()).toEqual(['long ago']);
  });

  it.each(['STORY#', 'ACTIVITY#'])('names nobody who is forgotten before a line is written under %s', async (under) => {
    const { table, activities } = scene();
    const { put } = table;
    table.put = async (item, replaces) => {
      if (item.sk.startsWith(under) && replaces === null) {
        await put({ ...item, ...keys.opportunity('acct_a', 'opp-1'), content: { erasedAt: 1 } }, null);
        await activities.forget('acct_a', 'opp-1');
      }
      return put(item, replaces);
    };
    const line = { kind: 'check_started', opportunityId: 'opp-1', by: null, movedBy: 'user-1', detail: 'P1' } as const;
    await activities.record('acct_a', line);
    expect((await activities.listAbout('acct_a', 'opp-1', 9)).activities).toEqual([]);
    const { activities: left } = await activities.list('acct_a', { limit: 9, after: null });
    expect(left).toEqual([
      { kind: 'check_started', opportunityId: null, by: null, detail: 'P1', at: expect.any(Number) },
    ]);
    expect(JSON.stringify([...table.items.values()].map(({ content }) => content))).not.toMatch(/opp-1|user-1/u);
    const stories = [...table.items.values()].filter(({ sk }) => sk.startsWith('STORY#'));
    for (const { expiresAt } of stories) expect(expiresAt).toBeLessThanOrEqual(left[0]?.at ?? 0);
  });

  it('forgets after a year, however late the table deletes', async () => {
    const { record, all, pass } = scene();
    await record('check_started', 'old');
    pass(366);
    await record('check_started', 'new');
    expect((await all({ limit: 50 })).flat()).toEqual(['new']);
  });

  it('tells what happened to one opportunity, newest first, and whether there was more', async () => {
    const { activities, record, pass } = scene();
    await record('problem', 'old', 'acct_a', 'opp-1');
    pass(366);
    for (const n of [1, 2, 3]) await record('check_status', `${n}`, 'acct_a', 'opp-1');
    await record('check_status', 'of another', 'acct_a', 'opp-10');
    await record('check_status', 'of another account', 'acct_b', 'opp-1');
    await record('settings_changed', 'of none');
    const about = async (limit: number) => {
      const { activities: lines, isComplete } = await activities.listAbout('acct_a', 'opp-1', limit);
      return [lines.map(({ detail }) => detail), isComplete];
    };
    expect(await about(10)).toEqual([['3', '2', '1'], true]);
    expect(await about(2)).toEqual([['3', '2'], false]);
    expect((await activities.listAbout('acct_a', 'opp-2', 10)).activities).toEqual([]);
  });

  it('holds a line about an opportunity in two places, each of which leads to the other', async () => {
    const { table, record, all } = scene();
    await record('problem', 'one', 'acct_a', 'opp-1');
    await record('settings_changed', 'none');
    const [story, line, other] = [...table.items.values()];
    expect(story?.sk).toBe(line?.sk.replace('ACTIVITY#', 'STORY#opp-1#'));
    expect([story?.content, story?.expiresAt]).toEqual([line?.content, line?.expiresAt]);
    expect([other?.sk.split('#')[0], table.items.size]).toEqual(['ACTIVITY', 3]);
    expect((await all({ limit: 50 })).flat()).toEqual(['none', 'one']);
  });
});
