/** What nobody sees: control and format characters, halves of letters, and what the Unicode standard says to show as nothing. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;
const everyInvisible = new RegExp(invisible, 'gu');
/** Bundled, a pattern with such a class is made by a call: once, and not for each text. */
const whiteSpace = /\p{White_Space}/gu;
const outside = /^[\p{White_Space}\p{Cf}]+|[\p{White_Space}\p{Cf}]+$/gu;

/** Most texts: letters of ASCII, and single spaces between them. Nothing about them is to be tidied. */
const plain = /^[!-~]+(?: [!-~]+)*$/u;

/** Text as a reader sees it, however it was typed or pasted: one form for each letter, nothing invisible, single spaces and none outside. */
export const tidied = (text: string): string => (plain.test(text) ? text : tidiedAnew(text));

const tidiedAnew = (text: string): string =>
  text.replaceAll(whiteSpace, ' ').replaceAll(everyInvisible, '').normalize('NFKC').replaceAll(/ +/gu, ' ').trim();

/** Two texts that fold to the same are the same to a reader: case does not count either. */
export const folded = (text: string): string =>
  // Lower case may put marks into another order, as that of İ does.
  tidied(text).toLocaleLowerCase('en').normalize('NFKC');

/** Is there anything between the first and the last letter that nobody sees? */
export const hidesSomething = (text: string): boolean => invisible.test(text.replaceAll(outside, ''));
