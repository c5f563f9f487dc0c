import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCandidate } from '#shared/domain/candidate.ts';

const anyText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'Björk',
    'נועה לוי',
    'سارة العلي',
    '👩‍🚀 Nova Reyes',
    '王小明',
    '\u202eEvil Name',
    'a\u0000b c',
    '\ud83d x',
  ),
  fc.string({ unit: 'binary', maxLength: 300, size: 'max' }),
  fc.string({ minLength: 300, maxLength: 300, size: 'max' }),
);
const anyPhone = fc.record({
  type: fc.option(fc.constantFrom('mobile', 'home', 'other', 'work'), { nil: null }),
  value: fc.oneof(anyText, fc.stringMatching(/^\+?[\d ().-]{0,20}$/)),
});
const email = 'marisol.quint@mail.example';

describe('readCandidate', () => {
  it('never throws, and what it answers can be ordered', () => {
    const person = fc.record({
      name: anyText,
      emails: fc.array(fc.oneof(anyText, fc.emailAddress()), { maxLength: 4 }),
      phones: fc.array(anyPhone, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(person, (given) => {
        const candidate = readCandidate(given);
        if (typeof candidate === 'string') {
          expect(['no_email', 'no_full_name']).toContain(candidate);
          return;
        }
        expect(candidate.firstName).not.toMatch(/^$|\s/u);
        expect(candidate.lastName.trim()).toBe(candidate.lastName);
        expect(candidate.lastName).not.toBe('');
        expect(candidate.email).toMatch(/^[^\s@]+@[^\s@]+\.[^\s@]+$/u);
        if (candidate.phone !== null) expect(candidate.phone).toMatch(/^\d{10,11}$/);
      }),
      { numRuns: 1000 },
    );
  });

  it('splits the name at the first space and keeps the rest together', () => {
    const candidate = readCandidate({ name: '  Marisol   van der  Quint ', emails: [email], phones: [] });
    expect(candidate).toEqual({ firstName: 'Marisol', lastName: 'van der Quint', email, phone: null });
  });

  it.each(['', '   ', 'Marisol', ' \u00a0Marisol\t'])('asks for a full name where there is none: %j', (name) => {
    expect(readCandidate({ name, emails: [email], phones: [] })).toBe('no_full_name');
  });

  it('takes the first e-mail address that is valid, without its outer spaces', () => {
    const emails = [
      '',
      'none',
      'two@@mail.example',
      'a@b',
      `${'x'.repeat(260)}@mail.example`,
      ` ${email} `,
      'b@c.example',
    ];
    expect(readCandidate({ name: 'Marisol Quint', emails, phones: [] })).toMatchObject({ email });
  });

  it.each([[[]], [['']], [['marisol at mail.example']], [['Marisol <marisol@mail.example>']]])(
    'asks for an e-mail address where there is none: %j',
    (emails) => {
      expect(readCandidate({ name: 'Marisol Quint', emails, phones: [] })).toBe('no_email');
    },
  );

  it('prefers a mobile phone, keeps digits only, and only 10 or 11 of them', () => {
    const phoneOf = (phones: { type: string | null; value: string }[]) => {
      const candidate = readCandidate({ name: 'Marisol Quint', emails: [email], phones });
      return typeof candidate === 'string' ? candidate : candidate.phone;
    };
    const home = { type: 'home', value: '(555) 010-1234' };
    expect(phoneOf([home, { type: 'mobile', value: '+1 555.010.9999' }])).toBe('15550109999');
    expect(phoneOf([home, { type: 'mobile', value: '+44 20 7946 0958' }])).toBe('5550101234');
    expect(phoneOf([{ type: null, value: '555-0101' }])).toBeNull();
    expect(phoneOf([{ type: 'mobile', value: '٥٥٥٠١٠١٢٣٤' }])).toBeNull();
  });
});
