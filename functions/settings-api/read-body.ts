import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { hasHalfLetter } from '#shared/domain/half-letters.ts';
import type { Incoming } from '#shared/edge/http-handler.ts';
import type { Refusal } from '#shared/edge/posted-handler.ts';
import { parseJson } from '#shared/http/parse-json.ts';

// Its small form brings no sentences of zod's own.
z.config(en());

const largestBodyBytes = 65_536;

/** The request's body in the shape that the route wants, or why it is refused. */
export const readBody = <T>(
  { body, bodyBytes }: Pick<Incoming, 'body' | 'bodyBytes'>,
  schema: z.ZodMiniType<T>,
): { readonly value: T } | { readonly refusal: Refusal } => {
  if (bodyBytes > largestBodyBytes) {
    return { refusal: { status: 413, code: 'too_large', message: 'The request is larger than 64 KiB.' } };
  }
  const json = parseJson(body);
  if (json === undefined) {
    return { refusal: { status: 400, code: 'not_json', message: 'The request is not JSON.' } };
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) return { refusal: invalid(fieldFaults(parsed.error)) };
  const halved = fieldsWithHalfLetters(parsed.data, []);
  const message = 'A letter of this is cut in half. Type it again.';
  if (halved.length > 0) return { refusal: invalid(Object.fromEntries(halved.map((field) => [field, message]))) };
  return { value: parsed.data };
};

const fieldsWithHalfLetters = (value: unknown, path: readonly string[]): string[] => {
  if (typeof value === 'string') return hasHalfLetter(value) ? [path.join('.')] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    hasHalfLetter(key) ? [path.join('.')] : fieldsWithHalfLetters(each, [...path, key]),
  );
};

/** Refused for what is wrong with its fields. */
export const invalid = (fields: Readonly<Record<string, string>>): Refusal => ({
  status: 422,
  code: 'invalid',
  message: 'Some fields are not valid.',
  fields,
});

/** What is wrong with a body, a sentence for each field (`rerun.days`; the empty name: the whole). */
export const fieldFaults = ({ issues }: z.core.$ZodError): Record<string, string> =>
  Object.fromEntries(issues.flatMap(faultsOf));

const faultsOf = (issue: z.core.$ZodIssue): [string, string][] => {
  const field = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => [[...issue.path, key].join('.'), 'There is no such field.']);
  }
  if (issue.code === 'invalid_type') return [[field, `Expected ${expectedWords[issue.expected] ?? issue.expected}.`]];
  if (issue.code === 'invalid_value') return [[field, `Choose one of these: ${issue.values.map(String).join(', ')}.`]];
  return [[field, issue.code === 'invalid_union' ? 'There is no such choice.' : issue.message]];
};

const expectedWords: Readonly<Record<string, string>> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
};
