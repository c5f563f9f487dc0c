import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PhoneNumber, readCandidate, withoutRefused, withPhone } from '#shared/domain/candidate.ts';

const email = 'marisol.quint@mail.example';
const name = 'Marisol Quint';
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
  ),
  fc.constantFrom('\ud83d x', 'Quint, Marisol', 'Quint,', ', Marisol', ',,', 'Quint, Marisol, Jr.'),
  fc.string({ unit: 'binary', maxLength: 300, size: 'max' }),
);
const candidateOf = (person: { name?: string; emails?: string[] }) =>
  readCandidate({ name, emails: [email], ...person });

describe('readCandidate', () => {
  it('never throws, and what it answers can be ordered', () => {
    const person = fc.record({
      name: anyText,
      emails: fc.array(fc.oneof(anyText, fc.emailAddress()), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(person, (given) => {
        const candidate = candidateOf(given);
        if (typeof candidate === 'string') {
          expect(['no_email', 'no_full_name']).toContain(candidate);
          return;
        }
        for (const text of [candidate.firstName, candidate.lastName, candidate.email]) {
          expect(text).not.toMatch(/^$|^\s|\s$|[\p{Cc}\p{Cf}\p{Cs}]/u);
        }
        expect(candidate.lastName).toMatch(/\p{L}/u);
        expect(candidate.spareEmail).not.toBe(candidate.email);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['  Marisol   van der  Quint ', 'Marisol', 'van der Quint'],
    ['Lovelace, Ada', 'Ada', 'Lovelace'],
    ['van der Quint ,Marisol Ana', 'Marisol Ana', 'van der Quint'],
    ['Lovelace，Ada', 'Ada', 'Lovelace'],
    ['Lovelace, Ada, PhD', 'Ada', 'Lovelace, PhD'],
    ['Martin King, Jr.', 'Martin', 'King, Jr.'],
    ['Ada Lovelace, CISSP', 'Ada', 'Lovelace, CISSP'],
    ['Ada Lovelace,', 'Ada', 'Lovelace'],
    ['Rahman, Md', 'Md', 'Rahman'],
    ['A\u200bda\u00a0Love\u0000lace', 'Ada', 'Lovelace'],
  ])('reads the name %j as %j and %j', (given, firstName, lastName) => {
    expect(candidateOf({ name: given })).toMatchObject({ firstName, lastName });
  });

  it.each(['', '   ', 'Marisol', ' \u00a0Marisol\t', 'Marisol -', 'Marisol 2', 'Marisol,', ', Marisol', '?, Marisol'])(
    'asks for a full name where there is none: %j',
    (given) => {
      expect(candidateOf({ name: given })).toBe('no_full_name');
    },
  );

  it.each([
    ...[
      '',
      'none',
      'two@@mail.example',
      'a@b',
      'a@example..com',
      '.a@mail.example',
      'a.@mail.example',
      'a..b@mail.example',
    ],
    ...[
      'a@.mail.example',
      'a@mail.example.',
      'a@-mail.example',
      'a@mail.example-',
      'a@mail.1',
      'a@mail.c',
      '%20a@mail.example',
    ],
    ...[
      'a\ufffd@mail.example',
      'a\u200bb@mail.example',
      'a@mail\u00ad.example',
      'a b@mail.example',
      'a\u0000@mail.example',
    ],
    ...[
      'Marisol <m@mail.example>',
      'mailto:m@mail.example',
      'a@mail.example;b@mail.example',
      `${'x'.repeat(260)}@mail.example`,
    ],
    ...[`${'x'.repeat(65)}@mail.example`, `a@${'x'.repeat(64)}.example`, `a@${'mail.'.repeat(50)}example`],
  ])('takes %j for no address, and the next one instead', (wrong) => {
    expect(candidateOf({ emails: [wrong, ` ${email}\u200b`] })).toMatchObject({ email, spareEmail: null });
    expect(candidateOf({ emails: [wrong] })).toBe('no_email');
  });

  it('takes every address that is made by the rules', () => {
    const word = fc.stringMatching(/^[a-z0-9!#$&'*+/=?^_`{|}~-]{1,12}$/u);
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/u);
    const address = fc
      .tuple(fc.array(word, { minLength: 1, maxLength: 4 }), fc.array(label, { minLength: 1, maxLength: 4 }))
      .map(([words, labels]) => `${words.join('.')}@${labels.join('.')}.example`);
    fc.assert(
      fc.property(
        fc.oneof(
          address,
          fc.emailAddress().filter((each) => !/%[0-9a-f]{2}/iu.test(each)),
        ),
        (one) => {
          expect(candidateOf({ emails: [one] })).toMatchObject({ email: one });
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('accepts nothing that a strict grammar does not', () => {
    const near = fc.string({
      unit: fc.constantFrom('a', '1', '.', '@', '-', ' ', '%', '20', '\u200b', 'é', '\ufffd', '"'),
    });
    const atom = String.raw`[^\s.@"(),:;<>[\]\\\ufffd\u200b]+`;
    const strict = new RegExp(`^${atom}(\\.${atom})*@([a-z0-9é]([a-z0-9é-]*[a-z0-9é])?\\.)+[a-z0-9é-]{2,}$`, 'u');
    fc.assert(
      fc.property(
        fc.oneof(
          near,
          fc.tuple(near, near).map(([a, b]) => `${a}a@${b}.aa`),
        ),
        (text) => {
          const candidate = candidateOf({ emails: [text] });
          if (typeof candidate !== 'string') expect(candidate.email).toMatch(strict);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('keeps the next other address for the case that Turn does not take the first', () => {
    const emails = [email, email.toUpperCase(), 'not one', 'second@mail.example', 'third@mail.example'];
    expect(candidateOf({ emails })).toMatchObject({ email, spareEmail: 'second@mail.example' });
  });
});

describe('withPhone', () => {
  it('prefers a mobile phone, and says where one of another country was left out for another', () => {
    const home = { type: 'home', value: '2155550123', isForeign: false };
    const mobile = { type: 'mobile', value: '2155550199', isForeign: false };
    const abroad = { type: 'mobile', value: null, isForeign: true };
    const unreadable = { type: 'mobile', value: null, isForeign: false };
    const addressee = { firstName: 'Marisol', lastName: 'Quint', email, spareEmail: null };
    const read = (numbers: PhoneNumber[]) => {
      const { candidate, warnings } = withPhone({ candidate: addressee, warnings: [] }, numbers);
      expect(candidate).toMatchObject(addressee);
      return [candidate.phone, warnings.map(({ kind }) => kind)];
    };
    expect(read([home, mobile])).toEqual(['2155550199', []]);
    expect(read([home, abroad])).toEqual(['2155550123', ['foreign_phone']]);
    expect(read([mobile, abroad])).toEqual(['2155550199', []]);
    expect(read([abroad])).toEqual([null, ['foreign_phone']]);
    expect(read([unreadable])).toEqual([null, []]);
  });
});

describe('withoutRefused', () => {
  const candidate = {
    firstName: 'Marisol',
    lastName: 'Quint',
    email,
    spareEmail: 'b@mail.example',
    phone: '2155550123',
  };

  it('leaves out each thing once, and nothing that Turn does not blame alone', () => {
    const withoutPhone = withoutRefused(candidate, ['phone_number'])?.candidate;
    expect(withoutPhone).toEqual({ ...candidate, phone: null });
    expect(withoutRefused({ ...candidate, phone: null }, ['phone_number'])).toBeNull();
    const withNext = withoutRefused(candidate, ['email'])?.candidate;
    expect(withNext).toEqual({ ...candidate, email: 'b@mail.example', spareEmail: null });
    expect(withoutRefused({ ...candidate, spareEmail: null }, ['email'])).toBeNull();
    for (const fields of [[], ['email', 'phone_number'], ['first_name'], ['phone_number', 'other']]) {
      expect(withoutRefused(candidate, fields)).toBeNull();
    }
  });
});
