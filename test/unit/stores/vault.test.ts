import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVault } from '#shared/stores/vault.ts';

const keysById: Record<string, Uint8Array> = { k1: new Uint8Array(32).fill(1), k2: new Uint8Array(32).fill(2) };
const vaultWith = (currentId: string, others: readonly string[] = Object.keys(keysById)) => {
  const keyOf = (keyId: string): Uint8Array => {
    const key = others.includes(keyId) ? keysById[keyId] : undefined;
    if (key === undefined) throw new Error('There is no such key.');
    return key;
  };
  return createVault({
    current: async () => ({ keyId: currentId, key: keyOf(currentId) }),
    byId: async (keyId) => keyOf(keyId),
  });
};
const context = 'acct_harborlight/turn-token';

describe('the vault', () => {
  it('opens what it sealed, whatever the secret, and shows nothing of it', async () => {
    const vault = vaultWith('k1');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 80 }), async (secret) => {
        const sealed = await vault.seal(context, secret);
        expect(await vault.open(context, sealed)).toBe(secret);
        if (secret.length > 8) expect(sealed).not.toContain(secret);
        expect(await vault.seal(context, secret)).not.toBe(sealed);
      }),
    );
  });

  it('opens nothing that was sealed for another account or another field', async () => {
    const vault = vaultWith('k1');
    const sealed = await vault.seal(context, 'a secret');
    for (const other of [
      'acct_other/turn-token',
      'acct_harborlight/webhook-secret',
      'acct_harborlight',
      '',
      `${context} `,
    ]) {
      await expect(vault.open(other, sealed)).rejects.toThrow();
    }
  });

  it('opens nothing whose context was rewritten', async () => {
    const vault = vaultWith('k1');
    const [header = '', ...rest] = (await vault.seal(context, 'a secret')).split('.');
    const readable = JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, unknown>;
    expect(readable).toEqual({ alg: 'dir', enc: 'A256GCM', kid: 'k1', ctx: context });
    const forged = Buffer.from(JSON.stringify({ ...readable, ctx: 'acct_other/turn-token' })).toString('base64url');
    await expect(vault.open('acct_other/turn-token', [forged, ...rest].join('.'))).rejects.toThrow();
  });

  it('opens nothing in which one character of the sealed part was changed', async () => {
    const vault = vaultWith('k1');
    const sealed = await vault.seal(context, 'a secret');
    const [header, key, iv, text = '', tag] = sealed.split('.');
    const changed = `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;
    await expect(vault.open(context, [header, key, iv, changed, tag].join('.'))).rejects.toThrow();
  });

  it('goes on opening old secrets after the key was rotated, and seals new ones with the new key', async () => {
    const old = await vaultWith('k1').seal(context, 'old secret');
    const rotated = vaultWith('k2');
    const fresh = await rotated.seal(context, 'new secret');
    expect(await rotated.open(context, old)).toBe('old secret');
    expect(await rotated.open(context, fresh)).toBe('new secret');
    await expect(vaultWith('k1', ['k1']).open(context, fresh)).rejects.toThrow();
    await expect(vaultWith('k2', ['k2']).open(context, old)).rejects.toThrow();
  });
});
