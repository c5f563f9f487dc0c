import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromAttributes, toAttributes } from '#shared/aws/attribute-values.ts';

const safe = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    fc.double({ ...safe, noNaN: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 5 }),
  ),
}));
const fields = fc.dictionary(fc.string(), value, { maxKeys: 6 });
/** What AWS's own functions lose, for they assign it. */
const hasProto = (given: unknown): boolean => JSON.stringify(given).includes('"__proto__":');

describe('values of the table', () => {
  it('are written as AWS’s own function writes them', () => {
    fc.assert(
      fc.property(fields, (given) => {
        fc.pre(!hasProto(given));
        expect(toAttributes(given)).toEqual(marshall(given));
      }),
    );
  });

  it('are read as AWS’s own function reads them', () => {
    fc.assert(
      fc.property(fields, (given) => {
        fc.pre(!hasProto(given));
        const row = marshall(given);
        expect(fromAttributes(row)).toEqual(unmarshall(row));
      }),
    );
  });

  it('come back as they were, whatever their names', () => {
    // DynamoDB knows one zero.
    const same = (given: unknown) => JSON.stringify(given, (_, each) => (each === 0 ? 0 : each));
    fc.assert(
      fc.property(fields, (given) => {
        expect(same(fromAttributes(JSON.parse(JSON.stringify(toAttributes(given)))))).toBe(same(given));
      }),
    );
    const inherited = JSON.parse('{"__proto__":{"constructor":1}}');
    expect(JSON.stringify(fromAttributes(toAttributes(inherited)))).toBe('{"__proto__":{"constructor":1}}');
  });

  it.each([
    ['undefined', undefined],
    ['no number', Number.NaN],
    ['an infinite number', Number.POSITIVE_INFINITY],
    ['a number that is not exact', Number.MAX_SAFE_INTEGER + 1],
    ['an instance of a class', new Date(0)],
    ['a set', new Set(['a'])],
    ['bytes', new Uint8Array(1)],
    ['a function', () => 1],
  ])('are never %s', (_, given) => {
    expect(() => toAttributes({ given })).toThrow(/^The table holds no /u);
    expect(() => toAttributes({ deep: [{ given }] })).toThrow(TypeError);
  });

  it.each([
    ['a number that is not exact', { N: '9007199254740993' }],
    ['no number', { N: 'many' }],
    ['a set', { SS: ['a'] }],
    ['bytes', { B: new Uint8Array(1) }],
  ])('are refused where somebody else wrote %s', (_, given) => {
    expect(() => fromAttributes({ given })).toThrow(/^The table holds no /u);
  });
});
