import * as z from 'zod';

const list = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const statementSchema = z.strictObject({
  Sid: z.unknown().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: list,
  Resource: list,
  Condition: z.record(z.string(), z.record(z.string(), list)).default({}),
});

/** The document of an identity policy, every reference in it resolved. */
export const policyDocumentSchema = z.object({ Version: z.literal('2012-10-17'), Statement: z.array(statementSchema) });
export type Statement = z.infer<typeof statementSchema>;

/** Something that a caller asks AWS to do. `context`: what conditions may look at; a key that is missing has no value. */
export type Action = {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
};

/** Does the text have this form, in which `*` and `?` stand for anything? */
const isLike = (pattern: string, text: string): boolean => {
  const words = pattern.replaceAll(/[.+^${}()|[\]\\]/gu, String.raw`\$&`);
  return new RegExp(`^${words.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su').test(text);
};

/**
 * Does one condition hold? As IAM does it: the values that are wanted are alternatives; `ForAllValues` holds where nothing is
 * given, and a negated operator where no alternative fits.
 */
const holds = (operator: string, wanted: readonly string[], given: readonly string[]): boolean => {
  const parts = /^(?:(ForAllValues|ForAnyValue):)?(?:String|Arn)(Not)?(Equals|Like)$/u.exec(operator);
  if (parts === null) throw new Error(`the operator ${operator} of a policy's condition is not understood here`);
  const [, quantifier, negation, kind] = parts;
  const fits = (value: string): boolean =>
    wanted.some((each) => (kind === 'Like' ? isLike(each, value) : each === value)) === (negation === undefined);
  if (quantifier === 'ForAllValues') return given.every(fits);
  if (quantifier === 'ForAnyValue') return given.some(fits);
  return given.length === 0 ? negation !== undefined : given.every(fits);
};

const applies = ({ Action, Resource, Condition }: Statement, { action, resource, context }: Action): boolean =>
  Action.some((each) => isLike(each.toLowerCase(), action.toLowerCase())) &&
  Resource.some((each) => isLike(each, resource)) &&
  Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, wanted, context[key] ?? [])),
  );

/** May somebody with these statements do it? Throws for a condition that is not understood. */
export const isAllowed = (statements: readonly Statement[], action: Action): boolean => {
  const applying = statements.filter((statement) => applies(statement, action));
  return applying.some(({ Effect }) => Effect === 'Allow') && applying.every(({ Effect }) => Effect === 'Allow');
};
