import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folded, hidesSomething, tidied } from '#shared/domain/folded.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 40 });

describe('tidied and folded', () => {
  it('change nothing when they are done again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tidied(tidied(text))).toBe(tidied(text));
        expect(folded(folded(text))).toBe(folded(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it('leave nothing that nobody sees, and no half of a letter', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tidied(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]|^ | $| {2}/u);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['Reference\u00a0Check', 'reference check'],
    ['  Refe\u0301rence \t\n check ', 'r\u0065f\u00e9rence check'],
    ['Ｒeference\u200b Check\ufeff', 'reference check'],
    ['I\u0307\u0331', '\u0069\u0331\u0307'],
    ['\u3164\u034f', ''],
  ])('make of %j %j', (text, same) => {
    expect(folded(text)).toBe(same);
  });
});

describe('texts of ASCII', () => {
  it('lose nothing but spaces that nobody needs', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]{0,20}$/), (text) => {
        expect(tidied(text)).toBe(text.replaceAll(/ +/gu, ' ').trim());
        expect(folded(text)).toBe(tidied(text).toLowerCase());
      }),
    );
  });
});

describe('hidesSomething', () => {
  it('minds what is inside alone', () => {
    expect(hidesSomething('\ufeff a@b.example \u200b')).toBe(false);
    expect(hidesSomething('a\u200b@b.example')).toBe(true);
    expect(hidesSomething('a\u0000')).toBe(true);
  });
});
