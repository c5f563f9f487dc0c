import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';

/** Encryption keys by id: 32 bytes each. Old ones stay readable, so that a rotation interrupts nothing. */
export type KeyRing = {
  current(): Promise<{ keyId: string; key: Uint8Array }>;
  byId(keyId: string): Promise<Uint8Array>;
};

/** Encrypts single secrets before they reach the table. A text encrypted for one account and purpose opens for no other. */
export type FieldCipher = {
  encrypt(context: string, secret: string): Promise<string>;
  decrypt(context: string, encrypted: string): Promise<string>;
  /** Was it encrypted with the key that is current now? */
  isCurrent(encrypted: string): Promise<boolean>;
};

/** Secrets as compact JWE (`dir`, A256GCM) with the key's id and the context in the authenticated header. */
export const createFieldCipher = (ring: KeyRing): FieldCipher => ({
  async encrypt(context, secret) {
    const { keyId, key } = await ring.current();
    return new CompactEncrypt(new TextEncoder().encode(secret))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: keyId, ctx: context })
      .encrypt(key);
  },
  async decrypt(context, encrypted) {
    const { plaintext, protectedHeader } = await compactDecrypt(encrypted, (header) => ring.byId(String(header.kid)), {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    if (protectedHeader['ctx'] !== context)
      throw new Error('A encrypted secret was found in a place that is not its own.');
    return new TextDecoder().decode(plaintext);
  },
  async isCurrent(encrypted) {
    return decodeProtectedHeader(encrypted).kid === (await ring.current()).keyId;
  },
});
