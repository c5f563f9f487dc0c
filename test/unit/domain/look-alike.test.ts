import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlainlyWritten, lookOf } from '#shared/domain/look-alike.ts';

describe('lookOf', () => {
  it('is one for what looks the same, and another for what does not', () => {
    for (const other of ['Clear', ' CLEAR ', 'c-lear', 'cIear', 'c1ear', 'cléar', 'clear.', 'c\u200blear', 'ｃlear'])
      expect(lookOf(other)).toBe(lookOf('clear'));
    expect(lookOf('first notice')).toBe(lookOf('first_notice'));
    expect(lookOf('cornpliance')).toBe(lookOf('compliance'));
    expect(lookOf('cleat')).not.toBe(lookOf('clear'));
    expect(lookOf('…')).not.toBe('');
    expect(lookOf('clear ✓')).not.toBe(lookOf('clear ✗'));
  });
});

describe('isPlainlyWritten', () => {
  it('takes the letters of many languages, digits, signs and emoji', () => {
    for (const text of [
      'Überprüft ✓',
      'Straße',
      'łódź',
      'Ånd 24/7',
      'Vérifié – OK',
      '要確認',
      'チェック',
      '검토',
      '✅ go',
      '',
    ])
      expect(isPlainlyWritten(text)).toBe(true);
  });

  it('takes no letter that only looks like one of a to z', () => {
    const twins = 'аеорсухіјѕԁӏΑΕΟοѵϲɑɡʟᴀᴄᴇʀꞓƽǀ٠߀०𐐬℮⍺○🅰🇨';
    const letters = fc.constantFrom(...twins);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 5 }), letters, (text, twin) => {
        expect(isPlainlyWritten(`${text}${twin}${text}`)).toBe(false);
      }),
    );
  });
});
