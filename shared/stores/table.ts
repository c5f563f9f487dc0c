export type Key = { readonly pk: string; readonly sk: string };

/** One item: its key, what the store put in, and what the table itself looks at. `expiresAt` in epoch seconds (the table deletes it days later: check it yourself). */
export type Item = Key & {
  /** Counts saves, from 1. */
  readonly version: number;
  readonly content: unknown;
  readonly expiresAt: number | null;
  /** In the index of due work: when (epoch milliseconds) and which queue sees to it. */
  readonly due: { readonly dueAt: number; readonly partition: string; readonly workType: string } | null;
  /** In the index of open items: whose they are, and from when (epoch milliseconds) somebody who asks should see it. */
  readonly open: { readonly openAt: number; readonly partition: string } | null;
};

/** What the index of due work tells of an item. */
export type DueItem = Key & Pick<Item, 'version'> & { readonly due: NonNullable<Item['due']> };

/** An item to save over the version `replaces` (null: where there is none). It is kept for ever and in no index, unless said otherwise. */
export const itemOver = (
  replaces: number | null,
  key: Key,
  content: unknown,
  { expiresAt = null, due = null, open = null }: Partial<Pick<Item, 'expiresAt' | 'due' | 'open'>> = {},
): Item => ({ ...key, version: (replaces ?? 0) + 1, content, expiresAt, due, open });

/** Has its time come? The table itself deletes what has expired days late. */
export const hasExpired = ({ expiresAt }: Pick<Item, 'expiresAt'>, now: number): boolean =>
  (expiresAt ?? 0) * 1000 <= now;

/** All items of a partition whose sort keys begin so. */
export async function* itemsOf(table: Pick<Table, 'list'>, pk: string, skPrefix: string): AsyncGenerator<Item> {
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<Table['list']>> = await table.list(pk, skPrefix, { limit: 100, after });
    yield* page.items;
    after = page.next;
  } while (after !== null);
}

/** Which page: at most so many items, after the sort key that the last page answered as `next`. */
export type Page = { readonly limit: number; readonly after: string | null; readonly newestFirst?: boolean };

/** The one table, as the stores need it. Every read is consistent but those of the indexes. */
export type Table = {
  get(key: Key): Promise<Item | null>;
  /** Saves if the stored version is `replaces` (null: if there is none); false where somebody was faster. */
  put(item: Item, replaces: number | null): Promise<boolean>;
  /** Saves whatever was there. */
  overwrite(item: Item): Promise<void>;
  /** Moves a counter on, from where it stands but no less than `atLeast`, and answers where that was. Never refused, however many do it at once. */
  advance(key: Key, move: { readonly by: number; readonly atLeast: number }): Promise<number>;
  /** Takes it out of the table; nothing happens where it is not there. */
  remove(key: Key): Promise<void>;
  /** A page of the items of a partition whose sort keys begin so, in the order of their sort keys. */
  list(pk: string, skPrefix: string, page: Page): Promise<{ items: Item[]; next: string | null }>;
  /** Items that were due at a time, soonest first. May lag behind the table. */
  listDue(partition: string, until: number, limit: number): Promise<DueItem[]>;
  /** Changes when an item is due, as a save that leaves its content alone, and answers the item as it is then; null where somebody was faster. */
  postpone(item: DueItem, dueAt: number): Promise<Item | null>;
  /** Items that were open at a time, the longest open first. May lag behind the table. */
  listOpen(partition: string, until: number, limit: number): Promise<Item[]>;
};

/** As much of the table as it takes to read and write single items by their keys. */
export type ItemTable = Pick<Table, 'get' | 'put' | 'overwrite' | 'advance' | 'remove'>;
