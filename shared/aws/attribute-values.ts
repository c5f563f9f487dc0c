import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { isObject } from '#shared/guards.ts';
import type { Row } from './aws-calls.ts';

/** Beyond these, a number loses digits on its way through JavaScript. */
const isExact = (value: number): boolean => Math.abs(value) <= Number.MAX_SAFE_INTEGER;

const isPlain = (value: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(value));

/** What the table holds is JSON. Throws, and quotes nothing, where something is not. */
const refuse = (what: string): never => {
  throw new TypeError(`The table holds no ${what}.`);
};

const toAttribute = (value: unknown): AttributeValue => {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return isExact(value) ? { N: String(value) } : refuse('number of this size');
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  return isObject(value) && isPlain(value) ? { M: toAttributes(value) } : refuse('value of this kind');
};

const fromAttribute = ({ S, N, BOOL, NULL, L, M }: AttributeValue): unknown => {
  if (S !== undefined) return S;
  if (N !== undefined) return isExact(Number(N)) ? Number(N) : refuse('number of this size');
  if (BOOL !== undefined) return BOOL;
  if (NULL !== undefined) return null;
  if (L !== undefined) return L.map(fromAttribute);
  return M === undefined ? refuse('value of this kind') : fromAttributes(M);
};

/** The fields of a JSON object, as DynamoDB writes them. */
export const toAttributes = (fields: object): Row =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, toAttribute(value)]));

/** The JSON object that DynamoDB wrote so. */
export const fromAttributes = (row: Row): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).map(([name, attribute]) => [name, fromAttribute(attribute)]));
