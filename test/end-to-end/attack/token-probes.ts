import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { Scene } from './scene.ts';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const partsOf = (token: string): [Record<string, unknown>, Record<string, unknown>, string] => {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  return [decode(header), decode(payload), signature];
};
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const signedBy = (header: object, payload: object): string => {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
};

/** What an attacker puts into the header, out of a good token or of nothing. */
export const credentials: Record<string, (good: string, scene: Scene) => Record<string, string>> = {
  nothing: () => ({}),
  'an empty header': () => ({ authorization: '' }),
  'the word alone': () => ({ authorization: 'Bearer ' }),
  'a password': () => ({ authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}` }),
  'no token': () => ({ authorization: 'Bearer admin' }),
  'the token in a cookie': (good) => ({ cookie: `token=${good}; access_token=${good}` }),
  'the token in another header': (good) => ({ 'x-authorization': `Bearer ${good}`, 'x-amz-security-token': good }),
  'no signature': (good) => ({ authorization: `Bearer ${good.split('.').slice(0, 2).join('.')}.` }),
  'the algorithm none': (good) => {
    const [header, payload] = partsOf(good);
    return { authorization: `Bearer ${encode({ ...header, alg: 'none' })}.${encode(payload)}.` };
  },
  'a signature by the public key as a password': (good) => {
    const [header, payload] = partsOf(good);
    const text = `${encode({ ...header, alg: 'HS256' })}.${encode(payload)}`;
    const key = publicKey.export({ type: 'spki', format: 'pem' });
    return { authorization: `Bearer ${text}.${createHmac('sha256', key).update(text).digest('base64url')}` };
  },
  'a signature by another key of the same name': (good) => {
    const [header, payload] = partsOf(good);
    return { authorization: `Bearer ${signedBy(header, payload)}` };
  },
  'a key of its own': (good) => {
    const [header, payload] = partsOf(good);
    return { authorization: `Bearer ${signedBy({ ...header, jwk: publicKey.export({ format: 'jwk' }) }, payload)}` };
  },
  'a key at an address of its own': (good) => {
    const [header, payload] = partsOf(good);
    return { authorization: `Bearer ${signedBy({ ...header, jku: 'http://127.0.0.1:1/keys' }, payload)}` };
  },
  'another account': (good, { otherId }) => {
    const [header, payload, signature] = partsOf(good);
    return { authorization: `Bearer ${encode(header)}.${encode({ ...payload, account_id: otherId })}.${signature}` };
  },
  'a later end': (good) => {
    const [header, payload, signature] = partsOf(good);
    return { authorization: `Bearer ${encode(header)}.${encode({ ...payload, exp: 9_999_999_999 })}.${signature}` };
  },
  'a changed signature': (good) => ({
    authorization: `Bearer ${good.slice(0, -3)}${good.endsWith('AAA') ? 'BBB' : 'AAA'}`,
  }),
};
