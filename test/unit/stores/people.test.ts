import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createFieldCipher } from '#shared/stores/field-cipher.ts';
import { createPeople } from '#shared/stores/people.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

const days = 86_400_000;

const scene = () => {
  let time = Date.parse('2026-03-02T09:00:00Z');
  const ring = new Map([['1', randomBytes(32)]]);
  let current = '1';
  const keyOf = (keyId: string): Buffer => {
    const key = ring.get(keyId);
    if (key === undefined) throw new Error('There is no such key.');
    return key;
  };
  const cipher = createFieldCipher({
    current: async () => ({ keyId: current, key: keyOf(current) }),
    byId: async (keyId) => keyOf(keyId),
  });
  const table = createMemoryTable();
  /** As another process would: it has remembered nobody. */
  const people = () => createPeople(table, cipher, { now: () => time });
  const names = async (...ids: string[]) => Object.fromEntries(await people().namesOf('acct_a', ids));
  const stored = (): string => JSON.stringify([...table.items.values()]);
  return {
    table,
    people,
    names,
    stored,
    pass: (span: number) => {
      time += span;
    },
    rotate: () => {
      current = '2';
      ring.set('2', randomBytes(32));
    },
    dropOldKey: () => ring.delete('1'),
  };
};

describe('the people of an account', () => {
  it('are known by what their tokens called them last, each account’s for itself', async () => {
    const { people, names } = scene();
    await people().remember('acct_a', 'auth0|one', 'Marisol Quintrell');
    await people().remember('acct_a', 'two', 'two@brightwater.example');
    await people().remember('acct_b', 'three', 'Somebody Else');
    await people().remember('acct_a', 'two', 'Tobiah Lark');
    expect(await names('auth0|one', 'two', 'three', 'constructor')).toEqual({
      'auth0|one': 'Marisol Quintrell',
      two: 'Tobiah Lark',
    });
  });

  it('are written down encrypted, and no more often than there is news', async () => {
    const { people, stored, pass } = scene();
    await people().remember('acct_a', 'one', 'Marisol Quintrell');
    expect(stored()).not.toContain('Marisol');
    const before = stored();
    pass(29 * days);
    await people().remember('acct_a', 'one', 'Marisol Quintrell');
    expect(stored()).toBe(before);
    pass(days);
    await people().remember('acct_a', 'one', 'Marisol Quintrell');
    expect(stored()).not.toBe(before);
  });

  it('are read once an hour by a process, whatever they do', async () => {
    const { people, table } = scene();
    const process = people();
    await process.remember('acct_a', 'one', 'Marisol Quintrell');
    await table.remove({ pk: 'ACCOUNT#acct_a', sk: 'PEOPLE' });
    await process.remember('acct_a', 'one', 'Marisol Quintrell');
    expect(table.items.size).toBe(0);
  });

  it('are forgotten two years after they were last seen', async () => {
    const { people, names, pass } = scene();
    await people().remember('acct_a', 'one', 'Marisol Quintrell');
    pass(730 * days);
    await people().remember('acct_a', 'two', 'Tobiah Lark');
    expect(await names('one', 'two')).toEqual({ two: 'Tobiah Lark' });
  });

  it('are encrypted anew once there is another key', async () => {
    const { people, names, rotate, dropOldKey, stored } = scene();
    await people().remember('acct_a', 'one', 'Marisol Quintrell');
    const before = stored();
    await people().reencrypt('acct_a');
    expect(stored()).toBe(before);
    rotate();
    await people().reencrypt('acct_a');
    await people().reencrypt('acct_none');
    dropOldKey();
    expect(await names('one')).toEqual({ one: 'Marisol Quintrell' });
  });
});
