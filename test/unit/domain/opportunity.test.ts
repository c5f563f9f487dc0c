import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePackage, enteredTriggerAt, lacksItsMove, readPackageTag } from '#shared/domain/opportunity.ts';
import { monday, referenceStage, sampleOpportunity } from './samples.ts';

const triggers = [referenceStage];

describe('a list of moves', () => {
  const into = (toStageId: string, updatedAt: number) => ({ toStageId, updatedAt });
  const before = into('lead-new', monday - 9_000);
  const entry = into(referenceStage.id, monday);
  const out = into('offer', monday + 5_000);

  it.each([
    ['no moves at all', [], false],
    ['the present stage last', [before, entry], false],
    ['the present stage last, and two moves at once', [into('offer', monday), entry], false],
    ['the present stage last, in another order', [entry, before], false],
    ['other moves only', [before], true],
    ['an earlier entry, and the move out', [before, entry, out], true],
  ])('with %s', (_, stageChanges, lacks) => {
    expect(lacksItsMove(sampleOpportunity({ stageChanges }), triggers)).toBe(lacks);
    expect(lacksItsMove(sampleOpportunity({ stageChanges }), [])).toBe(false);
  });

  it('that lacks the last move leaves it to the time of the last move, if that is later than all it has', () => {
    const stageChanges = [before, entry, out];
    const named = (lastAdvancedAt: number | null) =>
      enteredTriggerAt(sampleOpportunity({ stageChanges, lastAdvancedAt }), triggers);
    expect(named(monday + 7_000)).toBe(monday + 7_000);
    expect(named(monday + 5_000)).toBe(monday);
    expect(named(null)).toBe(monday);
  });
});

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
    const opportunity = sampleOpportunity({ stageChanges, lastAdvancedAt: monday + 9_000 });
    expect(enteredTriggerAt(opportunity, [...triggers, other])).toBe(monday);
  });

  it('falls back on the time of the last move where Lever lists no moves, and else does not know it', () => {
    expect(enteredTriggerAt(sampleOpportunity({ stageChanges: [] }), triggers)).toBe(monday + 60_000);
    expect(enteredTriggerAt(sampleOpportunity({ stageChanges: [], lastAdvancedAt: null }), triggers)).toBe('unknown');
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
    fc.constantFrom('TurnPackage:P', 'TurnPackage:Px', `TurnPackage:P${'1'.repeat(21)}`),
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
        expect(readPackageTag(tag)?.id).toBe(id);
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
        const id = readPackageTag(tag)?.id;
        if (id === undefined) return;
        expect(id).toMatch(/^P\d{1,20}$/);
        expect(tag.normalize('NFKC').toUpperCase()).toContain(id);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    'TurnPackage:\u200bP0000000007',
    'Turn\u00adPackage\uff1aP0000000007',
    '\ufeffＴｕｒｎPackage：Ｐ0000000007：Driver',
    'TurnPackage:P0000000007\u2060:Driver',
  ])('reads %j as a reader does', (tag) => {
    expect(readPackageTag(tag)?.id).toBe('P0000000007');
  });

  it('lets the name hold colons, line breaks and another id', () => {
    expect(readPackageTag('TurnPackage:P0000000007:County: 7 years\nTurnPackage:P0000000008')).toEqual({
      id: 'P0000000007',
      name: 'County: 7 years TurnPackage:P0000000008',
    });
  });

  it.each(['TurnPackage:P0000000007', 'TurnPackage:P0000000007:', 'TurnPackage:P0000000007: \u200b '])(
    'finds no name in %j',
    (tag) => {
      expect(readPackageTag(tag)).toEqual({ id: 'P0000000007', name: null });
    },
  );
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
    expect(choice).toEqual({
      kind: 'one',
      packageId: 'P0000000003',
      packageName: 'Standard',
      malformedTags: [],
    });
  });

  it('takes of the name, however it was typed, one short line that mentions nobody', () => {
    fc.assert(
      fc.property(packageId, fc.string({ unit: 'binary', maxLength: 300, size: 'max' }), (id, text) => {
        const choice = choosePackage([`TurnPackage:${id}:@${text}@tamsin`]);
        if (choice.kind !== 'one') throw new Error('The tag is valid.');
        expect(choice.packageName).toMatch(/^\(at\)[^@\p{C}]*$/u);
        expect(choice.packageName?.length).toBeLessThanOrEqual(80);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes the first name, where two tags call one package differently', () => {
    const tags = ['TurnPackage:P0000000003', 'TurnPackage:P0000000003:Driver', 'TurnPackage:P0000000003:Other'];
    expect(choosePackage(tags)).toMatchObject({ packageName: 'Driver' });
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
