import { describe, expect, it } from 'vitest';
import { inTurn } from '#functions/sweep/in-turn.ts';

describe('inTurn', () => {
  const turns = (items: readonly string[], mostOfOne: number) =>
    inTurn(items, mostOfOne, ([accountId = '']) => accountId).join(' ');

  it('takes one of each account, then the next of each, as they come', () => {
    expect(turns(['a1', 'a2', 'a3', 'b1', 'c1', 'b2'], 9)).toBe('a1 b1 c1 a2 b2 a3');
  });

  it('takes so many of one account at most', () => {
    expect(turns(['a1', 'a2', 'a3', 'b1'], 2)).toBe('a1 b1 a2');
    expect(turns([], 2)).toBe('');
  });
});
