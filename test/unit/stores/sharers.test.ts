import { describe, expect, it } from 'vitest';
import * as keys from '#shared/stores/keys.ts';
import { createSharers } from '#shared/stores/sharers.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';
import { monday } from '../domain/samples.ts';

const accountId = 'acct_harborlight';
const person = ['contact-1', 'P0000000001'] as const;

const scene = () => {
  const table = createMemoryTable();
  return { table, sharers: createSharers(table, { now: () => monday }) };
};

describe('the opportunities that share a check', () => {
  it('are known by person and package, in their own account only', async () => {
    const { sharers } = scene();
    await sharers.joinPerson(accountId, ...person, 'opp-1');
    await sharers.joinPerson(accountId, ...person, 'opp-2');
    await sharers.joinPerson(accountId, ...person, 'opp-1');
    expect((await sharers.ofPerson(accountId, ...person)).opportunityIds).toEqual(['opp-1', 'opp-2']);
    for (const [account, contact, packageId] of [
      ['acct_other', ...person],
      [accountId, 'contact-2', 'P0000000001'],
      [accountId, 'contact-1', 'P0000000002'],
      [accountId, 'contact-1', null],
    ] as const) {
      expect((await sharers.ofPerson(account, contact, packageId)).opportunityIds).toEqual([]);
    }
  });

  it('are replaced only as they were read: of two who claim a person at once one loses', async () => {
    const { sharers } = scene();
    const [one, other] = [await sharers.ofPerson(accountId, ...person), await sharers.ofPerson(accountId, ...person)];
    expect(await sharers.replace(one, ['opp-1'])).toBe(true);
    expect(await sharers.replace(other, ['opp-2'])).toBe(false);
    const stored = await sharers.ofPerson(accountId, ...person);
    expect(stored.opportunityIds).toEqual(['opp-1']);
    // The same again is news all the same: whoever read before must read anew.
    expect(await sharers.replace(stored, ['opp-1'])).toBe(true);
    expect(await sharers.replace(stored, ['opp-1', 'opp-2'])).toBe(false);
  });

  it('are all there, however many join at once', async () => {
    const { sharers } = scene();
    const ids = Array.from({ length: 8 }, (_, n) => `opp-${n}`);
    await Promise.all(ids.map((id) => sharers.joinWorker(accountId, 'worker-1', id)));
    expect((await sharers.ofWorker(accountId, 'worker-1')).toSorted()).toEqual(ids);
    expect(await sharers.joinWorker(accountId, 'worker-1', 'opp-9')).toHaveLength(8);
  });

  it('leave a person whatever the package, and nothing is kept of whom nobody shares any more', async () => {
    const { sharers, table } = scene();
    for (const packageId of [null, 'P0000000001']) await sharers.joinPerson(accountId, 'contact-1', packageId, 'opp-1');
    await sharers.joinPerson(accountId, 'contact-1', null, 'opp-2');
    await sharers.joinPerson(accountId, 'contact-10', null, 'opp-1');
    await sharers.leavePerson(accountId, 'contact-1', 'opp-1');
    expect((await sharers.ofPerson(accountId, ...person)).opportunityIds).toEqual([]);
    expect((await sharers.ofPerson(accountId, 'contact-1', null)).opportunityIds).toEqual(['opp-2']);
    expect((await sharers.ofPerson(accountId, 'contact-10', null)).opportunityIds).toEqual(['opp-1']);
    expect((await table.get(keys.person(accountId, ...person)))?.expiresAt).toBe(monday / 1000);
    expect((await table.get(keys.person(accountId, 'contact-1', null)))?.expiresAt).toBe(monday / 1000 + 730 * 86_400);
    await sharers.joinWorker(accountId, 'worker-1', 'opp-1');
    await sharers.leaveWorker(accountId, 'worker-1', 'opp-1');
    expect(await sharers.ofWorker(accountId, 'worker-1')).toEqual([]);
  });
});
