import { describe, expect, it } from 'vitest';
import { keyRingText, withNewKey } from '#infra/operator/rotate-key.ts';
import { createSecretsKeyRing, parseKeyRing } from '#shared/aws/secrets-key-ring.ts';
import { createCredentialStore, noCredentials } from '#shared/stores/credential-store.ts';
import { createFieldCipher } from '#shared/stores/field-cipher.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

const [accountId, context, minute, day] = ['acct_harborlight', 'acct_harborlight/turn-token', 60_000, 86_400_000];
const [first, second] = ['a'.repeat(64), 'b'.repeat(64)];

/** Secrets Manager with one secret, and any number of processes that read it. */
const scene = (text = keyRingText([{ keyId: '0', secret: first }])) => {
  let time = 1_772_442_060_000;
  let stored = text;
  let reads = 0;
  const readText = async (): Promise<string> => {
    reads += 1;
    return stored;
  };
  const startProcess = () =>
    createFieldCipher(
      createSecretsKeyRing(
        readText,
        () => 'ring',
        () => time,
      ),
    );
  return {
    startProcess,
    reads: () => reads,
    now: () => time,
    passTime: (ms: number): void => {
      time += ms;
    },
    rotate: (secret = second, used: string[] = []): string[] => {
      const rotated = withNewKey(parseKeyRing(stored), { now: time, secret, usedKeyIds: new Set(used) });
      stored = keyRingText(rotated.ring);
      return rotated.droppedKeyIds;
    },
    keyIds: () => parseKeyRing(stored).map(({ keyId }) => keyId),
  };
};

const keyOf = (encrypted: string): unknown =>
  JSON.parse(Buffer.from(encrypted.split('.')[0] ?? '', 'base64url').toString()).kid;

describe('the key ring', () => {
  it('is read once in five minutes, whatever is encrypted and decrypted', async () => {
    const { startProcess, reads, passTime } = scene();
    const cipher = startProcess();
    for (let n = 0; n < 20; n++) expect(await cipher.decrypt(context, await cipher.encrypt(context, 'x'))).toBe('x');
    expect(reads()).toBe(1);
    passTime(5 * minute + 1);
    await Promise.all(Array.from({ length: 9 }, () => cipher.encrypt(context, 'x')));
    expect(reads()).toBe(2);
  });

  it('encrypts with a new key only after everybody has had time to read it', async () => {
    const { startProcess, passTime, rotate, keyIds } = scene();
    const [writer, reader] = [startProcess(), startProcess()];
    const before = await writer.encrypt(context, 'x');
    rotate();
    passTime(9 * minute);
    expect(keyOf(await startProcess().encrypt(context, 'x'))).toBe('0');
    passTime(minute);
    const after = await writer.encrypt(context, 'x');
    expect(keyOf(after)).toBe(keyIds()[1]);
    for (const encrypted of [before, after]) expect(await reader.decrypt(context, encrypted)).toBe('x');
    expect([await writer.isCurrent(before), await writer.isCurrent(after)]).toEqual([false, true]);
  });

  it('decrypts what was encrypted with a key that it has not seen yet, and nothing that is encrypted with none of its own', async () => {
    const { startProcess, passTime, rotate } = scene();
    const reader = startProcess();
    await reader.encrypt(context, 'x');
    rotate();
    passTime(10 * minute);
    const encrypted = await startProcess().encrypt(context, 'news');
    // Its own clock stands where it read the ring: only the unknown id makes it read again.
    expect(await reader.decrypt(context, encrypted)).toBe('news');
    const other = scene(keyRingText([{ keyId: '1', secret: second }]));
    await expect(reader.decrypt(context, await other.startProcess().encrypt(context, 'x'))).rejects.toThrow(
      'does not hold',
    );
  });

  it('interrupts nobody, however often it is rotated and whenever a process last read it', async () => {
    const { startProcess, passTime, rotate } = scene();
    const processes = Array.from({ length: 6 }, startProcess);
    const encrypted: string[] = [];
    for (let n = 0; n < 120; n++) {
      passTime((n % 4) * minute);
      if (n % 9 === 0) rotate(String(n).padStart(64, 'k'));
      encrypted.push((await processes[n % 6]?.encrypt(context, `secret ${n}`)) ?? '');
      const oldest = n % encrypted.length;
      for (const cipher of processes) {
        expect(await cipher.decrypt(context, encrypted.at(-1) ?? '')).toBe(`secret ${n}`);
        expect(await cipher.decrypt(context, encrypted[oldest] ?? '')).toBe(`secret ${oldest}`);
      }
    }
    expect(new Set(encrypted.map(keyOf)).size).toBeGreaterThan(8);
  });

  it('keeps a key while anything stored names it, and as long as the table’s backups reach', async () => {
    const { rotate, passTime, keyIds } = scene();
    rotate();
    passTime(35 * day);
    expect(rotate()).toEqual([]);
    passTime(2 * day);
    expect(rotate('c'.repeat(64), ['0'])).toEqual([]);
    expect(rotate('d'.repeat(64))).toEqual(['0']);
    expect(keyIds()).not.toContain('0');
  });

  it('never drops the key that encrypts now, though nothing is encrypted with it', () => {
    const { rotate, passTime } = scene();
    rotate();
    passTime(100 * day);
    expect(rotate('c'.repeat(64))).toEqual(['0']);
    passTime(11 * minute);
    expect(rotate('d'.repeat(64))).toEqual([]);
  });

  it.each(['', 'text', '[]', '{}', '{"0":"short"}', '{"one":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}', '{"0":1}'])(
    'is none in %j, and says so without showing it',
    (text) => {
      expect(() => parseKeyRing(text)).toThrow('The encryption key secret holds no ring of keys.');
    },
  );
});

describe('credentials', () => {
  it('are encrypted anew once a key is no longer current, once, and stay what they were', async () => {
    const { startProcess, rotate, passTime } = scene();
    const table = createMemoryTable();
    const store = createCredentialStore(table, startProcess());
    const credentials = {
      ...noCredentials,
      turnToken: 'turn-token',
      tokens: { accessToken: 'access', refreshToken: 'refresh', expiresAt: 1 },
    };
    await store.update(accountId, () => credentials);
    const kids = () =>
      new Set(
        JSON.stringify([...table.items.values()])
          .match(/eyJ[\w-]+/gu)
          ?.map(keyOf),
      );
    await store.reencrypt(accountId);
    expect((await store.load(accountId)).version).toBe(1);
    rotate();
    passTime(11 * minute);
    expect(kids()).toEqual(new Set(['0']));
    for (let times = 0; times < 2; times++) await store.reencrypt(accountId);
    expect(kids().size).toBe(1);
    expect(kids()).not.toContain('0');
    expect(await store.load(accountId)).toEqual({ credentials, version: 2 });
    await store.reencrypt('acct_nobody');
    expect(table.items.size).toBe(1);
  });
});
