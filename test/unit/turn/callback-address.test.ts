import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callbackKeyOf, callbackPathOf, isCallbackKey } from '#shared/turn/callback-address.ts';

const secret = 'a secret of this test';
const accountId = fc.stringMatching(/^[\w-]{1,64}$/);

describe('a callback address', () => {
  it('is known again, and opens no other account and under no other secret', () => {
    fc.assert(
      fc.property(accountId, accountId, fc.string({ minLength: 1 }), (one, other, otherSecret) => {
        const key = callbackKeyOf(secret, one);
        expect(key).toMatch(/^[\w-]{43}$/);
        expect(isCallbackKey(secret, one, key)).toBe(true);
        expect(isCallbackKey(secret, other, key)).toBe(one === other);
        expect(isCallbackKey(otherSecret, one, key)).toBe(otherSecret === secret);
      }),
    );
  });

  it('refuses every other key, of any length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat({ max: 42 }), (anything, at) => {
        const key = callbackKeyOf(secret, 'acct_harborlight');
        const changed = `${key.slice(0, at)}${key[at] === 'x' ? 'y' : 'x'}${key.slice(at + 1)}`;
        expect(isCallbackKey(secret, 'acct_harborlight', changed)).toBe(false);
        expect(isCallbackKey(secret, 'acct_harborlight', anything)).toBe(false);
        expect(isCallbackKey(secret, 'acct_harborlight', key.slice(0, at))).toBe(false);
      }),
    );
  });

  it('is a path of three parts, whatever the account is called', () => {
    expect(callbackPathOf(secret, 'acct_harborlight')).toBe(
      `/turn/acct_harborlight/${callbackKeyOf(secret, 'acct_harborlight')}`,
    );
    expect(callbackPathOf(secret, 'a/b').split('/')).toHaveLength(4);
  });
});
