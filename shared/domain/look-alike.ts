import { folded, tidied } from './folded.ts';

/** Letters of the Latin alphabet that do not come apart into a letter and its accent. */
const wholeLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'p',
  ı: 'i',
};

/** What else reads as something else in many a typeface: the confusables of the Unicode standard (UTS 39) among the letters and digits that are left. */
const twins: readonly (readonly [RegExp, string])[] = [
  [/0/gu, 'o'],
  [/[1i|]/gu, 'l'],
  [/rn/gu, 'm'],
  [/vv/gu, 'w'],
];

const withoutAccents = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[ßæœøđðłþı]/gu, (letter) => wholeLetters[letter] ?? letter);

/** How a text looks at a glance: texts that look the same are the same here. Accents, case, spaces and punctuation do not count. */
export const lookOf = (text: string): string => {
  const plain = withoutAccents(folded(text));
  const letters = plain.replaceAll(/[\p{P}\p{Z}]/gu, '');
  return twins.reduce((look, [twin, to]) => look.replaceAll(twin, to), letters === '' ? plain : letters);
};

/** Signs that look like letters: letterlike, some of mathematics and of APL, circles, letters in boxes. */
const letterlikeSigns = /[\u2100-\u214f\u2208-\u2237\u2336-\u237a\u25cb-\u25ef\u{1f100}-\u{1f1ff}]/u;

/**
 * Is it written without anything that could pass for a Latin letter and is none? Letters are a to z, with or without accents, and those of
 * Chinese, Japanese and Korean, which look like no others; Cyrillic, Greek and many more have twins of ours.
 */
export const isPlainlyWritten = (text: string): boolean => {
  const letters = withoutAccents(tidied(text).toLowerCase());
  const isPlain = (letter: string): boolean =>
    /[a-z0-9\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]/u.test(letter);
  return !letterlikeSigns.test(letters) && [...letters].every((each) => !/[\p{L}\p{N}]/u.test(each) || isPlain(each));
};
