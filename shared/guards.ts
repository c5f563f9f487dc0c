/** Says whether a value has a shape. What an object holds besides does not count, and stays in it. */
export type Guard<T> = (value: unknown) => value is T;

export const isText: Guard<string> = (value) => typeof value === 'string';
export const isNumber: Guard<number> = (value) => typeof value === 'number';
export const isBoolean: Guard<boolean> = (value) => typeof value === 'boolean';

/** A JSON object: neither a list nor null. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const orNull =
  <T>(guard: Guard<T>): Guard<T | null> =>
  (value): value is T | null =>
    value === null || guard(value);

export const orAbsent =
  <T>(guard: Guard<T>): Guard<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || guard(value);

export const isListOf =
  <T>(guard: Guard<T>): Guard<T[]> =>
  (value): value is T[] =>
    Array.isArray(value) && value.every(guard);

export const isRecordOf =
  <T>(guard: Guard<T>): Guard<Record<string, T>> =>
  (value): value is Record<string, T> =>
    isObject(value) && Object.values(value).every(guard);

/** An object whose fields have these shapes. */
export const hasFields = <Shape extends object>(
  fields: { readonly [Name in keyof Shape]: Guard<Shape[Name]> },
): Guard<Shape> => {
  const guards = Object.entries<Guard<unknown>>(fields);
  return (value): value is Shape => isObject(value) && guards.every(([name, guard]) => guard(value[name]));
};

/** The value, if it has the shape. Throws a `TypeError` that quotes nothing. For what anybody may call: zod takes longer to load than all else that such a function does. */
export const withShape = <T>(guard: Guard<T>, value: unknown): T => {
  if (guard(value)) return value;
  throw new TypeError('Something that was stored or answered has another shape.');
};
