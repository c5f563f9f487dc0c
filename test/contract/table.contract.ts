import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Item, Table } from '#shared/stores/table.ts';

const item = (otherwise: Partial<Item> = {}): Item => ({
  pk: 'ACCOUNT#a',
  sk: 'ACCOUNT',
  version: 1,
  content: { name: 'Harborlight' },
  expiresAt: null,
  due: null,
  open: null,
  ...otherwise,
});

/** What every table must do, the real one and the one in memory. Each test has a partition of its own. */
export const tableContract = (table: () => Table): void => {
  const fresh = (otherwise: Partial<Item> = {}): Item => item({ pk: `ACCOUNT#${randomUUID()}`, ...otherwise });

  it('answers null where nothing lies', async () => {
    expect(await table().get(fresh())).toBeNull();
  });

  it('gives back what was put in, whole', async () => {
    const content = {
      text: 'é 🦭 \u0000 "',
      empty: '',
      none: null,
      yes: true,
      no: false,
      list: [],
      record: {},
      nested: [{ a: [1, null] }],
      zero: 0,
      negative: -1.5,
      time: 1_772_442_060_123,
      large: Number.MAX_SAFE_INTEGER,
      small: 0.000_001,
    };
    const due = { partition: `DUE#${randomUUID()}`, dueAt: 1_772_442_060_123, workType: 'stageChanges' };
    const full = fresh({ content, due, expiresAt: 1_900_000_000 });
    expect(await table().put(full, null)).toBe(true);
    expect(await table().get(full)).toEqual(full);
  });

  it('is not changed by what happens later to an item that was put in or given out', async () => {
    const content = { list: [1] };
    const mutable = fresh({ content });
    await table().put(mutable, null);
    content.list.push(2);
    const read = (await table().get(mutable))?.content as typeof content;
    read.list.push(3);
    expect((await table().get(mutable))?.content).toEqual({ list: [1] });
  });

  it('adds an item only where there is none', async () => {
    const one = fresh();
    expect(await table().put(one, null)).toBe(true);
    expect(await table().put({ ...one, content: 'second' }, null)).toBe(false);
    expect(await table().get(one)).toEqual(one);
  });

  it('replaces only the version that was read, and nothing that is not there', async () => {
    const one = fresh();
    expect(await table().put({ ...one, version: 2 }, 1)).toBe(false);
    await table().put(one, null);
    expect(await table().put({ ...one, version: 2, content: 'second' }, 1)).toBe(true);
    expect(await table().put({ ...one, version: 2, content: 'late' }, 1)).toBe(false);
    expect(await table().get(one)).toMatchObject({ version: 2, content: 'second' });
  });

  it('lets one of many win that put at once', async () => {
    const one = fresh();
    const added = await Promise.all(Array.from({ length: 20 }, (_, n) => table().put({ ...one, content: n }, null)));
    expect(added.filter(Boolean)).toHaveLength(1);
    const puts = Array.from({ length: 20 }, (_, n) => table().put({ ...one, version: 2, content: n }, 1));
    const replaced = await Promise.all(puts);
    expect(replaced.filter(Boolean)).toHaveLength(1);
    expect((await table().get(one))?.content).toBe(replaced.indexOf(true));
  });

  it('overwrites whatever is there, and leaves nothing of it', async () => {
    const due = { partition: `DUE#${randomUUID()}`, dueAt: 1, workType: 'maintenance' };
    const one = fresh({ due, expiresAt: 1_900_000_000 });
    await table().overwrite(one);
    await table().overwrite({ ...one, version: 7, due: null, expiresAt: null });
    expect(await table().get(one)).toEqual({ ...one, version: 7, due: null, expiresAt: null });
    expect(await table().listDue(due.partition, 9, 9)).toEqual([]);
  });

  it('lists what is due in one partition of the index, soonest first, up to the time and the limit', async () => {
    const partition = `DUE#${randomUUID()}`;
    const plan = (sk: string, dueAt: number, where = partition) =>
      table().put(fresh({ sk, due: { partition: where, dueAt, workType: 'checkUpdates' } }), null);
    for (const [sk, dueAt] of [
      ['later', 30],
      ['now', 20],
      ['long ago', 10],
      ['not yet', 31],
    ] as const)
      await plan(sk, dueAt);
    await plan('elsewhere', 5, `${partition}x`);
    await table().put(fresh({ sk: 'never' }), null);
    const due = async (until: number, limit: number) =>
      (await table().listDue(partition, until, limit)).map(({ sk }) => sk);
    await expect.poll(() => due(30, 9)).toEqual(['long ago', 'now', 'later']);
    expect(await due(30, 2)).toEqual(['long ago', 'now']);
    expect(await due(9, 9)).toEqual([]);
  });

  it('lists what is due however much it is', async () => {
    const due = { partition: `DUE#${randomUUID()}`, dueAt: 5, workType: 'maintenance' };
    for (let n = 0; n < 12; n++) await table().put(fresh({ due, content: 'x'.repeat(200_000) }), null);
    await expect.poll(async () => (await table().listDue(due.partition, 5, 100)).length).toBe(12);
    expect(await table().listDue(due.partition, 5, 11)).toHaveLength(11);
  });

  it('postpones what the index lists, and leaves the rest of it as it is', async () => {
    const due = { partition: `DUE#${randomUUID()}`, dueAt: 5, workType: 'checkUpdates' };
    const open = { partition: `OPEN#${randomUUID()}`, openAt: 7 };
    const one = fresh({ due, open, expiresAt: 1_900_000_000, content: { a: [1] } });
    await table().put(one, null);
    const { pk, sk } = one;
    const listed = { pk, sk, version: 1, due };
    await expect.poll(() => table().listDue(due.partition, 5, 9)).toEqual([listed]);
    const later = { ...one, version: 2, due: { ...due, dueAt: 50 } };
    expect(await table().postpone(listed, 50)).toEqual(later);
    expect(await table().get(one)).toEqual(later);
    await expect.poll(() => table().listDue(due.partition, 49, 9)).toEqual([]);
    expect(await table().listDue(due.partition, 50, 9)).toEqual([{ ...listed, version: 2, due: later.due }]);
  });

  it('postpones nothing that was saved or taken away meanwhile', async () => {
    const due = { partition: `DUE#${randomUUID()}`, dueAt: 5, workType: 'checkUpdates' };
    const { pk, sk, ...one } = fresh({ due });
    await table().put({ pk, sk, ...one }, null);
    await table().put({ pk, sk, ...one, version: 2 }, 1);
    expect(await table().postpone({ pk, sk, version: 1, due }, 50)).toBeNull();
    expect(await table().get({ pk, sk })).toEqual({ pk, sk, ...one, version: 2 });
    await table().remove({ pk, sk });
    expect(await table().postpone({ pk, sk, version: 2, due }, 50)).toBeNull();
    expect(await table().get({ pk, sk })).toBeNull();
  });

  it('lists what is open in a partition of its own index, the longest open first, up to the time and the limit', async () => {
    const partition = `OPEN#${randomUUID()}`;
    const due = { partition: `DUE#${randomUUID()}`, dueAt: 1, workType: 'checkUpdates' };
    const put = (sk: string, openAt: number, where = partition) =>
      table().put(fresh({ sk, due, open: { partition: where, openAt } }), null);
    await put('later', 30);
    await put('long ago', 10);
    await put('not yet', 31);
    await put('elsewhere', 5, `${partition}x`);
    const closed = fresh({ open: { partition, openAt: 5 } });
    await table().put(closed, null);
    await table().put({ ...closed, version: 2, open: null }, 1);
    const open = async (until: number, limit: number) =>
      (await table().listOpen(partition, until, limit)).map(({ sk }) => sk);
    await expect.poll(() => open(30, 9)).toEqual(['long ago', 'later']);
    expect(await open(30, 1)).toEqual(['long ago']);
    expect(await table().listOpen(partition, 10, 9)).toMatchObject([{ due, open: { partition, openAt: 10 } }]);
  });

  it('moves a counter on from where it stands, or from the least that was said', async () => {
    const key = fresh();
    expect(await table().advance(key, { by: 100, atLeast: 1_772_442_060_123 })).toBe(1_772_442_060_123);
    expect(await table().advance(key, { by: 50, atLeast: 7 })).toBe(1_772_442_060_223);
    expect(await table().advance(key, { by: 1, atLeast: 1_772_442_999_999 })).toBe(1_772_442_999_999);
    expect(await table().advance(key, { by: 1, atLeast: 0 })).toBe(1_772_443_000_000);
  });

  it('gives each of many that move a counter at once a place of its own', async () => {
    const key = fresh();
    const places = await Promise.all(
      Array.from({ length: 40 }, () => table().advance(key, { by: 100, atLeast: 1_000 })),
    );
    expect(places.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 40 }, (_, n) => 1_000 + n * 100));
  });

  it('takes an item out, and minds nothing where it is not there', async () => {
    const one = fresh();
    await table().put(one, null);
    await table().remove(one);
    await table().remove(one);
    expect(await table().get(one)).toBeNull();
    expect(await table().put(one, null)).toBe(true);
  });

  it('lists a partition page by page, in the order of the sort keys or against it', async () => {
    const { pk } = fresh();
    for (const sk of ['ACTIVITY#3', 'ACTIVITY#1', 'OTHER#2', 'ACTIVITY#2', 'ACTIVITY', 'ACTIVITY#É'])
      await table().put(item({ pk, sk }), null);
    await table().put(fresh({ sk: 'ACTIVITY#9' }), null);
    const walk = async (newestFirst: boolean): Promise<string[][]> => {
      const pages: string[][] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<Table['list']>> = await table().list(pk, 'ACTIVITY#', {
          limit: 3,
          after,
          newestFirst,
        });
        if (page.items.length > 0) pages.push(page.items.map(({ sk }) => sk));
        after = page.next;
      } while (after !== null);
      return pages;
    };
    expect(await walk(false)).toEqual([['ACTIVITY#1', 'ACTIVITY#2', 'ACTIVITY#3'], ['ACTIVITY#É']]);
    expect(await walk(true)).toEqual([['ACTIVITY#É', 'ACTIVITY#3', 'ACTIVITY#2'], ['ACTIVITY#1']]);
    expect(await table().list(pk, 'NOTHING#', { limit: 3, after: null })).toEqual({ items: [], next: null });
  });

  it('keeps partitions apart whose names begin alike', async () => {
    const one = fresh();
    await table().put(one, null);
    expect(await table().get({ ...one, pk: `${one.pk}x` })).toBeNull();
    expect(await table().get({ ...one, sk: `${one.sk}#` })).toBeNull();
    expect(await table().put({ ...one, sk: `${one.sk}#` }, null)).toBe(true);
  });
};
