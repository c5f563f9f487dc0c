import { cutTo } from './half-letters.ts';

const longestText = 80;
const longestAddress = 1_000;

/** Text from outside made unable to mention anybody, to lead anywhere, to break a line, to turn it round, or to be long. */
export const harmless = (text: string): string =>
  cutTo(
    text
      .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
      .replaceAll(/[@＠﹫]/gu, '(at)')
      .replaceAll('"', "'")
      .replaceAll(/:\/\/+/gu, ':')
      .trim(),
    longestText,
  );

/** An address as it was given, but for what could mention somebody or is not visible; null where it is too long to be one. */
export const harmlessAddress = (address: string): string | null => {
  const text = address
    .replaceAll(/[^\x21-\x7e]/gu, (letter) => (/\p{Cs}/u.test(letter) ? '' : encodeURIComponent(letter)))
    .replaceAll('@', '%40');
  return text.length > longestAddress ? null : text;
};
