import * as z from 'zod/mini';

/** What an answer holds that could not be read: how often, by the place in it. Never what it was. */
export type Dropped = ReadonlyMap<string, number>;

export type LenientReader = ReturnType<typeof createLenientReader>;

const objectSchema = z.record(z.string(), z.unknown());
/** 13 digits: whatever is beyond is no time. */
const latestTime = 9_999_999_999_999;

/** Reads answers item by item: what is absent is null, and what has an unknown shape is dropped and counted, so that it costs nothing but itself. */
export const createLenientReader = () => {
  const dropped = new Map<string, number>();
  const drop = (place: string): null => {
    dropped.set(place, (dropped.get(place) ?? 0) + 1);
    return null;
  };
  const orDropped = <T>(value: unknown, found: T | undefined, place: string): T | null => {
    if (found !== undefined) return found;
    return value === undefined || value === null ? null : drop(place);
  };
  return {
    dropped,
    drop,
    text: (value: unknown, place: string): string | null => orDropped(value, textOf(value), place),
    /** Epoch milliseconds. */
    time: (value: unknown, place: string): number | null => orDropped(value, timeOf(value), place),
    flag: (value: unknown, place: string): boolean | null => orDropped(value, flagOf(value), place),
    fields: (value: unknown, place: string): Readonly<Record<string, unknown>> =>
      orDropped(value, fieldsOf(value), place) ?? {},
    /** The items that `read` can read; it answers null for others. */
    items: <T>(value: unknown, place: string, read: (item: unknown) => T | null): T[] => {
      const items: readonly unknown[] = orDropped(value, Array.isArray(value) ? value : undefined, place) ?? [];
      const found: T[] = [];
      for (const item of items) {
        const each = read(item);
        if (each === null) drop(`${place}.item`);
        else found.push(each);
      }
      return found;
    },
  };
};

/** Text; a number, where Lever or Turn should ever change an id's or a name's type. */
export const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
};

const timeOf = (value: unknown): number | undefined => {
  const time = typeof value === 'string' && /^\d{13}$/u.test(value) ? Number(value) : value;
  return typeof time === 'number' && Number.isInteger(time) && time > 0 && time <= latestTime ? time : undefined;
};

export const flagOf = (value: unknown): boolean | undefined => {
  if (value === true || value === 'true' || value === 1) return true;
  return value === false || value === 'false' || value === 0 ? false : undefined;
};

/** The fields of an object; undefined where it is none. */
export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  objectSchema.safeParse(value).data;
