import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '#shared/domain/decide.ts';
import { createLenientReader } from '#shared/lever/lenient-reader.ts';
import { readOpportunity } from '#shared/lever/read-opportunity.ts';
import { createWorld } from '../../fakes/world.ts';
import { monday, referenceStage, sampleAccount } from '../domain/samples.ts';

const lookAlikes: Record<string, string> = { a: 'а', e: 'е', c: 'с', P: 'Р', T: 'Т', k: 'κ', u: 'υ' };
const id = fc.constantFrom('P0000000001', 'P0000000002');
const space = fc.constantFrom('', ' ', '\t', '\u00a0');
const casing = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => text.toLowerCase(),
  (text) => text.toUpperCase(),
);
/** A tag, and the package that it names by the rules, found out while it was put together. */
const anyTag: fc.Arbitrary<{ tag: string; names: string | null }> = fc.oneof(
  fc
    .tuple(id, casing, space, space, fc.constantFrom('', ':', ':Driver', ':County: 7 years', ':P0000000001'))
    .map(([names, written, one, two, rest]) => ({
      tag: `${one}${written('TurnPackage')}${two}:${one}${names}${two}${rest}`,
      names,
    })),
  fc.tuple(id, fc.constantFrom(...Object.entries(lookAlikes))).map(([names, [letter, other]]) => {
    const tag = `TurnPackage:${names}`;
    return tag.includes(letter) ? { tag: tag.replace(letter, other), names: null } : { tag: 'TurnPakage', names: null };
  }),
  fc
    .tuple(
      id,
      fc.constantFrom(
        'TurnPackge:',
        'Turn Package:',
        'TurnPackage;',
        'TurnPackage ',
        'TurnPackages:',
        'XTurnPackage:',
        'TurnPackage::',
        'TurnPackage:x',
      ),
    )
    .map(([names, spoilt]) => ({ tag: `${spoilt}${names}`, names: null })),
  fc
    .constantFrom(
      'TurnPackage',
      'TurnPackage:',
      'TurnPackage:P',
      'TurnPackage:Basic',
      'Engineering',
      'San Francisco, CA',
      'Full-time',
      '🦭',
      'TurnStatus:clear',
    )
    .map((tag) => ({ tag, names: null })),
  fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => ({ tag: `Team ${text}`, names: null })),
);
const tagSet = fc
  .array(anyTag, { maxLength: 4 })
  .chain((tags) => fc.shuffledSubarray(tags, { minLength: tags.length }));

describe('a thousand generated sets of tags', () => {
  it('never order another package than the one that they name', async () => {
    const world = await createWorld({ settings: { defaultPackageId: 'P0000000001' } });
    const sets = fc.sample(tagSet, { numRuns: 1000, seed: 20_260_302 });
    let ordered = 0;
    for (const [n, tags] of sets.entries()) {
      const email = `person${n}@people.example`;
      const { id: opportunityId } = world.recruiter.addOpportunity({
        name: `Person Number${n}`,
        emails: [email],
        tags: tags.map(({ tag }) => tag),
      });
      world.recruiter.moveToStage(opportunityId, 'Reference check');
      await world.settle();
      const named = new Set(tags.flatMap(({ names }) => names ?? []));
      const packages = world.turn.checks.filter((check) => check.email === email).map(({ packageId }) => packageId);
      const expected = named.size > 1 ? [] : [[...named][0] ?? 'P0000000001'];
      expect(packages, JSON.stringify(tags)).toEqual(expected);
      ordered += packages.length;
    }
    expect(ordered).toBeGreaterThan(500);
  });
});

const text = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'Björk',
    'Tamsin Larkspur',
    'Dr. Tamsin van der Larkspur',
    'سارة العلي',
    '👩‍🚀 Nova Reyes',
    '王小明',
    '\u202eEvil Name',
    'a\u0000b c',
    '\ud83d x',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ minLength: 300, maxLength: 300, size: 'max' }),
);
const odd = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> =>
  fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: fc.constantFrom(null, undefined) });
/** An opportunity as Lever may answer it, by what its answers were seen to hold. */
const anyAnswer = fc.record({
  id: fc.constant('opp-1'),
  name: odd(text),
  headline: odd(text),
  location: odd(text),
  emails: odd(
    fc.array(
      odd(fc.oneof(text, fc.emailAddress())).map((each) => each ?? null),
      { maxLength: 3 },
    ),
  ),
  phones: odd(
    fc.array(
      fc.oneof(
        fc.constant(null),
        fc.record({
          type: odd(fc.constantFrom('mobile', 'home', 'other')),
          value: odd(
            fc.oneof(text, fc.constantFrom('(215) 588-5118', '267.565.8877', '+1(1)5555555555', '+1098765432')),
          ),
        }),
      ),
      { maxLength: 3 },
    ),
  ),
  tags: odd(fc.array(fc.oneof(fc.constant(null), text, fc.constant('TurnPackage:P0000000001')), { maxLength: 3 })),
  stage: fc.oneof(
    fc.constant(referenceStage.id),
    fc.constantFrom({ id: referenceStage.id, text: 'Reference Check' }, { id: referenceStage.id, text: null }),
  ),
  stageChanges: odd(fc.constantFrom([], [{ toStageId: referenceStage.id, toStageIndex: 3, updatedAt: monday }])),
  lastAdvancedAt: odd(fc.constant(monday)),
  archived: odd(fc.constantFrom(null, { reason: 'r', archivedAt: monday })),
  isAnonymized: odd(fc.boolean()),
  dataProtection: odd(
    fc.record({
      store: odd(fc.constant({ allowed: true, expiresAt: null })),
      contact: odd(fc.record({ allowed: odd(fc.boolean()), expiresAt: odd(fc.constant(monday)) })),
    }),
  ),
});

describe('whatever Lever answers of a person', () => {
  it('becomes a check, an ignore or a problem', () => {
    const account = sampleAccount({ triggerStages: [referenceStage] });
    fc.assert(
      fc.property(anyAnswer, (answer) => {
        const read = readOpportunity(JSON.parse(JSON.stringify(answer)), createLenientReader());
        if (read === null) throw new Error('It was not read.');
        const decision = decide(read, account, { entries: [] }, monday + 1000);
        expect(['start', 'ignore', 'problem']).toContain(decision.kind);
      }),
      { numRuns: 1000 },
    );
  });
});
