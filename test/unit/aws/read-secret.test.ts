import { describe, expect, it } from 'vitest';
import { rememberingSecrets } from '#shared/aws/read-secret.ts';

const minute = 60_000;

/** Secrets Manager, which counts how often each secret was read. */
const scene = (texts: Record<string, string | undefined>) => {
  let time = 1_772_442_060_000;
  const reads: string[] = [];
  const read = async (secretId: string): Promise<string> => {
    reads.push(secretId);
    const text = texts[secretId];
    if (text === undefined) throw new Error('It is empty.');
    return text;
  };
  return {
    readSecret: rememberingSecrets(read, () => time),
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

  it('is read once for all who need it meanwhile', async () => {
    const { readSecret, reads } = scene({ app: 'first' });
    expect(await Promise.all([readSecret('app'), readSecret('app'), readSecret('app')])).toEqual(
      Array.from({ length: 3 }, () => 'first'),
    );
    expect(reads).toEqual(['app']);
  });

  it('that could not be read is not remembered', async () => {
    const texts: Record<string, string | undefined> = { app: undefined };
    const { readSecret } = scene(texts);
    await expect(readSecret('app')).rejects.toThrow('empty');
    texts['app'] = 'there now';
    expect(await readSecret('app')).toBe('there now');
  });
});
