import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { hasFields, isText, withShape } from '#shared/guards.ts';
import { parseJson } from '#shared/http/parse-json.ts';

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

type Header = { readonly alg: 'dir'; readonly enc: 'A256GCM'; readonly kid: string; readonly ctx: string };
const isHeader = hasFields<Header>({
  alg: (alg) => alg === 'dir',
  enc: (enc) => enc === 'A256GCM',
  kid: isText,
  ctx: isText,
});
const ivBytes = 12;
const tagBytes = 16;
/** So many secrets a process remembers: those of a few hundred accounts. */
const mostRemembered = 2_000;

/**
 * Secrets as compact JWE (RFC 7516: `dir`, A256GCM) with the key's id and the context in the authenticated header. By node's own
 * ciphers, for a delivery opens all of its account's secrets: by WebCrypto that costs several times as much. What was opened once is
 * remembered by its encrypted text, which is random: another secret never has the same.
 */
export const createFieldCipher = (ring: KeyRing): FieldCipher => {
  const opened = new Map<string, { context: string; secret: string }>();
  return {
    async encrypt(context, secret) {
      const { keyId, key } = await ring.current();
      const header = encode(Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid: keyId, ctx: context })));
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(header));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return [header, '', encode(iv), encode(text), encode(cipher.getAuthTag())].join('.');
    },
    async decrypt(context, encrypted) {
      const remembered = opened.get(encrypted);
      if (remembered?.context === context) return remembered.secret;
      const { kid, ctx } = readHeader(encrypted);
      if (ctx !== context) throw new Error('An encrypted secret was found in a place that is not its own.');
      const secret = open(encrypted, await ring.byId(kid));
      for (const oldest of opened.keys()) {
        if (opened.size < mostRemembered) break;
        opened.delete(oldest);
      }
      opened.set(encrypted, { context, secret });
      return secret;
    },
    async isCurrent(encrypted) {
      return keyIdOf(encrypted) === (await ring.current()).keyId;
    },
  };
};

/** The id of the key with which it was encrypted. */
export const keyIdOf = (encrypted: string): string => readHeader(encrypted).kid;

const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

const readHeader = (encrypted: string): Header => {
  const [header = ''] = encrypted.split('.', 1);
  return withShape(isHeader, parseJson(Buffer.from(header, 'base64url').toString()));
};

const open = (encrypted: string, key: Uint8Array): string => {
  const [header = '', wrappedKey, iv = '', text = '', tag = '', ...more] = encrypted.split('.');
  if (wrappedKey !== '' || more.length > 0) throw new Error('An encrypted secret has another form.');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(header));
  decipher.setAuthTag(Buffer.from(tag, 'base64url'));
  return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString('utf8');
};
