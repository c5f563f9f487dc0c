/** One of the keys that an account's callback address has or had, by when it was made (epoch milliseconds), which no two keys of an account share: not even after the account was deleted and created again. `validUntil` is null for the current one. */
export type CallbackKey = { readonly madeAt: number; readonly validUntil: number | null };

type HasKeys = { readonly callbackKeys: readonly CallbackKey[] };

/** How long the address of before is still listened to: checks that are ordered keep it, and somebody has to set the new one at Turn. */
const previousValidForMs = 14 * 86_400_000;

/** However often it is changed within two weeks. */
const mostKeys = 5;

/** The keys that a callback may come with now, the current one first. */
export const validCallbackKeys = ({ callbackKeys }: HasKeys, now: number): CallbackKey[] =>
  callbackKeys.filter(({ validUntil }) => validUntil === null || validUntil > now);

/** Until when the last key before the current one is accepted, epoch milliseconds; null where there is none any more. */
export const previousKeyUntil = (account: HasKeys, now: number): number | null => {
  const times = validCallbackKeys(account, now).flatMap(({ validUntil }) => validUntil ?? []);
  return times.length === 0 ? null : Math.max(...times);
};

/** The account with a new callback key. The one before stays valid for two weeks, or ends `atOnce`. */
export const withNewCallbackKey = <T extends HasKeys>(account: T, now: number, atOnce = false): T => {
  const previous = validCallbackKeys(account, now).map((key) => ({
    ...key,
    validUntil: key.validUntil ?? now + previousValidForMs,
  }));
  const callbackKeys = [{ madeAt: now, validUntil: null }, ...(atOnce ? [] : previous)].slice(0, mostKeys);
  return { ...account, callbackKeys };
};
