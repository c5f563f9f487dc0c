import type * as z from 'zod';

/** What is wrong with a body, a sentence for each field (`rerun.days`; the empty name: the whole). */
export const fieldFaults = ({ issues }: z.ZodError): Record<string, string> =>
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
