import { describe, expect, it } from 'vitest';
import { alreadyInStageOf, countedForOf, inStage, isCountDue } from '#shared/domain/in-stage.ts';
import { newRecord } from '#shared/domain/opportunity-record.ts';
import {
  blockedEntry,
  completeStatus,
  days,
  monday,
  orderedEntry,
  sampleAccount,
  sampleOpportunity,
} from './samples.ts';

const enteredAt = monday + 60_000;
const account = sampleAccount({ startsAt: monday + days });
const now = monday + 2 * days;
const record = newRecord('acct_harborlight', 'opp-1');
const standing = (otherwise: object) =>
  inStage(sampleOpportunity(), account, { ...record, ...otherwise }, now)?.standing;

describe('somebody in a trigger stage', () => {
  it('is left out where the entry was before the start, and what a request would lead to is told', () => {
    expect(inStage(sampleOpportunity(), account, record, now)).toMatchObject({
      enteredAt,
      standing: 'left_out',
      decision: { kind: 'start', packageId: null },
    });
    const nobody = sampleOpportunity({ emails: [] });
    expect(inStage(nobody, account, record, now)?.decision).toMatchObject({ kind: 'problem', code: 'no_email' });
  });

  it('is not left out with a check, with an entry that is known, or once somebody asked', () => {
    expect(standing({ entries: [orderedEntry()] })).toBe('has_check');
    expect(standing({ entries: [orderedEntry({ enteredAt: 1, status: completeStatus })] })).toBe('has_check');
    expect(standing({ entries: [blockedEntry()] })).toBe('as_usual');
    expect(standing({ requested: { enteredAt, requestedAt: now } })).toBe('requested');
    expect(standing({ requested: { enteredAt, requestedAt: monday } })).toBe('left_out');
    expect(inStage(sampleOpportunity(), sampleAccount({ startsAt: monday }), record, now)?.standing).toBe('as_usual');
  });

  it('is nobody who is elsewhere, archived or anonymized', () => {
    for (const otherwise of [{ isArchived: true }, { isAnonymized: true }, { stage: { id: 'offer', name: 'Offer' } }])
      expect(inStage(sampleOpportunity(otherwise), account, record, now)).toBeNull();
  });
});

describe('the count of them', () => {
  const counted = (count: number, countedAt: number) =>
    sampleAccount({
      startsAt: monday,
      alreadyInStage: {
        count,
        isComplete: true,
        countedAt,
        countedFor: countedForOf(sampleAccount({ startsAt: monday })),
      },
    });

  it('is due where there is none, where some are left, and once a day', () => {
    expect(isCountDue(account, now)).toBe(true);
    expect(isCountDue(counted(3, now - 1), now)).toBe(true);
    expect(isCountDue(counted(0, now - 1), now)).toBe(false);
    expect(isCountDue(counted(0, now - days), now)).toBe(true);
  });

  it('holds for one start and its stages alone, and only while Lever is connected', () => {
    expect(alreadyInStageOf(counted(3, now))?.count).toBe(3);
    expect(alreadyInStageOf({ ...counted(3, now), startsAt: now })).toBeNull();
    expect(alreadyInStageOf({ ...counted(3, now), triggerStages: [{ id: null, name: 'Offer', since: 1 }] })).toBeNull();
    expect(alreadyInStageOf({ ...counted(3, now), connectionState: 'disconnected' })).toBeNull();
  });
});
