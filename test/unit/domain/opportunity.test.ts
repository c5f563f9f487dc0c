import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePackage, enteredTriggerAt, readCandidate, readPackageTag } from '#shared/domain/opportunity.ts';
import { monday, referenceStage, sampleOpportunity } from './samples.ts';

const triggers = [referenceStage];

describe('enteredTriggerAt', () => {
  it('names the last entry into the stage, in whatever order Lever lists the moves', () => {
    const times = fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(times, (offsets) => {
        const stageChanges = offsets.flatMap((offset) => [
          { toStageId: referenceStage.id, updatedAt: monday + offset },
          { toStageId: 'offer', updatedAt: monday + offset + 5_000_000 },
        ]);
        expect(enteredTriggerAt(sampleOpportunity({ stageChanges }), triggers)).toBe(monday + Math.max(...offsets));
      }),
    );
  });

  it('answers null outside every trigger stage, even if one was passed through', () => {
    const stage = { id: 'offer', name: 'Offer' };
    expect(enteredTriggerAt(sampleOpportunity({ stage }), triggers)).toBeNull();
  });

  it('counts only moves into the stage the candidate is in when several stages are triggers', () => {
    const other = { id: 'second', name: 'Second trigger' };
    const stageChanges = [
      { toStageId: referenceStage.id, updatedAt: monday },
      { toStageId: other.id, updatedAt: monday + 9_000 },
    ];
    expect(enteredTriggerAt(sampleOpportunity({ stageChanges }), [...triggers, other])).toBe(monday);
  });

  it('falls back on the time of the last move where Lever lists no moves, and else does not know it', () => {
    expect(enteredTriggerAt(sampleOpportunity({ stageChanges: [] }), triggers)).toBe(monday + 60_000);
    expect(enteredTriggerAt(sampleOpportunity({ stageChanges: [], lastAdvancedAt: null }), triggers)).toBe('unknown');
  });
});

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

const packageId = fc.stringMatching(/^P\d{10}$/);
const packageName = fc.string({ unit: 'grapheme', maxLength: 40 });
const space = fc.constantFrom('', ' ', '  ', '\t', '\u00a0', '\u3000');
const inAnyCase = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((uppers) => [...text].map((letter, n) => (uppers[n] ? letter.toUpperCase() : letter.toLowerCase())).join(''));

/** A tag that is ours, however it was typed, and the id that it names. */
const validTag = fc
  .record({
    id: packageId,
    prefix: inAnyCase('TurnPackage'),
    spaces: fc.tuple(space, space, space, space, space),
    name: fc.option(packageName, { nil: null }),
  })
  .map(({ id, prefix, spaces: [a, b, c, d, e], name }) => ({
    id,
    tag: `${a}${prefix}${b}:${c}${id}${d}${name === null ? '' : `:${name}`}${e}`,
  }));

const lookAlikes: Record<string, string> = { a: 'а', e: 'е', c: 'с', p: 'р', u: 'υ', k: 'κ', P: 'Р' };
/** A tag that somebody meant for us and spoilt: a letter too few, too many or from another alphabet, no id, a wrong sign. */
const spoiltTag = packageId.chain((id) =>
  fc.oneof(
    fc.nat({ max: 10 }).map((at) => `${'TurnPackage'.slice(0, at)}${'TurnPackage'.slice(at + 1)}:${id}`),
    fc.nat({ max: 10 }).map((at) => `${'TurnPackage'.slice(0, at)}x${'TurnPackage'.slice(at)}:${id}`),
    fc.constantFrom(...Object.keys(lookAlikes)).map((letter) => {
      const spoilt = `TurnPackage:${id}`.replace(letter, lookAlikes[letter] ?? '');
      return spoilt === `TurnPackage:${id}` ? `TurnPackge:${id}` : spoilt;
    }),
    fc.constantFrom('TurnPackage', 'TurnPackage:', 'TurnPackage:Basic', `TurnPackage ${id}`, `TurnPackage;${id}`),
    fc.constantFrom(`TurnPackage:${id.slice(1)}`, `TurnPackage:${id}x`, `TurnPackage:P ${id.slice(1)}`),
    fc.constantFrom('TurnPackage:P', 'TurnPackage:Px', `TurnPackage:P${'1'.repeat(21)}`, 'TurnPackage:P１２３'),
    fc.constant(`Turn Package:${id}`),
  ),
);
const foreignTag = fc.oneof(
  fc.constantFrom(
    'Engineering',
    'San Francisco, CA',
    'TurnStatus:clear',
    'Turnaround',
    'Package P0000000009',
    'P1',
    '',
  ),
  fc.string({ unit: 'grapheme', maxLength: 60 }).filter((tag) => readPackageTag(tag) === null),
);

describe('readPackageTag', () => {
  it('reads the id out of a valid tag, whatever the case, the spaces and the name', () => {
    fc.assert(
      fc.property(validTag, ({ tag, id }) => {
        expect(readPackageTag(tag)).toBe(id);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads no id out of a tag that was typed wrongly', () => {
    fc.assert(
      fc.property(spoiltTag, (tag) => {
        expect(readPackageTag(tag)).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });

  it('answers nothing but P and digits that stand in the tag', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), spoiltTag), (tag) => {
        const id = readPackageTag(tag);
        if (id === null) return;
        expect(id).toMatch(/^P\d{1,20}$/);
        expect(tag.toUpperCase()).toContain(id);
      }),
      { numRuns: 1000 },
    );
  });

  it('lets the name hold colons, line breaks and another id', () => {
    expect(readPackageTag('TurnPackage:P0000000007:County: 7 years\nTurnPackage:P0000000008')).toBe('P0000000007');
  });
});

describe('choosePackage', () => {
  it('never chooses a package that no valid tag names, and never one of several', () => {
    const tags = fc.array(
      fc.oneof(
        validTag,
        fc.oneof(spoiltTag, foreignTag).map((tag) => ({ tag, id: null })),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(tags, (given) => {
        const ids = new Set(given.flatMap(({ id }) => (id === null ? [] : [id])));
        const choice = choosePackage(given.map(({ tag }) => tag));
        expect(choice.kind).toBe(ids.size === 0 ? 'none' : ids.size === 1 ? 'one' : 'several');
        if (choice.kind === 'one') expect([choice.packageId]).toEqual([...ids]);
        if (choice.kind === 'several') expect(new Set(choice.packageIds)).toEqual(ids);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes the same id written twice in two ways for one package', () => {
    const choice = choosePackage(['turnpackage: p0000000003', 'TURNPACKAGE:P0000000003:Standard']);
    expect(choice).toEqual({ kind: 'one', packageId: 'P0000000003', malformedTags: [] });
  });

  it('names every tag that was meant for us and is not valid', () => {
    fc.assert(
      fc.property(spoiltTag, (tag) => {
        const choice = choosePackage([tag]);
        expect(choice).toMatchObject({ kind: 'none', malformedTags: [expect.stringMatching(/^.{1,45}$/u)] });
        if (choice.kind === 'none') expect(tag).toContain(choice.malformedTags[0]);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['TurnPackge:P0000000002:Driver for Tamsin Larkspur', 'TurnPackge:P0000000002'],
    ['TurnPackage Tamsin Larkspur', 'TurnPackage'],
    ['Turn-Package; P0000000002 Tamsin', 'Turn-Package; P0000000002'],
    ['(312) 555-0181 TurnPackage 3125550181', 'TurnPackage'],
    ['TurnPackage:tamsin@people.example', 'TurnPackage'],
  ])('keeps of %j no more than %j', (tag, beginning) => {
    expect(choosePackage([tag])).toEqual({ kind: 'none', malformedTags: [beginning] });
  });

  it('leaves tags alone that have nothing to do with us', () => {
    const tags = ['Full-time', 'Turnaround specialist', 'TurnStatus:consider', 'Packaging', 'Turn key projects', ''];
    expect(choosePackage(tags)).toEqual({ kind: 'none', malformedTags: [] });
  });
});
