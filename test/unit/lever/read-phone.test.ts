import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPhone } from '#shared/lever/read-phone.ts';

const read = (text: string) => {
  const { value, isForeign } = readPhone({ type: 'mobile', text });
  return isForeign ? 'foreign' : value;
};
const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`, 'u'));
/** A number of Philadelphia, however people write it. */
const local = digits(6).map((rest) => `2152${rest}`);
const written = (number: string) => {
  const [area, exchange, line] = [number.slice(0, 3), number.slice(3, 6), number.slice(6)];
  return fc.constantFrom(
    number,
    `(${area}) ${exchange}-${line}`,
    `${area}.${exchange}.${line}`,
    `+1 ${area} ${exchange} ${line}`,
    `1-${area}-${exchange}-${line}`,
    `\u202a+1\u00a0(${area})\u00a0${exchange}\u2011${line}\u202c`,
  );
};
const extension = fc
  .tuple(fc.constantFrom(' x', ' ext. ', ' ext', ' extension ', ' #', ',', ';ext='), fc.integer({ min: 1, max: 9999 }))
  .map((parts) => parts.join(''));

describe('readPhone', () => {
  it('reads a number without a country as one of the United States, however it is written, and cuts its extension', () => {
    const one = local.chain((number) =>
      fc.record({ number: fc.constant(number), text: written(number), more: fc.option(extension, { nil: '' }) }),
    );
    fc.assert(
      fc.property(one, ({ number, text, more }) => {
        expect(read(`${text}${more}`)).toBe(number);
      }),
      { numRuns: 3_000 },
    );
  });

  it('never takes the digits of another country for those of a number', () => {
    const country = fc.constantFrom('65', '44', '91', '49', '52', '61', '86', '20', '353', '972');
    const plus = fc.constantFrom('+', '00', '011 ', '(+', '+ ', '\u200e+');
    fc.assert(
      fc.property(plus, country, fc.integer({ min: 1, max: 10 }).chain(digits), (sign, code, rest) => {
        expect(readPhone({ type: null, text: `${sign}${code} ${rest}` }).value).toBeNull();
      }),
      { numRuns: 3_000 },
    );
  });

  it('answers ten digits of North America or none, whatever it is given', () => {
    const any = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[+\d ().,x#-]{0,24}$/u));
    fc.assert(
      fc.property(any, (text) => {
        const { value, isForeign } = readPhone({ type: null, text });
        if (value !== null) expect(value).toMatch(/^[2-9]\d\d[2-9]\d{6}$/u);
        if (isForeign) expect(value).toBeNull();
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['+65 9123 4567', 'foreign'],
    ['0065 9123 4567', 'foreign'],
    ['(+65) 9123 4567', 'foreign'],
    ['+65 12', 'foreign'],
    ['65 9123 4567', null],
    ['(215) 555-0123 x4', '2155550123'],
    ['(215) 555-0123 4', null],
    ['+1 (876) 555-0123', '8765550123'],
    ['555-0123', null],
    ['215-555-0123 / 215-555-0199', null],
    ['٢١٥٥٥٥٠١٢٣', '2155550123'],
    ['call after six', null],
    ['', null],
  ])('reads %j as %j', (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});
