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
    listDue: async (partition, until, limit) =>
      [...items.values()]
        .filter(({ due }) => due?.partition === partition && due.dueAt <= until)
        .sort((one, other) => (one.due?.dueAt ?? 0) - (other.due?.dueAt ?? 0))
        .slice(0, limit)
        .map(copy),
  };
};
