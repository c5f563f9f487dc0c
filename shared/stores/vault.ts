import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';

/** Encryption keys by id: 32 bytes each. Old ones stay readable, so that a rotation interrupts nothing. */
export type KeyRing = {
  current(): Promise<{ keyId: string; key: Uint8Array }>;
  byId(keyId: string): Promise<Uint8Array>;
};

/** Encrypts single secrets before they reach the table. A text sealed for one account and purpose opens for no other. */
export type Vault = {
  seal(context: string, secret: string): Promise<string>;
  open(context: string, sealed: string): Promise<string>;
  /** Was it sealed with the key that is current now? */
  isCurrent(sealed: string): Promise<boolean>;
};

/** Secrets as compact JWE (`dir`, A256GCM) with the key's id and the context in the authenticated header. */
export const createVault = (ring: KeyRing): Vault => ({
  async seal(context, secret) {
    const { keyId, key } = await ring.current();
    return new CompactEncrypt(new TextEncoder().encode(secret))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: keyId, ctx: context })
      .encrypt(key);
  },
  async open(context, sealed) {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, (header) => ring.byId(String(header.kid)), {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    if (protectedHeader['ctx'] !== context)
      throw new Error('A sealed secret was found in a place that is not its own.');
    return new TextDecoder().decode(plaintext);
  },
  async isCurrent(sealed) {
    return decodeProtectedHeader(sealed).kid === (await ring.current()).keyId;
  },
});
