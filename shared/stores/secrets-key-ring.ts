import { createHash } from 'node:crypto';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { KeyRing } from './vault.ts';

const freshForMs = 5 * 60_000;

/** A key ring whose keys are the versions of one secret: the version's id is the key's id, and rotating is putting a new version. */
export const createSecretsKeyRing = (client: SecretsManagerClient, secretId: string, now: () => number): KeyRing => {
  const known = new Map<string, Promise<Uint8Array>>();
  let current: { keyId: string; readAt: number } | null = null;

  const read = async (versionId?: string): Promise<{ keyId: string; key: Uint8Array }> => {
    const value = await client.send(
      new GetSecretValueCommand({ SecretId: secretId, ...(versionId === undefined ? {} : { VersionId: versionId }) }),
    );
    if (value.SecretString === undefined || value.VersionId === undefined)
      throw new Error('The encryption key secret is empty.');
    return { keyId: value.VersionId, key: createHash('sha256').update(value.SecretString).digest() };
  };
  const byId: KeyRing['byId'] = (keyId) => {
    const cached = known.get(keyId);
    if (cached !== undefined) return cached;
    const reading = read(keyId).then(({ key }) => key);
    known.set(keyId, reading);
    reading.catch(() => known.delete(keyId));
    return reading;
  };
  return {
    byId,
    async current() {
      if (current === null || now() - current.readAt > freshForMs) {
        const { keyId, key } = await read();
        known.set(keyId, Promise.resolve(key));
        current = { keyId, readAt: now() };
      }
      return { keyId: current.keyId, key: await byId(current.keyId) };
    },
  };
};
