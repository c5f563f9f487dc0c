import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isAccountId,
  isOpportunityId,
  isPackageId,
  isStageId,
  isWebhookSecret,
  parseReferenceId,
  referenceIdFor,
} from '#shared/domain/ids.ts';

describe('reference ids', () => {
  it('lead back to their opportunity, and nothing else does', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 0, max: 9_999_999_999_999 }), (opportunityId, enteredAt) => {
        expect(parseReferenceId(referenceIdFor(opportunityId, enteredAt))).toEqual({ opportunityId, enteredAt });
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = parseReferenceId(text);
        if (found !== null) expect(text.startsWith(`${found.opportunityId}-`)).toBe(true);
      }),
    );
    for (const text of ['', '-1', 'opp/1-2', 'opp-', `${'x'.repeat(65)}-1`]) expect(parseReferenceId(text)).toBeNull();
  });
});

describe('what comes from outside', () => {
  it.each([
    [
      'an account id',
      isAccountId,
      ['acct_harborlight', 'A-1', 'x'.repeat(64)],
      ['', 'a b', 'a/b', 'x'.repeat(65), 'ä'],
    ],
    ['an opportunity id', isOpportunityId, ['9d2f7c1a-0000-4000-8000-00000000abcd', 'opp-1'], ['', 'opp_1', '../x']],
    ['a stage id', isStageId, ['applicant-new', '7d1f0c5e-0000-4000-8000-000000000001'], ['', 'a b', 'x'.repeat(65)]],
    ['a package id', isPackageId, ['P1', `P${'7'.repeat(20)}`], ['', 'P', 'p1', '1', `P${'7'.repeat(21)}`, 'P1 ']],
    ['a webhook secret', isWebhookSecret, ['a1'.repeat(24), 'A-b_c!'.repeat(3)], ['x'.repeat(15), 'x'.repeat(257)]],
  ] as const)('is %s, or is not', (_, isOne, good, bad) => {
    for (const text of good) expect([text, isOne(text)]).toEqual([text, true]);
    for (const text of bad) expect([text, isOne(text)]).toEqual([text, false]);
    for (const text of [`${good[0]}\n`, `\n${good[0]}`, `${good[0]}\u{1f600}`]) expect(isOne(text)).toBe(false);
  });

  it('is no webhook secret with a space in it, as a token that was copied with its line has', () => {
    expect(isWebhookSecret(`${'a1'.repeat(24)} `)).toBe(false);
  });
});
