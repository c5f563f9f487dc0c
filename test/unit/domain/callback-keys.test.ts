import { describe, expect, it } from 'vitest';
import { newAccount } from '#shared/domain/account.ts';
import { previousKeyUntil, validCallbackKeys, withNewCallbackKey } from '#shared/domain/callback-keys.ts';

const dayMs = 86_400_000;
const begin = 1_772_442_060_000;
const fresh = withNewCallbackKey(newAccount('acct_harborlight', 'Harborlight'), begin);
const madeAt = (keys: readonly { madeAt: number }[]): number[] => keys.map((key) => key.madeAt);

describe('callback keys', () => {
  it('begin with one, and nothing before it', () => {
    expect(fresh.callbackKeys).toEqual([{ madeAt: begin, validUntil: null }]);
    expect(previousKeyUntil(fresh, begin)).toBeNull();
  });

  it('stay valid for two weeks after the next, however many come', () => {
    const second = withNewCallbackKey(fresh, begin + dayMs);
    const third = withNewCallbackKey(second, begin + 10 * dayMs);
    expect(madeAt(validCallbackKeys(third, begin + 15 * dayMs - 1))).toEqual([
      begin + 10 * dayMs,
      begin + dayMs,
      begin,
    ]);
    expect(madeAt(validCallbackKeys(third, begin + 15 * dayMs))).toEqual([begin + 10 * dayMs, begin + dayMs]);
    expect(madeAt(validCallbackKeys(third, begin + 24 * dayMs))).toEqual([begin + 10 * dayMs]);
    expect(previousKeyUntil(third, begin + 15 * dayMs)).toBe(begin + 24 * dayMs);
  });

  it('end at once where somebody wants it', () => {
    expect(madeAt(withNewCallbackKey(fresh, begin + dayMs, true).callbackKeys)).toEqual([begin + dayMs]);
  });

  it('are kept to a handful', () => {
    let account = fresh;
    for (let n = 1; n < 20; n++) account = withNewCallbackKey(account, begin + n);
    expect(account.callbackKeys).toHaveLength(5);
    expect(account.callbackKeys[0]).toEqual({ madeAt: begin + 19, validUntil: null });
  });
});
