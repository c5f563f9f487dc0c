import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harmlessOddShapes, type OddShape, unreadableOddShapes } from '#infra/local/sandbox/lever-odd-shapes.ts';
import { decide } from '#shared/domain/decide.ts';
import { Failure } from '#shared/domain/failure.ts';
import { problemCodes } from '#shared/domain/stage-entry.ts';
import { createLenientReader } from '#shared/lever/lenient-reader.ts';
import { createLever } from '#shared/lever/lever-client.ts';
import { regionInMemory } from '#shared/lever/lever-region.ts';
import { readOpportunity } from '#shared/lever/read-opportunity.ts';
import { createWorld } from '../../fakes/world.ts';
import { monday, referenceStage, sampleAccount } from '../domain/samples.ts';

const names = <T extends object>(shapes: T) => Object.keys(shapes) as (keyof T & OddShape)[];
const person = {
  name: 'Tamsin Larkspur',
  emails: ['tamsin.larkspur@people.example'],
  phones: [{ type: 'mobile', value: '(312) 555-0181' }],
};

const enterOddly = async (shape: OddShape) => {
  const world = await createWorld();
  const { id } = world.recruiter.addOpportunity(person);
  world.recruiter.moveToStage(id, 'Reference check');
  world.recruiter.spoil(id, shape);
  await world.settle();
  return { world, id };
};

describe('a candidate whom Lever shows oddly', () => {
  it.each(names(harmlessOddShapes))('is checked, once, in spite of %s', async (shape) => {
    const { world, id } = await enterOddly(shape);
    await world.wait(900);
    expect(world.turn.checks).toHaveLength(1);
    expect(world.recruiter.tags(id)).toContain('TurnStatus:emailed');
    expect(JSON.stringify(world.log)).not.toMatch(/larkspur|555/iu);
    world.recruiter.spoil(id, null);
    await world.wait(86_400, 600);
    expect(world.turn.checks).toHaveLength(1);
  });

  it.each(names(unreadableOddShapes))(
    'is told after an hour as unreadable, and checked once that is over: %s',
    async (shape) => {
      const { world, id } = await enterOddly(shape);
      await world.wait(1_800);
      expect(world.recruiter.notes(id)).toEqual([]);
      await world.wait(3_600 * 1.5);
      expect(world.recruiter.tags(id)).toEqual(['TurnStatus:error']);
      expect(world.recruiter.notes(id)).toEqual([expect.stringContaining('have not been able to read')]);
      world.recruiter.spoil(id, null);
      await world.wait(86_400, 600);
      expect(world.turn.checks).toHaveLength(1);
      expect(world.recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
      expect(world.recruiter.notes(id)).toHaveLength(1);
    },
  );

  it.each([...names(harmlessOddShapes), ...names(unreadableOddShapes)])(
    'comes to the same where no webhook told of the entry: %s',
    async (shape) => {
      const world = await createWorld();
      world.lever.switchEvents('org', 'candidateStageChange', false);
      const others = [0, 1].map((n) => world.recruiter.addOpportunity({ ...person, name: `Perrin Oakes ${n}` }));
      const { id } = world.recruiter.addOpportunity(person);
      world.passTime(1_200);
      for (const each of [id, ...others.map((other) => other.id)]) world.recruiter.moveToStage(each, 'Reference check');
      world.recruiter.spoil(id, shape);
      await world.wait(5 * 3_600, 300);
      // A row without an id is nobody's.
      const isLost = shape === 'no id' || shape === 'nothing at all';
      const isReadable = Object.hasOwn(harmlessOddShapes, shape);
      expect(world.turn.checks).toHaveLength(isReadable ? 3 : 2);
      expect(world.recruiter.tags(id).filter((tag) => tag.startsWith('TurnStatus'))).toEqual(
        isReadable ? ['TurnStatus:emailed'] : isLost ? [] : ['TurnStatus:error'],
      );
    },
  );

  it('keeps what is wrong with a known entry as one problem', async () => {
    const world = await createWorld();
    const { id } = world.recruiter.addOpportunity({ ...person, emails: [] });
    world.recruiter.moveToStage(id, 'Reference check');
    await world.settle();
    world.recruiter.spoil(id, 'no stage');
    await world.wait(6 * 3_600, 300);
    expect(world.recruiter.notes(id)).toEqual([expect.stringContaining('have not been able to read')]);
    world.recruiter.spoil(id, null);
    await world.wait(86_400, 600);
    expect(world.recruiter.notes(id)).toEqual([expect.stringContaining('no valid e-mail address')]);
  });

  it('who has a check is tried on and on, and told as waiting', async () => {
    const world = await createWorld();
    const { id } = world.recruiter.addOpportunity(person);
    world.recruiter.moveToStage(id, 'Reference check');
    await world.settle();
    world.recruiter.spoil(id, 'no stage');
    world.recruiter.moveToStage(id, 'Offer');
    world.recruiter.moveToStage(id, 'Reference check');
    await world.wait(6 * 3_600, 300);
    expect(world.recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
    expect((await world.recordOf(id)).nextDecision).toMatchObject({ lastFailure: 'lever_unexpected_answer' });
  });

  it('is not checked again because half of an old state was read after a withdrawal', async () => {
    const world = await createWorld();
    const { id } = world.recruiter.addOpportunity(person);
    world.recruiter.moveToStage(id, 'Reference check');
    await world.settle();
    world.turn.advance(world.turn.checks[0]?.workerId ?? '', 'withdrawn');
    await world.settle();
    world.passTime(60);
    // Archived on Lever's page, which sets the time of the last move, and back; then read without the list of moves.
    world.recruiter.archive(id);
    world.recruiter.unarchive(id);
    world.recruiter.spoil(id, 'a list of moves without the last one');
    await world.settle();
    await world.wait(180);
    world.recruiter.spoil(id, null);
    await world.wait(3_600);
    expect(world.turn.checks).toHaveLength(1);
  });
});

const entered = monday - 60_000;
const whole = {
  id: 'opp-1',
  name: 'Tamsin Larkspur',
  contact: 'contact-1',
  emails: ['tamsin.larkspur@people.example'],
  phones: [{ type: 'mobile', value: '(312) 555-0181' }],
  tags: ['TurnPackage:P0000000001', 'Full-time'],
  stage: { id: referenceStage.id, text: 'Reference Check' },
  stageChanges: [
    { toStageId: 'applicant-new', toStageIndex: 0, updatedAt: entered - 60_000 },
    { toStageId: referenceStage.id, toStageIndex: 3, updatedAt: entered, userId: 'user-1' },
  ],
  lastAdvancedAt: entered,
  archived: null,
  isAnonymized: false,
  confidentiality: 'non-confidential',
  dataProtection: { store: { allowed: true }, contact: { allowed: true, expiresAt: null } },
};
type Path = readonly (string | number)[];
const pathsOf = (value: unknown, path: Path = []): Path[] => {
  const below = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [path, ...below.flatMap(([key, each]) => pathsOf(each, [...path, Array.isArray(value) ? Number(key) : key]))];
};
const absent = Symbol('absent');
const changed = (value: unknown, [first, ...rest]: Path, to: unknown): unknown => {
  if (first === undefined) return to;
  if (Array.isArray(value)) {
    return value.flatMap((each, n) => {
      if (n !== first) return [each];
      const next = changed(each, rest, to);
      return next === absent ? [] : [next];
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => {
      if (key !== first) return [[key, each]];
      const next = changed(each, rest, to);
      return next === absent ? [] : [[key, next]];
    }),
  );
};
/** Null, absent, empty, of another type, or nested rubbish. */
const oddValues: readonly unknown[] = [
  ...[null, absent, '', ' ', '\ufeff', 'true', '1', String(entered), 'a'.repeat(300)],
  ...[0, -1, 0.5, 1e300, 13, entered, true, false],
  ...[[], {}, [null], [[]], [entered], [{}], [['x', {}]]],
  ...[{ id: null }, { id: {} }, { id: '' }, { value: 'x' }, { text: 'x' }, { archivedAt: null, reason: null }],
  ...[{ contact: { allowed: 'no' } }, { toStageId: referenceStage.id }, { a: { b: { c: [{ d: null }] } } }],
];
const mutation = fc.tuple(fc.constantFrom(...pathsOf(whole)), fc.constantFrom(...oddValues));
const account = sampleAccount({ triggerStages: [referenceStage] });
const decisions = new Set(['start', 'ignore', 'problem', 'wait', 'rerun_denied']);
/** What comes of it: the kind of the decision, its problem, or `unreadable` where it cannot be read. */
const outcomeOf = (answer: unknown): string => {
  const reader = createLenientReader();
  const opportunity = readOpportunity(answer, reader);
  if ([...reader.dropped.keys()].some((place) => !/^[A-Za-z.]+$/u.test(place))) return 'a value in a place';
  if (opportunity === null) return 'unreadable';
  const decision = decide(opportunity, account, { entries: [] }, monday);
  if (decision.kind === 'problem') return decision.code;
  if (decision.kind !== 'start') return decision.kind;
  return Number.isSafeInteger(decision.enteredAt) && !opportunity.isArchived ? 'start' : 'a wrong start';
};
const possible = new Set<string>([...decisions, ...problemCodes]);

describe('whatever is wrong with an answer', () => {
  it('comes to a decision, or is unreadable: a hundred thousand times', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        const odd = mutations.reduce<unknown>((value, [path, to]) => changed(value, path, to), whole);
        const outcome = outcomeOf(odd === absent ? undefined : odd);
        seen.add(outcome);
        return possible.has(outcome);
      }),
      { numRuns: 100_000 },
    );
    for (const outcome of ['start', 'ignore', 'unreadable', 'no_email', 'no_full_name', 'contact_not_allowed'])
      expect(seen).toContain(outcome);
  });

  it.each(pathsOf({ data: whole }).map((path) => [path.join('.'), path] as const))(
    'in the answer itself is a foreseen failure at worst: %s',
    async (_, path) => {
      for (const value of oddValues) {
        const odd = changed({ data: whole }, path, value);
        const lever = createLever({
          apiUrl: 'https://api.lever.example/v1',
          deadline: null,
          prepaid: 1,
          region: regionInMemory(),
          send: async () => ({
            status: 200,
            headers: {},
            body: `\ufeff${JSON.stringify(odd === absent ? null : odd)}`,
          }),
          accessToken: async () => 'access',
          acquire: async () => {},
          onDropped: async (place, count) => {
            expect(place).toMatch(/^opportunity\.[A-Za-z.]+$/u);
            expect(count).toBeGreaterThan(0);
          },
        });
        const code = await lever.readOpportunity('opp-1').then(
          () => null,
          (error: unknown) => (error instanceof Failure ? error.code : error),
        );
        expect([null, 'lever_unexpected_answer']).toContain(code);
      }
    },
  );
});
