import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSignedBy, isTestDelivery, readDelivery, readSubject } from '#shared/lever/delivery.ts';

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

/** Every other way to read the signed text: each split of it with the time as a text, and as a number where it is one. */
const shiftsOf = (token: string, triggeredAt: number): { token: string; triggeredAt: string | number }[] => {
  const text = `${token}${triggeredAt}`;
  return Array.from({ length: text.length + 1 }, (_, at) => at).flatMap((at) => {
    const [head, tail] = [text.slice(0, at), text.slice(at)];
    const asNumber =
      String(Number(tail)) === tail && head !== token ? [{ token: head, triggeredAt: Number(tail) }] : [];
    return [{ token: head, triggeredAt: tail }, ...asNumber];
  });
};

/** Tokens that end in digits, so that digits can move over to the time. */
const digits = fc.stringMatching(/^[1-9]\d{12}$/);
const token = fc
  .oneof(fc.stringMatching(/^[0-9a-f]{35}$/), fc.stringMatching(/^[\x20-\x7e]{3,240}$/))
  .chain((head) => digits.map((tail) => head + tail));
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

  it.each([
    ['hex', `${'ab12'.repeat(11)}9731`],
    ['hex that begins with digits alone', `${'1234'.repeat(9)}abcdef123456`],
    ['with letters beyond f', '73311ged'.repeat(6)],
    ['of fifty characters', `${'j'.repeat(49)}1`],
    ['short', 'Tk_7.x-Q9z!a bc2'],
    ['of digits alone', '7'.repeat(48)],
    ['long', 'z9'.repeat(128)],
  ])('accepts one reading of a captured delivery, and refuses all others: a token that is %s', (_, given) => {
    const body = signed(given, 1_772_442_060_123);
    expect(isAccepted(body)).toBe(true);
    const shifts = shiftsOf(given, 1_772_442_060_123);
    expect(shifts.length).toBeGreaterThan(given.length + 20);
    for (const shift of shifts) expect(isAccepted({ ...body, ...shift })).toBe(false);
  });

  it('has all 77 readings that a verifier without shapes accepts of a token of 48 characters', () => {
    expect(shiftsOf(`${'ab12'.repeat(11)}a731`, 1_772_442_165_123)).toHaveLength(77);
  });

  it('accepts a signature in capital letters, and knows it again in small ones', () => {
    const upper = { ...sample, signature: sample.signature.toUpperCase() };
    expect(isAccepted(upper)).toBe(true);
    expect(readDelivery(upper)).toMatchObject({ delivery: { signature: sample.signature } });
  });

  it('refuses a signature in which any bit of its text is changed, but for the case of its letters', () => {
    const text = Buffer.from(sample.signature, 'latin1');
    for (let bit = 0; bit < text.length * 8; bit++) {
      const flipped = Buffer.from(text);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (flipped.toString('latin1').toLowerCase() === sample.signature) continue;
      expect(isAccepted({ ...sample, signature: flipped.toString('latin1') })).toBe(false);
    }
  });

  it.each([
    ['a time in a text', { triggeredAt: '1772442060123' }],
    ['a time in seconds', { triggeredAt: 1_772_442_060 }],
    ['a broken time', { triggeredAt: 1_772_442_060_123.5 }],
    ['a time too long', { triggeredAt: 17_724_420_601_230 }],
    ['a short token', { token: 'ab12'.repeat(4).slice(1) }],
    ['a long token', { token: 'x'.repeat(257) }],
    ['a token that no keyboard types', { token: `${'ab12'.repeat(12)}\u0000` }],
    ['a token with a letter like another', { token: `${'ab12'.repeat(11)}аb12` }],
    ['a token that is a list', { token: ['ab12'.repeat(12)] }],
    ['data that is a list', { data: [] }],
    ['no event', { event: undefined }],
    ['no signature', { signature: undefined }],
  ])('refuses %s', (_, otherwise) => {
    expect(readDelivery({ ...sample, ...otherwise })).toBeNull();
  });

  it.each([undefined, null, 'text', 7, [], {}, { event: 'candidateHired', data: [] }])('refuses %j', (body) => {
    expect(readDelivery(body)).toBeNull();
  });

  it('knows a test by its empty data, or by none', () => {
    for (const data of [{}, null, undefined]) {
      const read = readDelivery({ ...sample, data });
      expect(read?.kind === 'signed' && isTestDelivery(read.delivery)).toBe(true);
      expect(readDelivery({ event: 'candidateHired', data })).toEqual({ kind: 'unsigned_test' });
    }
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

  it('reads whom a stage change is about, whence and whither', () => {
    expect(readSubject(sample)).toEqual({
      opportunityId,
      move: { fromStageId: 'applicant-new', toStageId: 'offer' },
    });
    expect(subjectOf('candidateStageChange', { opportunityId, fromStageId: null })).toEqual({
      opportunityId,
      move: { fromStageId: null, toStageId: undefined },
    });
  });

  it('takes a stage that is no id for one that was not told', () => {
    for (const odd of [7, {}, '', 'x'.repeat(101)]) {
      const subject = subjectOf('candidateStageChange', { opportunityId, fromStageId: odd, toStageId: odd });
      expect(subject).toEqual({ opportunityId, move: { fromStageId: undefined, toStageId: undefined } });
    }
  });

  it('takes no stage from a deletion', () => {
    expect(subjectOf('candidateDeleted', { opportunityId, toStageId: 'offer' })).toEqual({ opportunityId, move: null });
    expect(subjectOf('candidateArchiveChange', { opportunityId, toArchived: { archivedAt: 1 } })).toBeNull();
    expect(subjectOf('candidateArchiveChange', { opportunityId, toStageId: 'offer', toArchived: null })).toEqual({
      opportunityId,
      move: null,
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
