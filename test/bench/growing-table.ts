import type { Item, Key, Page, Table } from '#shared/stores/table.ts';

/** Where `value` belongs among these, which are in order. */
const placeIn = <T>(sorted: readonly T[], comesBefore: (each: T) => boolean): number => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const each = sorted[middle];
    if (each !== undefined && comesBefore(each)) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** At the end, where most belong, without moving any. */
const insert = <T>(sorted: T[], place: number, value: T): void => {
  if (place === sorted.length) sorted.push(value);
  else sorted.splice(place, 0, value);
};

type Entry = { readonly at: number; readonly place: string; readonly item: Item };

/** One of the table's indexes: of each partition what is in it, in the order of time. */
const createIndex = (readPlace: (item: Item) => { at: number; partition: string } | null) => {
  const partitions = new Map<string, Entry[]>();
  const find = (item: Item, place: string): { entries: Entry[]; index: number; at: number } | null => {
    const where = readPlace(item);
    if (where === null) return null;
    const entries = partitions.get(where.partition) ?? [];
    partitions.set(where.partition, entries);
    const { at } = where;
    const isEarlier = (each: Entry): boolean => each.at < at || (each.at === at && each.place < place);
    return { entries, at, index: placeIn(entries, isEarlier) };
  };
  return {
    add(item: Item, place: string): void {
      const found = find(item, place);
      if (found !== null) insert(found.entries, found.index, { at: found.at, place, item });
    },
    remove(item: Item, place: string): void {
      const found = find(item, place);
      if (found?.entries[found.index]?.place === place) found.entries.splice(found.index, 1);
    },
    list: (partition: string, until: number, limit: number): Item[] => {
      const entries = partitions.get(partition) ?? [];
      const end = placeIn(entries, ({ at }) => at <= until);
      return entries.slice(0, Math.min(limit, end)).map(({ item }) => item);
    },
  };
};

const placeOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** A table in memory whose answers take as long with a million items as with one: as DynamoDB's do. Holds what it is given, and copies nothing. */
export const createGrowingTable = (): Table & { readonly size: () => number } => {
  const partitions = new Map<string, { items: Map<string, Item>; sortKeys: string[] }>();
  const due = createIndex((item) => item.due && { at: item.due.dueAt, partition: item.due.partition });
  const open = createIndex((item) => item.open && { at: item.open.openAt, partition: item.open.partition });
  let size = 0;
  const partitionOf = (pk: string) => {
    const known = partitions.get(pk);
    if (known !== undefined) return known;
    const created = { items: new Map<string, Item>(), sortKeys: [] };
    partitions.set(pk, created);
    return created;
  };
  const find = ({ pk, sk }: Key): Item | null => partitions.get(pk)?.items.get(sk) ?? null;
  const drop = (item: Item): void => {
    for (const index of [due, open]) index.remove(item, placeOf(item));
  };
  const store = (item: Item): void => {
    const before = find(item);
    const { items, sortKeys } = partitionOf(item.pk);
    if (before === null) {
      size += 1;
      insert(
        sortKeys,
        placeIn(sortKeys, (each) => each < item.sk),
        item.sk,
      );
    } else drop(before);
    items.set(item.sk, item);
    for (const index of [due, open]) index.add(item, placeOf(item));
  };
  const table = {
    size: () => size,
    get: async (key: Key) => find(key),
    async put(item: Item, replaces: number | null) {
      if ((find(item)?.version ?? null) !== replaces) return false;
      store(item);
      return true;
    },
    overwrite: async (item: Item) => store(item),
    async advance(key: Key, { by, atLeast }: { readonly by: number; readonly atLeast: number }) {
      const content = find(key)?.content;
      const before = Math.max(typeof content === 'number' ? content : atLeast, atLeast);
      store({ ...key, version: 0, content: before + by, expiresAt: null, due: null, open: null });
      return before;
    },
    async postpone(item: Key & Pick<Item, 'version'>, dueAt: number): Promise<Item | null> {
      const held = find(item);
      if (held === null || held.version !== item.version || held.due === null) return null;
      const later = { ...held, version: held.version + 1, due: { ...held.due, dueAt } };
      store(later);
      return later;
    },
    async remove(key: Key) {
      const item = find(key);
      if (item === null) return;
      const { items, sortKeys } = partitionOf(key.pk);
      drop(item);
      items.delete(key.sk);
      sortKeys.splice(
        placeIn(sortKeys, (each) => each < key.sk),
        1,
      );
      size -= 1;
    },
    async list(pk: string, prefix: string, { limit, after, newestFirst = false }: Page) {
      const { items, sortKeys } = partitionOf(pk);
      const begin = placeIn(sortKeys, (each) => each < prefix);
      const end = placeIn(sortKeys, (each) => each < prefix || each.startsWith(prefix));
      const from = after === null ? begin : placeIn(sortKeys, (each) => each <= after);
      const to = after === null ? end : placeIn(sortKeys, (each) => each < after);
      const chosen = newestFirst
        ? sortKeys.slice(Math.max(begin, Math.min(to, end) - limit), Math.min(to, end)).reverse()
        : sortKeys.slice(Math.max(begin, from), Math.min(end, Math.max(begin, from) + limit));
      const page = chosen.flatMap((sk) => items.get(sk) ?? []);
      return { items: page, next: page.length === limit ? (page.at(-1)?.sk ?? null) : null };
    },
    listDue: async (partition: string, until: number, limit: number) =>
      due.list(partition, until, limit).flatMap((item) => (item.due === null ? [] : [{ ...item, due: item.due }])),
    listOpen: async (partition: string, until: number, limit: number) => open.list(partition, until, limit),
  };
  return table;
};
