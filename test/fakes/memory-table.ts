import type { Item, Key, Table } from '#shared/stores/table.ts';

/** DynamoDB takes no half letters, neither in keys nor in contents. */
const assertWhole = (text: string): string => {
  if (/\p{Cs}|(?<!\\)(?:\\\\)*\\ud[89a-f]/u.test(text)) throw new Error('SerializationException: half a letter');
  return text;
};
const place = ({ pk, sk }: Key): string => assertWhole(`${pk}\n${sk}`);

/** An item as it lies in the table: as text, so that nobody's later changes reach it. */
type Stored = Pick<Item, 'pk' | 'sk' | 'version' | 'due' | 'open'> & { readonly text: string };

/** The table in memory; passes the same contract suite as DynamoDB. */
export const createMemoryTable = (): Table & {
  /** Everything in it, as it is now. */
  readonly items: Map<string, Item>;
  /** When each item that is in the index is due. */
  dues(): { due: number | null }[];
  /** A backup of it as it is now; calling it restores that. */
  backUp(): () => void;
} => {
  const stored = new Map<string, Stored>();
  const store = (item: Item): void => {
    const { pk, sk, version, due, open } = item;
    const indexed = structuredClone({ due, open });
    stored.set(place(item), { pk, sk, version, ...indexed, text: assertWhole(JSON.stringify(item)) });
  };
  const read = ({ text }: Stored): Item => JSON.parse(text) as Item;
  return {
    get items() {
      return new Map([...stored].map(([at, item]) => [at, read(item)]));
    },
    dues: () => [...stored.values()].map(({ due }) => ({ due: due?.dueAt ?? null })),
    backUp: () => {
      const copy = new Map(stored);
      return () => {
        stored.clear();
        for (const [at, item] of copy) stored.set(at, item);
      };
    },
    get: async (key) => {
      const item = stored.get(place(key));
      return item === undefined ? null : read(item);
    },
    put: async (item, replaces) => {
      if ((stored.get(place(item))?.version ?? null) !== replaces) return false;
      store(item);
      return true;
    },
    overwrite: async (item) => store(item),
    advance: async (key, { by, atLeast }) => {
      const item = stored.get(place(key));
      const content = item === undefined ? null : read(item).content;
      const before = Math.max(typeof content === 'number' ? content : atLeast, atLeast);
      store({ ...key, version: 0, content: before + by, expiresAt: null, due: null, open: null });
      return before;
    },
    remove: async (key) => {
      stored.delete(place(key));
    },
    list: async (pk, skPrefix, { limit, after, newestFirst = false }) => {
      const bytewise = (one: Key, other: Key): number => Buffer.compare(Buffer.from(one.sk), Buffer.from(other.sk));
      const ordered = [...stored.values()]
        .filter((item) => item.pk === pk && item.sk.startsWith(skPrefix))
        .sort((one, other) => (newestFirst ? bytewise(other, one) : bytewise(one, other)));
      const from = after === null ? 0 : ordered.findIndex(({ sk }) => (newestFirst ? sk < after : sk > after));
      const page = from === -1 ? [] : ordered.slice(from, from + limit);
      return { items: page.map(read), next: page.length === limit ? (page.at(-1)?.sk ?? null) : null };
    },
    listDue: async (partition, until, limit) =>
      [...stored.values()]
        .filter(({ due }) => due?.partition === partition && due.dueAt <= until)
        .sort((one, other) => (one.due?.dueAt ?? 0) - (other.due?.dueAt ?? 0))
        .slice(0, limit)
        .flatMap(({ pk, sk, version, due }) => (due === null ? [] : [{ pk, sk, version, due: { ...due } }])),
    postpone: async (item, dueAt) => {
      const held = stored.get(place(item));
      if (held === undefined || held.version !== item.version || held.due === null) return null;
      const later = { ...read(held), version: item.version + 1, due: { ...held.due, dueAt } };
      store(later);
      return structuredClone(later);
    },
    listOpen: async (partition, until, limit) =>
      [...stored.values()]
        .filter(({ open }) => open?.partition === partition && open.openAt <= until)
        .sort((one, other) => (one.open?.openAt ?? 0) - (other.open?.openAt ?? 0))
        .slice(0, limit)
        .map(read),
  };
};
