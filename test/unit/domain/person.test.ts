import { describe, expect, it } from 'vitest';
import { followedEntry, isOrderFor, isSamePerson, standingOrder } from '#shared/domain/person.ts';
import {
  blockedEntry,
  completeStatus,
  monday,
  orderedEntry,
  orderingEntry,
  sampleAccount,
  sampleOpportunity,
} from './samples.ts';

describe('isSamePerson', () => {
  const one = sampleOpportunity();

  it('asks for the same contact, and the same name or one valid e-mail address as a reader sees them', () => {
    expect(isSamePerson(one, sampleOpportunity({ opportunityId: 'opp-2', emails: [] }))).toBe(true);
    expect(isSamePerson(one, sampleOpportunity({ name: ' WREN,  ottilie ', emails: [] }))).toBe(true);
    expect(
      isSamePerson(one, sampleOpportunity({ name: 'Tilly', emails: ['x@y.example', 'Ottilie.Wren@Mail.example'] })),
    ).toBe(true);
  });

  it('joins nobody by the contact alone, and nobody else', () => {
    for (const other of [
      { name: 'Barnaby Thistle', emails: ['barnaby@mail.example'] },
      { name: 'Barnaby Thistle', emails: [] },
      { contactId: 'contact-2' },
      { contactId: null },
      { isAnonymized: true },
      { confidentiality: 'confidential' },
      { confidentiality: null },
    ]) {
      expect(isSamePerson(one, sampleOpportunity(other))).toBe(false);
      expect(isSamePerson(sampleOpportunity(other), one)).toBe(false);
    }
    const nameless = { name: ' ', emails: ['no address'] };
    expect(isSamePerson(sampleOpportunity(nameless), sampleOpportunity(nameless))).toBe(false);
    const unknown = sampleOpportunity({ contactId: null });
    expect(isSamePerson(unknown, unknown)).toBe(false);
  });
});

describe('standingOrder', () => {
  const account = sampleAccount();
  const complete = orderedEntry({ status: completeStatus });
  const withdrawn = orderedEntry({ status: { ...completeStatus, isWithdrawn: true } });
  const standing = (entries: Parameters<typeof standingOrder>[0], otherwise = {}) =>
    standingOrder(entries, null, { ...account, ...otherwise }, monday);

  it('is one that runs or whose answer is awaited, whatever the rule', () => {
    const always = { rerun: { kind: 'always' } };
    expect(standing([orderedEntry()], always)).toEqual(orderedEntry());
    expect(standing([orderingEntry()], always)).toEqual(orderingEntry());
    expect(standing([withdrawn, orderingEntry()], always)).toEqual(orderingEntry());
  });

  it('is a complete one where the rule forbids another, but not one that was withdrawn', () => {
    expect(standing([complete])).toBe(complete);
    expect(standing([complete], { rerun: { kind: 'always' } })).toBeUndefined();
    expect(standing([withdrawn])).toBeUndefined();
    expect(standing([])).toBeUndefined();
  });
});

describe('isOrderFor', () => {
  const instead = orderedEntry({ packageId: 'P1', warnings: [{ kind: 'unknown_package', packageId: 'P9' }] });

  it('knows an order by the package that was ordered, and by the one that Turn did not know', () => {
    expect(['P1', 'P9', null].map((packageId) => isOrderFor(packageId)(instead))).toEqual([true, true, false]);
    expect(isOrderFor('P1')(orderingEntry({ packageId: 'P1' }))).toBe(true);
  });

  it('knows none in an entry that came to nothing, or whose order Turn refused', () => {
    const { attempt } = orderingEntry();
    expect(isOrderFor(null)(orderingEntry({ packageId: null, attempt: { ...attempt, isRefused: true } }))).toBe(false);
    for (const entry of [blockedEntry(), { state: 'erased', enteredAt: 1 } as const]) {
      expect(isOrderFor(null)(entry)).toBe(false);
    }
  });
});

describe('followedEntry', () => {
  it("is the other's check under our own entry, with our own tags' warnings and what holds for the check itself", () => {
    const leader = orderedEntry({
      packageId: 'P1',
      packageName: 'Driver',
      warnings: [{ kind: 'foreign_phone' }, { kind: 'invitation_not_sent', by: 'email' }],
    });
    const tag = { kind: 'malformed_package_tag', tag: 'TurnPackge', usedDefault: true } as const;
    const start = { enteredAt: monday + 7, packageId: 'P1', warnings: [tag, { kind: 'foreign_phone' }] as const };
    expect(followedEntry(start, leader)).toEqual({
      ...leader,
      enteredAt: monday + 7,
      warnings: [tag, { kind: 'invitation_not_sent', by: 'email' }],
      isFollowed: true,
    });
  });
});
