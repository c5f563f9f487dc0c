import type { ReadSecretText } from './aws-calls.ts';

const freshForMs = 5 * 60_000;

/** Reads secrets' texts, each when first needed and again after a while, so that a rotation needs no deployment. Whoever asks while it is being read waits for the same answer. */
export const rememberingSecrets = (read: ReadSecretText, now: () => number): ReadSecretText => {
  const known = new Map<string, { text: Promise<string>; readAt: number }>();
  return (secretId) => {
    const remembered = known.get(secretId);
    if (remembered !== undefined && now() - remembered.readAt <= freshForMs) return remembered.text;
    const text = read(secretId);
    known.set(secretId, { text, readAt: now() });
    text.catch(() => known.delete(secretId));
    return text;
  };
};
