import fc from 'fast-check';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import { createFieldCipher } from '#shared/stores/field-cipher.ts';

const keysById: Record<string, Uint8Array> = { k1: new Uint8Array(32).fill(1), k2: new Uint8Array(32).fill(2) };
const cipherWith = (currentId: string, others: readonly string[] = Object.keys(keysById)) => {
  const keyOf = (keyId: string): Uint8Array => {
    const key = others.includes(keyId) ? keysById[keyId] : undefined;
    if (key === undefined) throw new Error('There is no such key.');
    return key;
  };
  return createFieldCipher({
    current: async () => ({ keyId: currentId, key: keyOf(currentId) }),
    byId: async (keyId) => keyOf(keyId),
  });
};
const context = 'acct_harborlight/turn-token';

describe('the cipher', () => {
  it('decrypts what it encrypted, whatever the secret, and shows nothing of it', async () => {
    const cipher = cipherWith('k1');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 80 }), async (secret) => {
        const encrypted = await cipher.encrypt(context, secret);
        expect(await cipher.decrypt(context, encrypted)).toBe(secret);
        if (secret.length > 8) expect(encrypted).not.toContain(secret);
        expect(await cipher.encrypt(context, secret)).not.toBe(encrypted);
      }),
    );
  });

  it('decrypts nothing that was encrypted for another account or another field', async () => {
    const cipher = cipherWith('k1');
    const encrypted = await cipher.encrypt(context, 'a secret');
    for (const other of [
      'acct_other/turn-token',
      'acct_harborlight/webhook-secret',
      'acct_harborlight',
      '',
      `${context} `,
    ]) {
      await expect(cipher.decrypt(other, encrypted)).rejects.toThrow();
    }
  });

  it('decrypts nothing whose context was rewritten', async () => {
    const cipher = cipherWith('k1');
    const [header = '', ...rest] = (await cipher.encrypt(context, 'a secret')).split('.');
    const readable = JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, unknown>;
    expect(readable).toEqual({ alg: 'dir', enc: 'A256GCM', kid: 'k1', ctx: context });
    const forged = Buffer.from(JSON.stringify({ ...readable, ctx: 'acct_other/turn-token' })).toString('base64url');
    await expect(cipher.decrypt('acct_other/turn-token', [forged, ...rest].join('.'))).rejects.toThrow();
  });

  it('decrypts nothing in which one character of the encrypted part was changed', async () => {
    const cipher = cipherWith('k1');
    const encrypted = await cipher.encrypt(context, 'a secret');
    const [header, key, iv, text = '', tag] = encrypted.split('.');
    const changed = `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;
    await expect(cipher.decrypt(context, [header, key, iv, changed, tag].join('.'))).rejects.toThrow();
  });

  it('goes on decrypting old secrets after the key was rotated, and encrypts new ones with the new key', async () => {
    const old = await cipherWith('k1').encrypt(context, 'old secret');
    const rotated = cipherWith('k2');
    const fresh = await rotated.encrypt(context, 'new secret');
    expect(await rotated.decrypt(context, old)).toBe('old secret');
    expect(await rotated.decrypt(context, fresh)).toBe('new secret');
    await expect(cipherWith('k1', ['k1']).decrypt(context, fresh)).rejects.toThrow();
    await expect(cipherWith('k2', ['k2']).decrypt(context, old)).rejects.toThrow();
  });

  it('writes and reads what any JOSE library does', async () => {
    const header = { alg: 'dir', enc: 'A256GCM', kid: 'k1', ctx: context };
    const key = keysById['k1'] ?? new Uint8Array();
    const foreign = await new CompactEncrypt(Buffer.from('a sécret')).setProtectedHeader(header).encrypt(key);
    expect(await cipherWith('k1').decrypt(context, foreign)).toBe('a sécret');
    const own = await compactDecrypt(await cipherWith('k1').encrypt(context, 'a sécret'), key);
    expect([Buffer.from(own.plaintext).toString(), own.protectedHeader]).toEqual(['a sécret', header]);
  });

  it('decrypts nothing that has another form, another algorithm or a shorter tag', async () => {
    const cipher = cipherWith('k1');
    const [header = '', key = '', iv = '', text = '', tag = ''] = (await cipher.encrypt(context, 'a secret')).split(
      '.',
    );
    const encode = (fields: object) => Buffer.from(JSON.stringify(fields)).toString('base64url');
    const known = { alg: 'dir', enc: 'A256GCM', kid: 'k1', ctx: context };
    for (const parts of [
      [],
      [''],
      ['a secret'],
      [header],
      [header, key, iv, text],
      [header, key, iv, text, ''],
      [header, key, iv, text, tag.slice(0, 6)],
      [header, key, iv, text, tag, tag],
      [header, 'AAAA', iv, text, tag],
      [header, key, '', text, tag],
      [encode({ ...known, enc: 'A128GCM' }), key, iv, text, tag],
      [encode({ ...known, alg: 'A256KW' }), key, iv, text, tag],
      [encode({ ...known, kid: 1 }), key, iv, text, tag],
    ])
      await expect(cipher.decrypt(context, parts.join('.'))).rejects.toThrow();
  });

  it('opens the same text once, and forgets the oldest where it knows too many', async () => {
    let asked = 0;
    const key = keysById['k1'] ?? new Uint8Array();
    const byId = async () => {
      asked += 1;
      return key;
    };
    const cipher = createFieldCipher({ current: async () => ({ keyId: 'k1', key }), byId });
    const [first = '', ...others] = await Promise.all(
      Array.from({ length: 2_001 }, (_, n) => cipher.encrypt(context, `secret ${n}`)),
    );
    for (let times = 0; times < 3; times++) expect(await cipher.decrypt(context, first)).toBe('secret 0');
    expect(asked).toBe(1);
    await expect(cipher.decrypt('acct_other/turn-token', first)).rejects.toThrow();
    for (const [n, other] of others.entries()) expect(await cipher.decrypt(context, other)).toBe(`secret ${n + 1}`);
    expect(asked).toBe(2_001);
    expect(await cipher.decrypt(context, first)).toBe('secret 0');
    expect(asked).toBe(2_002);
  });
});
