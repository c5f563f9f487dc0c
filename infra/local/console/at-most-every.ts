/** The same answer for so long, however many ask; null when it cannot be told. */
export const atMostEvery = <T>(ms: number, read: () => Promise<T>): (() => Promise<T | null>) => {
  let seen: Promise<T | null> = Promise.resolve(null);
  let seenAt = Number.NEGATIVE_INFINITY;
  // Between stopping and stopped there is nothing to read.
  const readOrNull = async (): Promise<T | null> => read().catch(() => null);
  return () => {
    if (Date.now() - seenAt > ms) {
      seenAt = Date.now();
      seen = readOrNull();
    }
    return seen;
  };
};
