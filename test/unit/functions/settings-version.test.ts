import { describe, expect, it } from 'vitest';
import { changedFields, etagOf } from '#functions/settings-api/settings-version.ts';
import { sampleAccount } from '../domain/samples.ts';

const byName = sampleAccount({ triggerStages: [{ id: null, name: 'Reference Check ' }] });
const found = sampleAccount({ triggerStages: [{ id: 'stage-1', name: 'Reference check' }] });
const other = sampleAccount({ triggerStages: [{ id: 'stage-2', name: 'Offer' }], graceSeconds: 60 });

describe('the version of the settings', () => {
  it("is the same once Lever's id and spelling of a stage are known", () => {
    expect(etagOf(found)).toBe(etagOf(byName));
    expect(changedFields(byName, found)).toEqual([]);
  });

  it('is another for another choice, which is named', () => {
    expect(etagOf(other)).not.toBe(etagOf(found));
    expect(changedFields(found, other)).toEqual(['triggerStages', 'graceSeconds']);
  });
});
