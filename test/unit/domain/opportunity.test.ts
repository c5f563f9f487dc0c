import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { enteredTriggerAt } from '#shared/domain/opportunity.ts';
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

  it('falls back on the time of the last move where Lever lists no moves, and then on one fixed entry', () => {
    expect(enteredTriggerAt(sampleOpportunity({ stageChanges: [] }), triggers)).toBe(monday + 60_000);
    expect(enteredTriggerAt(sampleOpportunity({ stageChanges: [], lastAdvancedAt: null }), triggers)).toBe(0);
  });
});
