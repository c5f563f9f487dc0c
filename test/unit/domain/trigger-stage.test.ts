import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isKnownNotToTrigger,
  isTriggerStage,
  mayBeMadeAnew,
  stagesGone,
  stagesInOrder,
  triggerStageIds,
  withChosenTriggers,
  withStageName,
  withStages,
} from '#shared/domain/trigger-stage.ts';
import { monday, referenceStage, sampleAccount } from './samples.ts';

const hour = 3_600_000;
const stages = { readAt: monday, names: { [referenceStage.id]: 'Reference check', offer: 'Offer' } };

describe('isTriggerStage', () => {
  it('matches a name given by hand without regard to case and outer space', () => {
    const spelling = fc
      .tuple(
        fc.constantFrom('', ' ', '\t'),
        fc.constantFrom('Reference Check', 'REFERENCE CHECK', 'reference check'),
        fc.constantFrom('', '  '),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(spelling, spelling, (configured, shown) => {
        expect(isTriggerStage([{ id: null, name: configured }], { id: 'any', name: shown })).toBe(true);
      }),
    );
  });

  it('keeps the stage of a known id the trigger under every name, and takes every other stage by its name', () => {
    fc.assert(
      fc.property(fc.option(fc.string(), { nil: null }), (name) => {
        expect(isTriggerStage([referenceStage], { id: referenceStage.id, name })).toBe(true);
        expect(isTriggerStage([referenceStage], { id: 'another', name: `${name} again` })).toBe(false);
        expect(isTriggerStage([referenceStage], { id: 'another', name: ' reference CHECK' })).toBe(true);
      }),
    );
  });

  it.each([
    ['Reference\u00a0Check', 'Reference Check'],
    ['Re\u0301fe\u0301rences', 'R\u00e9f\u00e9rences'],
    ['Ｒｅｆｅｒｅｎｃｅ\u200b Check', 'reference check'],
    ['Reference   Check', 'Reference Check'],
  ])('takes %j for what it looks like: %j', (configured, shown) => {
    expect(isTriggerStage([{ id: null, name: configured }], { id: 'any', name: shown })).toBe(true);
    expect(isTriggerStage([{ id: null, name: shown }], { id: 'any', name: configured })).toBe(true);
  });

  it('does not guess a stage whose name nobody told', () => {
    expect(isTriggerStage([{ id: null, name: 'Reference Check' }], { id: 'any', name: null })).toBe(false);
    expect(isTriggerStage([], referenceStage)).toBe(false);
  });
});

describe('stagesInOrder', () => {
  it('keeps the order in which Lever listed the stages, whatever the table makes of it; a stage heard of since comes last', () => {
    const account = withStages(sampleAccount(), { readAt: monday, names: { 'lead-new': 'New lead', b: 'B', a: 'A' } });
    const names = Object.fromEntries(Object.entries(account.stages?.names ?? {}).toSorted());
    const fromTable = { ...account, stages: account.stages === null ? null : { ...account.stages, names } };
    const again = fromTable.stages === null ? fromTable : withStages(fromTable, fromTable.stages);
    const { stages: known } = withStageName(again, { id: '_', name: 'Another' }, monday);
    expect(known === null ? [] : stagesInOrder(known).map(({ name }) => name)).toEqual([
      ...['New lead', 'B', 'A', 'Another'],
    ]);
  });
});

describe('withStages', () => {
  it("replaces a name given by hand by the id in Lever's list, and follows it through every later rename", () => {
    const account = withStages(sampleAccount(), stages);
    expect(account.triggerStages).toEqual([{ id: referenceStage.id, name: 'Reference Check' }]);
    const renamed = withStages(account, {
      readAt: monday + hour,
      names: { [referenceStage.id]: 'References', offer: 'Reference Check' },
    });
    expect(renamed.triggerStages).toEqual([{ id: referenceStage.id, name: 'References' }]);
    expect(isTriggerStage(renamed.triggerStages, { id: referenceStage.id, name: 'References' })).toBe(true);
    expect(stagesGone(account, renamed)).toEqual([]);
  });

  it('finds a stage that was deleted and made anew under the same name, before or after it is there again', () => {
    const account = withStages(sampleAccount(), stages);
    const gone = withStages(account, { readAt: monday + hour, names: { offer: 'Offer' } });
    expect(gone.triggerStages).toEqual([{ id: null, name: 'Reference Check' }]);
    expect(stagesGone(account, gone)).toEqual(['Reference Check']);
    const anew = { readAt: monday + 2 * hour, names: { offer: 'Offer', anew: 'REFERENCE CHECK' } };
    for (const before of [account, gone]) {
      const found = withStages(before, anew);
      expect(found.triggerStages).toEqual([{ id: 'anew', name: 'Reference Check' }]);
      expect(stagesGone(before, found)).toEqual([]);
    }
    expect(stagesGone(gone, gone)).toEqual([]);
  });

  it('is not misled by a trigger whose id every object inherits', () => {
    const account = sampleAccount({ triggerStages: [{ id: 'constructor', name: 'Reference Check' }] });
    expect(withStages(account, stages).triggerStages).toEqual([{ id: referenceStage.id, name: 'Reference Check' }]);
  });

  it('goes on waiting for a name that the list does not hold', () => {
    const account = withStages(sampleAccount(), { readAt: monday, names: { offer: 'Offer' } });
    expect(account.triggerStages).toEqual([{ id: null, name: 'Reference Check' }]);
  });
});

describe('several stages of one name', () => {
  const names = { [referenceStage.id]: 'Reference Check', second: 'reference  check', offer: 'Offer' };
  const account = withStages(sampleAccount(), { readAt: monday, names });
  const second = { id: 'second', name: 'reference  check' };

  it('all start checks, and are all read', () => {
    expect(account.triggerStages).toEqual([referenceStage]);
    expect(isTriggerStage(account.triggerStages, second)).toBe(true);
    expect(triggerStageIds(account)).toEqual([referenceStage.id, 'second']);
    expect(isKnownNotToTrigger(account, 'second', monday, hour)).toBe(false);
    expect(isKnownNotToTrigger(account, 'offer', monday, hour)).toBe(true);
  });

  it('go on to start checks where one of them is renamed, or deleted', () => {
    const one = { id: referenceStage.id, name: 'References' };
    const stages = { readAt: monday + hour, names: { ...names, [one.id]: one.name } };
    for (const renamed of [withStages(account, stages), withStageName(account, one, monday)]) {
      expect(renamed.triggerStages).toEqual([one, { id: 'second', name: 'Reference Check' }]);
      expect(isTriggerStage(renamed.triggerStages, one)).toBe(true);
      expect(isTriggerStage(renamed.triggerStages, second)).toBe(true);
      expect(withStages(renamed, stages).triggerStages.map(({ id }) => id)).toEqual([one.id, 'second']);
      expect(stagesGone(account, renamed)).toEqual([]);
    }
    const left = withStages(account, { readAt: monday + hour, names: { second: second.name, offer: 'Offer' } });
    expect(left.triggerStages).toEqual([{ id: 'second', name: 'Reference Check' }]);
    expect(stagesGone(account, left)).toEqual([]);
  });

  it('count from when the name was chosen, whichever of them the settings name', () => {
    const since = { ...account, triggerStages: [{ ...referenceStage, since: monday }] };
    expect(withChosenTriggers(since, [second], monday + hour).triggerStages).toEqual([{ ...second, since: monday }]);
  });
});

describe('withStageName', () => {
  it('learns one name, and concludes nothing about the stages that it does not name', () => {
    const account = withStages(sampleAccount(), stages);
    const learnt = withStageName(account, { id: 'anew', name: 'Reference check' }, monday + hour);
    expect(learnt.triggerStages).toEqual(account.triggerStages);
    expect(learnt.stages).toMatchObject({ readAt: monday, names: { ...stages.names, anew: 'Reference check' } });
    expect(mayBeMadeAnew(account, { id: 'anew', name: ' REFERENCE check' })).toBe(true);
    expect(mayBeMadeAnew(account, { id: referenceStage.id, name: 'Reference check' })).toBe(false);
    expect(mayBeMadeAnew(account, { id: 'anew', name: null })).toBe(false);
  });

  it('finds a trigger given by name, and follows the rename of one known by id', () => {
    const found = withStageName(sampleAccount(), { id: 'one', name: 'reference check' }, monday);
    expect(found.triggerStages).toEqual([{ id: 'one', name: 'Reference Check' }]);
    expect(withStageName(found, { id: 'one', name: 'References' }, monday).triggerStages).toEqual([
      { id: 'one', name: 'References' },
    ]);
  });
});

describe('isKnownNotToTrigger', () => {
  const account = withStages(sampleAccount(), stages);

  it('is sure of a stage that the list names and that is no trigger', () => {
    expect(isKnownNotToTrigger(account, 'offer', monday + hour, 2 * hour)).toBe(true);
  });

  it('is never sure of a trigger stage, a stage it has not seen, or an old list', () => {
    fc.assert(
      fc.property(fc.string(), (unseen) => {
        fc.pre(unseen !== 'offer');
        expect(isKnownNotToTrigger(account, unseen, monday, 2 * hour)).toBe(false);
      }),
    );
    expect(isKnownNotToTrigger(account, referenceStage.id, monday, 2 * hour)).toBe(false);
    expect(isKnownNotToTrigger(account, 'offer', monday + 2 * hour + 1, 2 * hour)).toBe(false);
    expect(isKnownNotToTrigger(sampleAccount(), 'offer', monday, 2 * hour)).toBe(false);
  });

  it.each(['constructor', '__proto__', 'toString'])('is not misled by a stage id such as %s', (stageId) => {
    const byName = { ...account, triggerStages: [{ id: null, name: 'Reference Check' }] };
    expect(isKnownNotToTrigger(byName, stageId, monday, 2 * hour)).toBe(false);
  });
});
