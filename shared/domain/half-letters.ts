/** Does the text hold half of a letter, a surrogate without its other half? JSON can write it, but no database or queue takes it. */
export const hasHalfLetter = (text: string): boolean => /\p{Cs}/u.test(text);
