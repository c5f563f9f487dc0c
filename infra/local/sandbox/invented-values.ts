/** A source of numbers in [0, 1): injected, so that a simulation can replay a run. */
export type Random = () => number;

const pick = (random: Random, alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('');

/** Lower-case hex of the given length, as in Lever's tokens (48) and ids. */
export const inventHex = (random: Random, length: number): string => pick(random, '0123456789abcdef', length);

/** Decimal digits, as in Turn's `C1234567890` and `P1234567890`. */
export const inventDigits = (random: Random, length: number): string => pick(random, '0123456789', length);

/** URL-safe text, as in refresh tokens and consent links. */
export const inventText = (random: Random, length: number): string =>
  pick(random, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_', length);

/** A version 4 UUID. */
export const inventUuid = (random: Random): string => {
  const hex = inventHex(random, 32);
  const variant = pick(random, '89ab', 1);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
};
