import { describe, expect, it } from 'vitest';
import { filesWith, withEdit } from './plant-bug.ts';
import { plantedBugs } from './planted-bugs.ts';

describe('the planted bugs', () => {
  it.each(plantedBugs)('can be planted: $name', (bug) => {
    expect(filesWith(bug).size).toBeGreaterThan(0);
  });

  it('have names of their own, and are enough', () => {
    expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length);
    expect(plantedBugs.length).toBeGreaterThanOrEqual(50);
  });

  it.each(['nothing of it', 'twice'])('fail where their words occur otherwise than once: %s', (from) => {
    expect(() => withEdit('twice twice', { file: 'a.ts', from, to: '' })).toThrow('times');
  });
});
