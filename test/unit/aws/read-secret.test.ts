import type { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { readSecretOf } from '#shared/aws/read-secret.ts';

const minute = 60_000;

/** Secrets Manager, whose answers name the secret and count how often it was read. */
const scene = (texts: Record<string, string | undefined>) => {
  let time = 1_772_442_060_000;
  const reads: string[] = [];
  const client = {
    send: async ({ input: { SecretId = '' } }: GetSecretValueCommand) => {
      reads.push(SecretId);
      return { SecretString: texts[SecretId] };
    },
  };
  return {
    readSecret: readSecretOf(client as unknown as SecretsManagerClient, () => time),
    reads,
    passTime: (ms: number): void => {
      time += ms;
    },
  };
};

describe('a secret', () => {
  it('is read when it is first needed, each for itself, and again after five minutes', async () => {
    const texts = { app: 'first', key: 'other' };
    const { readSecret, reads, passTime } = scene(texts);
    for (let n = 0; n < 3; n++) expect(await readSecret('app')).toBe('first');
    expect(await readSecret('key')).toBe('other');
    expect(reads).toEqual(['app', 'key']);
    texts.app = 'rotated';
    passTime(5 * minute);
    expect(await readSecret('app')).toBe('first');
    passTime(1);
    expect(await readSecret('app')).toBe('rotated');
    expect(reads).toEqual(['app', 'key', 'app']);
  });

  it('that is empty is a fault of the deployment, and is not remembered', async () => {
    const texts: Record<string, string | undefined> = { app: undefined };
    const { readSecret } = scene(texts);
    await expect(readSecret('app')).rejects.toThrow('empty');
    texts['app'] = 'there now';
    expect(await readSecret('app')).toBe('there now');
  });
});
