import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCheckStatus } from '#shared/turn/check-status.ts';

describe('readCheckStatus', () => {
  it.each([
    ['initiated', 'initiated', false, false],
    ['emailed', 'emailed', false, false],
    ['consent', 'consent', false, false],
    ['processing', 'processing', false, false],
    ['review', 'reviewing', false, false],
    ['review__identity', 'verifying', false, false],
    ['review__qa', 'compliance_review', false, false],
    ['review__so', 'compliance_review', false, false],
    ['review__mvr', 'compliance_review', false, false],
    ['review__cm', 'compliance_review', false, false],
    ['pending', 'consider', false, true],
    ['pending__first_notice', 'first_notice', false, true],
    ['pending__second_notice', 'second_notice', false, true],
    ['pending__dispute', 'consider', false, true],
    ['pending__resolved', 'consider', false, true],
    ['approved', 'clear', true, true],
    ['rejected', 'rejected', true, true],
    ['withdrawn', 'withdrawn', true, false],
  ])('shows %s as %s', (state, status, isComplete, hasReport) => {
    expect(readCheckStatus(state)).toEqual({ name: status, isComplete, hasReport, isWithdrawn: state === 'withdrawn' });
  });

  it('counts an unknown sub-state as its family, and shows an unknown state as itself', () => {
    const sub = fc.stringMatching(/^[a-z]{3,12}$/);
    fc.assert(
      fc.property(sub, (unknown) => {
        expect(readCheckStatus(`approved__${unknown}`)).toEqual(readCheckStatus('approved'));
        expect(readCheckStatus(`processing__${unknown}`)).toEqual(readCheckStatus('processing'));
        expect(readCheckStatus(`x${unknown}x`).name).toBe(`x${unknown}x`);
        expect(readCheckStatus(`x${unknown}x__sub`).name).toBe(`x${unknown}x`);
      }),
    );
  });

  it('answers a short plain word whatever Turn says', () => {
    const anything = fc.oneof(
      fc.constantFrom('', '__', '__proto__', 'constructor', 'Approved ', 'ACME\nHOLD', '@everyone', 'état'),
      fc.string({ unit: 'binary', maxLength: 200, size: 'max' }),
    );
    fc.assert(
      fc.property(anything, (state) => {
        expect(readCheckStatus(state).name).toMatch(/^[a-z0-9_]{1,40}$/);
      }),
      { numRuns: 1000 },
    );
    expect(readCheckStatus(' Approved ').name).toBe('clear');
  });
});
