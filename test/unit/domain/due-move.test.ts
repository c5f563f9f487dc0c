import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideMove, dueMove, moveSettled } from '#shared/domain/due-move.ts';
import { newRecord, withEntry } from '#shared/domain/opportunity-record.ts';
import { writeLeaseMs } from '#shared/domain/retry-policy.ts';
import { moveStates } from '#shared/domain/stage-move.ts';
import {
  completeStatus,
  monday,
  orderedEntry,
  orderingEntry,
  referenceStage,
  retryPolicy,
  sampleAccount,
  sampleOpportunity,
} from './samples.ts';

const offer = { id: 'offer', name: 'Offer', since: monday };
const account = sampleAccount({ stageAfter: { clear: offer, consider: null } });
const { opportunityId } = sampleOpportunity();
const clear = orderedEntry({ status: completeStatus, changedAt: monday + 90_000 });
const record = withEntry(newRecord('acct_harborlight', opportunityId), clear);
const now = monday + 100_000;
const due = { move: dueMove(record, account, now)?.move ?? expect.fail(), isNew: true, isWanted: true };
const stages = [referenceStage, { id: 'offer', name: 'Offer' }, { id: 'other', name: 'Other' }];

describe('dueMove', () => {
  it.each([
    ['is not chosen', record, sampleAccount()],
    [
      'was chosen after the check had ended',
      record,
      { ...account, stageAfter: { clear: { ...offer, since: now }, consider: null } },
    ],
    ['is for another outcome', record, { ...account, stageAfter: { clear: null, consider: offer } }],
    ['has been followed by an order', withEntry(record, orderingEntry({ enteredAt: monday + 95_000 })), account],
    [
      'leads to a stage of which it is not known whether Lever has it',
      record,
      { ...account, stageAfter: { clear: { ...offer, id: null }, consider: null } },
    ],
  ])('is none where it %s', (_, given, settings) => {
    expect(dueMove(given, settings, now)).toBeNull();
  });

  it('is due once, however it ended', () => {
    for (const state of moveStates.filter((each) => each !== 'moving')) {
      const { record: after } = moveSettled(record, record, { ...due.move, state }, { now, retryPolicy });
      expect(dueMove(after, account, now + 86_400_000)).toBeNull();
    }
  });

  it('is looked after once a lost call must have ended, even if nobody wants it any more', () => {
    const lever = { ...record.lever, moves: [due.move] };
    expect(dueMove({ ...record, lever }, account, now + writeLeaseMs - 1)).toBeNull();
    expect(dueMove({ ...record, lever }, account, now + writeLeaseMs)).toMatchObject({ isNew: false, isWanted: true });
    expect(dueMove({ ...record, lever }, sampleAccount(), now + writeLeaseMs)).toMatchObject({ isWanted: false });
  });
});

describe('decideMove', () => {
  it('asks Lever only to move who stands in a trigger stage, to one that is none, and never again whom somebody has moved since', () => {
    const any = fc.record({
      stage: fc.constantFrom(...stages),
      moves: fc.array(
        fc.record({
          toStageId: fc.constantFrom(...stages.map(({ id }) => id)),
          updatedAt: fc.integer({ min: monday, max: monday + 9 }),
        }),
      ),
      isArchived: fc.boolean(),
      isNew: fc.boolean(),
      isWanted: fc.boolean(),
      from: fc.option(fc.integer({ min: monday, max: monday + 9 })),
      stageId: fc.constantFrom(null, ...stages.map(({ id }) => id)),
      lastAdvancedAt: fc.option(fc.integer({ min: monday, max: monday + 9 })),
    });
    fc.assert(
      fc.property(any, ({ stage, moves, isArchived, isNew, isWanted, from, stageId, lastAdvancedAt }) => {
        const opportunity = sampleOpportunity({ stage, stageChanges: moves, isArchived, lastAdvancedAt });
        const given = { move: { ...due.move, stageId, from: isNew ? null : from }, isNew, isWanted: isNew || isWanted };
        const { state, from: standing } = decideMove(given, opportunity, record, account, now);
        if (state !== 'moving') return;
        expect(stage).toBe(referenceStage);
        expect([isArchived, given.isWanted]).toEqual([false, true]);
        expect([null, referenceStage.id]).not.toContain(stageId);
        if (!isNew) expect(standing).toBe(from);
        if (!isNew)
          expect(moves.filter(({ toStageId, updatedAt }) => toStageId === stageId && updatedAt > (from ?? 0))).toEqual(
            [],
          );
      }),
      { numRuns: 2_000 },
    );
  });

  it('says that a move was made only where Lever shows it', () => {
    const lost = { ...due, isNew: false, move: { ...due.move, from: monday + 60_000 } };
    const moved = { toStageId: 'offer', updatedAt: monday + 101_000 };
    const { stageChanges } = sampleOpportunity();
    const other = { stage: { id: 'other', name: 'Other' } };
    const states = [
      sampleOpportunity({ stage: offer, stageChanges: [...stageChanges, moved] }),
      sampleOpportunity({
        ...other,
        stageChanges: [...stageChanges, moved, { toStageId: 'other', updatedAt: monday + 102_000 }],
      }),
      sampleOpportunity({
        ...other,
        stageChanges: [...stageChanges, { toStageId: 'other', updatedAt: monday + 102_000 }],
      }),
      sampleOpportunity(),
    ].map((opportunity) => decideMove(lost, opportunity, record, account, now).state);
    expect(states).toEqual(['moved', 'moved', 'stayed', 'moving']);
  });
});
