import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSignedBy } from '#shared/lever/delivery.ts';

const secret = `${'f0'.repeat(23)}g1`;
const token = 'ab12'.repeat(12);
const triggeredAt = 1_772_442_060_123;
const signature = createHmac('sha256', secret).update(`${token}${triggeredAt}`).digest('hex');
const delivery = { token, triggeredAt, signature };

describe('isSignedBy', () => {
  it('accepts what Lever signs: the token and the time, keyed with the secret as the string it is', () => {
    expect(isSignedBy([secret], delivery)).toBe(true);
  });

  it('accepts the previous secret as well as the current one, in any order', () => {
    expect(isSignedBy(['another', secret], delivery)).toBe(true);
    expect(isSignedBy([secret, 'another'], delivery)).toBe(true);
  });

  it('refuses everything while there is no secret, or only others', () => {
    expect(isSignedBy([], delivery)).toBe(false);
    expect(isSignedBy(['another', '', secret.toUpperCase()], delivery)).toBe(false);
  });

  it('refuses a signature with any one bit changed', () => {
    const bytes = Buffer.from(signature, 'hex');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(isSignedBy([secret], { ...delivery, signature: flipped.toString('hex') })).toBe(false);
    }
  });

  it('refuses a signature that is cut, longer or no hex at all', () => {
    for (let length = 0; length < 64; length++) {
      expect(isSignedBy([secret], { ...delivery, signature: signature.slice(0, length) })).toBe(false);
    }
    expect(isSignedBy([secret], { ...delivery, signature: `${signature}00` })).toBe(false);
    expect(isSignedBy([secret], { ...delivery, signature: 'z'.repeat(64) })).toBe(false);
  });

  it('refuses another token or another time under the same signature', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{48}$/), fc.integer({ min: 1e12, max: 9.9e12 }), (other, time) => {
        fc.pre(other !== token && time !== triggeredAt);
        expect(isSignedBy([secret], { ...delivery, token: other })).toBe(false);
        expect(isSignedBy([secret], { ...delivery, triggeredAt: time })).toBe(false);
      }),
    );
  });
});
