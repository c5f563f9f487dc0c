import { currentKeyId } from '#shared/aws/secrets-key-ring.ts';

type Ring = readonly { keyId: string; secret: string }[];

/** Longer than any function goes by the ring that it has read: by then all can decrypt what the new key encrypts. */
const beginsAfterMs = 10 * 60_000;
/** The table can be restored to any second of the last 35 days, with what was encrypted then. */
const keptForMs = 36 * 86_400_000;

/**
 * The ring with another key, which encrypts from ten minutes on, and without those that are long out of use: their successor
 * took over more than the table's backups ago, and nothing that is stored names them.
 */
export const withNewKey = (
  ring: Ring,
  { now, secret, usedKeyIds }: { now: number; secret: string; usedKeyIds: ReadonlySet<string> },
): { ring: Ring; addedKeyId: string; droppedKeyIds: string[] } => {
  const addedKeyId = String(Math.ceil((now + beginsAfterMs) / 1000));
  const successorBegan = (index: number): number => Number(ring[index + 1]?.keyId ?? Number.POSITIVE_INFINITY) * 1000;
  const isDropped = ({ keyId }: { keyId: string }, index: number): boolean =>
    keyId !== currentKeyId(ring, now) && !usedKeyIds.has(keyId) && successorBegan(index) < now - keptForMs;
  return {
    ring: [...ring.filter((key, index) => !isDropped(key, index)), { keyId: addedKeyId, secret }],
    addedKeyId,
    droppedKeyIds: ring.filter(isDropped).map(({ keyId }) => keyId),
  };
};

/** The ring as its secret's text. */
export const keyRingText = (ring: Ring): string =>
  JSON.stringify(Object.fromEntries(ring.map(({ keyId, secret }) => [keyId, secret])));
