import type { Item, Key, Table } from '#shared/stores/table.ts';

const place = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** The table in memory; passes the same contract suite as DynamoDB. */
export const createMemoryTable = (): Table & { items: Map<string, Item> } => {
  const items = new Map<string, Item>();
  const copy = (item: Item): Item => structuredClone(item);
  return {
    items,
    get: async (key) => {
      const item = items.get(place(key));
      return item === undefined ? null : copy(item);
    },
    put: async (item, replaces) => {
      if ((items.get(place(item))?.version ?? null) !== replaces) return false;
      items.set(place(item), copy(item));
      return true;
    },
    overwrite: async (item) => {
      items.set(place(item), copy(item));
    },
    advance: async (key, { by, atLeast }) => {
      const known = items.get(place(key));
      const before = Math.max(typeof known?.content === 'number' ? known.content : atLeast, atLeast);
      items.set(place(key), { ...key, version: 0, content: before + by, expiresAt: null, due: null });
      return before;
    },
    remove: async (key) => {
      items.delete(place(key));
    },
    list: async (pk, skPrefix, { limit, after, newestFirst = false }) => {
      const bytewise = (one: Item, other: Item): number => Buffer.compare(Buffer.from(one.sk), Buffer.from(other.sk));
      const ordered = [...items.values()]
        .filter((item) => item.pk === pk && item.sk.startsWith(skPrefix))
        .sort((one, other) => (newestFirst ? bytewise(other, one) : bytewise(one, other)));
      const from = after === null ? 0 : ordered.findIndex(({ sk }) => (newestFirst ? sk < after : sk > after));
      const page = from === -1 ? [] : ordered.slice(from, from + limit);
      return { items: page.map(copy), next: page.length === limit ? (page.at(-1)?.sk ?? null) : null };
    },
    listDue: async (partition, until, limit) =>
      [...items.values()]
        .filter(({ due }) => due?.partition === partition && due.dueAt <= until)
        .sort((one, other) => (one.due?.dueAt ?? 0) - (other.due?.dueAt ?? 0))
        .slice(0, limit)
        .map(copy),
  };
};
