import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTestDelivery, readDelivery, readSubject } from '#shared/lever/delivery.ts';
import { isSignedBy } from '#shared/lever/signature.ts';

const secret = '9c'.repeat(24);
const opportunityId = '9d2f7c1a-0000-4000-8000-00000000abcd';
const signed = (token: string, triggeredAt: number, otherwise: object = {}) => ({
  event: 'candidateStageChange',
  token,
  triggeredAt,
  signature: createHmac('sha256', secret).update(`${token}${triggeredAt}`).digest('hex'),
  data: { opportunityId, toStageId: 'offer', fromStageId: 'applicant-new', contactId: 'c', candidateId: 'd' },
  ...otherwise,
});
const isAccepted = (body: unknown): boolean => {
  const read = readDelivery(JSON.parse(JSON.stringify(body)));
  return read?.kind === 'signed' && isSignedBy([secret], read.delivery);
};

/** Tokens that end in digits, so that digits can move over to the time. */
const digits = fc.stringMatching(/^[1-9]\d{12}$/);
const token = fc.tuple(fc.stringMatching(/^[0-9a-f]{35}$/), digits).map(([head, tail]) => head + tail);
const time = fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 });
const sample = signed('ab12'.repeat(12), 1_772_442_060_123);

describe('readDelivery', () => {
  it('accepts what Lever signs, with fields that it may add', () => {
    fc.assert(
      fc.property(token, time, (givenToken, givenTime) => {
        expect(isAccepted(signed(givenToken, givenTime, { id: 'evt-1', more: [1] }))).toBe(true);
      }),
    );
  });

  it('refuses every delivery in which digits moved between token and time, in either direction', () => {
    fc.assert(
      fc.property(token, time, (givenToken, givenTime) => {
        const body = signed(givenToken, givenTime);
        for (let moved = 1; moved <= 12; moved++) {
          const time13 = String(givenTime);
          const toToken = { token: givenToken + time13.slice(0, moved), triggeredAt: Number(time13.slice(moved)) };
          const at = givenToken.length - moved;
          const toTime = { token: givenToken.slice(0, at), triggeredAt: Number(givenToken.slice(at) + time13) };
          expect(isAccepted({ ...body, ...toToken })).toBe(false);
          expect(isAccepted({ ...body, ...toTime })).toBe(false);
          expect(isAccepted({ ...body, ...toToken, triggeredAt: time13.slice(moved) })).toBe(false);
          expect(isAccepted({ ...body, ...toTime, triggeredAt: givenToken.slice(at) + time13 })).toBe(false);
        }
      }),
    );
  });

  it('refuses a signature in which any bit of its text is changed', () => {
    const text = Buffer.from(sample.signature, 'latin1');
    for (let bit = 0; bit < text.length * 8; bit++) {
      const flipped = Buffer.from(text);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(isAccepted({ ...sample, signature: flipped.toString('latin1') })).toBe(false);
    }
  });

  it.each([
    ['a time in a text', { triggeredAt: '1772442060123' }],
    ['a time in seconds', { triggeredAt: 1_772_442_060 }],
    ['a broken time', { triggeredAt: 1_772_442_060_123.5 }],
    ['a time too long', { triggeredAt: 17_724_420_601_230 }],
    ['capital letters in the token', { token: 'AB12'.repeat(12) }],
    ['a short token', { token: 'ab12'.repeat(11) }],
    ['a token that is a list', { token: ['ab12'.repeat(12)] }],
    ['no data', { data: undefined }],
    ['data that is a list', { data: [] }],
    ['no event', { event: undefined }],
    ['no signature', { signature: undefined }],
  ])('refuses %s', (_, otherwise) => {
    expect(readDelivery({ ...sample, ...otherwise })).toBeNull();
  });

  it.each([undefined, null, 'text', 7, [], {}, { event: 'candidateHired' }])('refuses %j', (body) => {
    expect(readDelivery(body)).toBeNull();
  });

  it('knows a test that came before a secret existed by its empty data alone', () => {
    expect(readDelivery({ event: 'candidateHired', data: {}, triggeredAt: 1 })).toEqual({ kind: 'unsigned_test' });
    expect(readDelivery({ event: 'candidateHired', data: { opportunityId } })).toBeNull();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        readDelivery(body);
      }),
    );
  });
});

describe('readSubject', () => {
  const subjectOf = (event: string, data: Record<string, unknown>) => readSubject({ ...sample, event, data });

  it('reads whom a stage change is about, and whither', () => {
    expect(readSubject(sample)).toEqual({ opportunityId, toStageId: 'offer' });
    expect(subjectOf('candidateStageChange', { opportunityId, toStageId: null })).toEqual({
      opportunityId,
      toStageId: null,
    });
  });

  it('takes no stage from a deletion', () => {
    expect(subjectOf('candidateArchiveChange', { opportunityId, toStageId: 'offer', toArchived: null })).toEqual({
      opportunityId,
      toStageId: null,
    });
    expect(subjectOf('candidateStageChange', { opportunityId, toStageId: 7 })).toEqual({
      opportunityId,
      toStageId: null,
    });
    expect(subjectOf('candidateDeleted', { opportunityId, toStageId: 'offer' })).toEqual({
      opportunityId,
      toStageId: null,
    });
  });

  it('leaves every other event alone', () => {
    for (const event of ['candidateHired', 'applicationCreated', 'contactUpdated', 'new one']) {
      expect(subjectOf(event, { opportunityId })).toBeNull();
    }
  });

  it.each([
    {},
    { opportunityId: '' },
    { opportunityId: 7 },
    { opportunityId: 'a/../b' },
    { opportunityId: 'x'.repeat(65) },
  ])('says that it cannot read %j', (data) => {
    expect(subjectOf('candidateStageChange', data)).toBe('unreadable');
  });
});

describe('isTestDelivery', () => {
  it('is one with empty data', () => {
    expect(isTestDelivery({ ...sample, data: {} })).toBe(true);
    expect(isTestDelivery(sample)).toBe(false);
  });
});
