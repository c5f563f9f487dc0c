import { createHash } from 'node:crypto';
import { isObject, isText } from '#shared/guards.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import type { KeyRing } from '#shared/stores/field-cipher.ts';
import type { ReadSecretText } from './aws-calls.ts';

/** For so long a process goes by what it has read. A new key waits longer than this before anything is encrypted with it, so that everybody can decrypt what anybody encrypts. */
const freshForMs = 5 * 60_000;

const shortestKey = 32;

/** Reads the ring out of its secret's text, keys by the time (seconds since 1970) from which they encrypt: the ids, oldest first, and the key of each. */
export const parseKeyRing = (text: string): { keyId: string; secret: string }[] => {
  const ring = parseJson(text);
  const entries = isObject(ring) ? Object.entries(ring) : [];
  const keys = entries.flatMap(([keyId, secret]) =>
    /^\d{1,12}$/u.test(keyId) && isText(secret) && secret.length >= shortestKey ? [{ keyId, secret }] : [],
  );
  if (keys.length === 0 || keys.length < entries.length)
    throw new Error('The encryption key secret holds no ring of keys.');
  return keys.toSorted((one, other) => Number(one.keyId) - Number(other.keyId));
};

/** Which of the keys encrypts at a time: the youngest whose time has come. */
export const currentKeyId = (ring: readonly { keyId: string }[], now: number): string => {
  const begun = ring.filter(({ keyId }) => Number(keyId) * 1000 <= now);
  return (begun.at(-1) ?? ring[0])?.keyId ?? '';
};

/** The key ring in one secret of Secrets Manager. Its keys stay there until nothing is encrypted with them, so that rotating interrupts nobody. */
export const createSecretsKeyRing = (readText: ReadSecretText, secretId: () => string, now: () => number): KeyRing => {
  let known: { ring: ReturnType<typeof parseKeyRing>; readAt: number } | null = null;
  let reading: Promise<ReturnType<typeof parseKeyRing>> | null = null;

  /** Once for all who ask meanwhile. */
  const read = (): Promise<ReturnType<typeof parseKeyRing>> => {
    const readAnew = async (): Promise<ReturnType<typeof parseKeyRing>> => {
      const ring = parseKeyRing(await readText(secretId()));
      known = { ring, readAt: now() };
      return ring;
    };
    reading ??= readAnew().finally(() => {
      reading = null;
    });
    return reading;
  };
  const fresh = async (): Promise<ReturnType<typeof parseKeyRing>> =>
    known !== null && now() - known.readAt <= freshForMs ? known.ring : read();
  const keyIn = (ring: ReturnType<typeof parseKeyRing>, keyId: string): Uint8Array | null => {
    const secret = ring.find((each) => each.keyId === keyId)?.secret;
    return secret === undefined ? null : createHash('sha256').update(secret).digest();
  };
  const byId: KeyRing['byId'] = async (keyId) => {
    // A key that is not known may have been added since.
    const key = keyIn(known?.ring ?? [], keyId) ?? keyIn(await read(), keyId);
    if (key === null) throw new Error(`Something is encrypted with the key ${keyId}, which the ring does not hold.`);
    return key;
  };
  return {
    byId,
    async current() {
      const keyId = currentKeyId(await fresh(), now());
      return { keyId, key: await byId(keyId) };
    },
  };
};
