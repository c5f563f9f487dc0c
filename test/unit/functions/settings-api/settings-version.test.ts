import { describe, expect, it } from 'vitest';
import { changedFields, changesOf, etagOf } from '#functions/settings-api/settings-version.ts';
import { sampleAccount } from '../../domain/samples.ts';

const byName = sampleAccount({ triggerStages: [{ id: null, name: 'Reference Check ' }] });
const found = sampleAccount({ triggerStages: [{ id: 'stage-1', name: 'Reference check' }] });
const other = sampleAccount({ triggerStages: [{ id: 'stage-2', name: 'Offer' }], graceSeconds: 60 });

describe('the version of the settings', () => {
  it("is the same once Lever's id and spelling of a stage are known", () => {
    expect(etagOf(found)).toBe(etagOf(byName));
    const pasted = sampleAccount({ triggerStages: [{ id: null, name: 'Re\u0301fe\u0301rence\u00a0Check\u200b' }] });
    const spelled = sampleAccount({ triggerStages: [{ id: 'stage-1', name: 'Référence Check' }] });
    expect(etagOf(spelled)).toBe(etagOf(pasted));
    expect(changedFields(byName, found)).toEqual([]);
  });

  it('is another for another choice, which is named', () => {
    expect(etagOf(other)).not.toBe(etagOf(found));
    expect(changedFields(found, other)).toEqual(['triggerStages', 'graceSeconds']);
  });

  it('says from what to what', () => {
    const labels = sampleAccount({ ...other, rerun: { kind: 'after_days', days: 9 }, statusLabels: { clear: 'Good' } });
    expect(changesOf(found, labels)).toEqual([
      'triggerStages: Reference check → Offer',
      'rerun: never → after 9 days',
      'graceSeconds: 0 → 60',
      'statusLabels: none → clear as Good',
    ]);
  });
});
