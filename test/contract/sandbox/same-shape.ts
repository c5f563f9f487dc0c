export type ShapeRules = {
  /** Keys the vendor itself sends only sometimes. */
  optional?: readonly string[];
  /** Paths whose type the record leaves open; only their presence counts. */
  open?: readonly string[];
};

const kind = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
};

const isObject = (value: unknown): value is Record<string, unknown> => kind(value) === 'object';

/** Where `actual` differs from `expected` in fields, JSON types or nulls; empty when the shapes are the same. */
export const shapeDifferences = (actual: unknown, expected: unknown, rules: ShapeRules = {}, path = '$'): string[] => {
  if (rules.open?.includes(path)) return actual === undefined ? [`${path}: missing`] : [];
  if (kind(actual) !== kind(expected)) return [`${path}: ${kind(actual)} instead of ${kind(expected)}`];
  if (isObject(actual) && isObject(expected)) {
    return [...new Set([...Object.keys(actual), ...Object.keys(expected)])].flatMap((key) => {
      const here = `${path}.${key}`;
      if (!(key in actual)) return rules.optional?.includes(key) ? [] : [`${here}: missing`];
      if (!(key in expected)) return rules.optional?.includes(key) ? [] : [`${here}: not in the record`];
      return shapeDifferences(actual[key], expected[key], rules, here);
    });
  }
  if (Array.isArray(actual) && Array.isArray(expected)) {
    if (expected.length === 0) return actual.length === 0 ? [] : [`${path}: not empty as in the record`];
    if (actual.length === 0) return [`${path}: empty, nothing to compare`];
    return actual.flatMap((item, index) => {
      const tries = expected.map((example) => shapeDifferences(item, example, rules, `${path}[${index}]`));
      return [...tries].sort((a, b) => a.length - b.length)[0] ?? [];
    });
  }
  return [];
};
