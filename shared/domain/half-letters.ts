const halfLetter = /\p{Cs}/u;
const halfAtTheEnd = /\p{Cs}$/u;

/** Does the text hold half of a letter, a surrogate without its other half? JSON can write it, but no database or queue takes it. */
export const hasHalfLetter = (text: string): boolean => halfLetter.test(text);

/** The text, at most so long, and without the half of a letter that the cut went through. */
export const cutTo = (text: string, length: number): string => text.slice(0, length).replace(halfAtTheEnd, '');
