import type { Item, Key, Table } from '#shared/stores/table.ts';

type Content = Record<string, unknown> & {
  readonly lever?: Record<string, unknown>;
  readonly erasedAt?: number | null;
};

/** A field that our version does not know. */
export const markName = 'ofAnotherVersion';

/** With a field that only another version of this software knows. */
const marked = <T extends object>(content: T): T => ({ ...content, [markName]: 'kept' });
const isMarked = (content: object | undefined): boolean => content !== undefined && markName in content;

/** Longer than any function lives. */
const inMindMs = 5 * 60_000;

const isWatched = ({ sk }: Key): boolean =>
  ['ACCOUNT', 'CREDENTIALS', 'SECRETS', 'HEARTBEATS'].includes(sk) || sk.startsWith('OPPORTUNITY#');

/**
 * The table as two versions of this software find it that work on it at once: what has lain for a while is read with fields
 * that ours does not know, which have to be in it still when it is saved over, unless the candidate is forgotten. What was
 * written just now is as its writer left it, who may have it in mind and save over it without reading it.
 */
export const withOtherVersion = <T extends Table & { backUp(): () => void }>(
  table: T,
  { now, violate }: { now: () => number; violate: (what: string) => void },
): T => {
  const { get, put, backUp } = table;
  /** When each item was saved last, and whether everybody reads the version that it has since with such fields. */
  const saved = new Map<string, { readonly at: number; isMarked?: boolean }>();
  const place = ({ pk, sk }: Key): string => `${pk} ${sk}`;
  const asRead = (item: Item): Item => {
    const content = item.content as Content | undefined;
    if (content === undefined || !isWatched(item) || (content.erasedAt ?? null) !== null) return item;
    const last = saved.get(place(item)) ?? { at: Number.NEGATIVE_INFINITY };
    last.isMarked ??= now() - last.at > inMindMs;
    saved.set(place(item), last);
    if (!last.isMarked) return item;
    const { lever } = content;
    return { ...item, content: marked(lever === undefined ? content : { ...content, lever: marked(lever) }) };
  };
  return Object.assign(table, {
    // What was saved since the backup is not there any more.
    backUp: (): (() => void) => {
      const restore = backUp();
      return () => {
        saved.clear();
        restore();
      };
    },
    get: async (key: Key): Promise<Item | null> => {
      const item = await get(key);
      return item === null ? null : asRead(item);
    },
    put: async (item: Item, replaces: number | null): Promise<boolean> => {
      const isSaved = await put(item, replaces);
      if (!isSaved) return false;
      const wasMarked = saved.get(place(item))?.isMarked === true;
      saved.set(place(item), { at: now() });
      if (!wasMarked) return true;
      const content = item.content as Content;
      const { lever, erasedAt = null } = content;
      const marks = [isMarked(content), ...(lever === undefined ? [] : [isMarked(lever)])];
      if (erasedAt === null && !marks.every(Boolean)) violate(`2: ${item.sk} lost what another version stored`);
      if (erasedAt !== null && marks.some(Boolean))
        violate(`6: ${item.sk} is forgotten, but not what another version stored`);
      return true;
    },
  });
};
