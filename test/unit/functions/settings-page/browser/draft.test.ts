import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activityFilters, activityTexts } from '#functions/settings-page/browser/activity-texts.ts';
import { carryOver, differences, draftOf } from '#functions/settings-page/browser/draft.ts';
import { readDraft } from '#functions/settings-page/browser/read-draft.ts';
import { defaultSettings, type Settings } from '#shared/domain/account.ts';
import { activityKinds } from '#shared/domain/activity.ts';

const name = fc.stringMatching(/^[A-Za-z]{1,20}$/u);
const offer = { id: 'offer', name: '2nd Offer' };
const settings: fc.Arbitrary<Settings> = fc.record({
  triggerStages: fc.uniqueArray(fc.record({ id: fc.constant(null), name }), {
    minLength: 1,
    maxLength: 20,
    selector: (stage) => stage.name.toLowerCase(),
  }),
  defaultPackageId: fc.option(fc.stringMatching(/^P\d{1,20}$/u)),
  rerun: fc.oneof(
    fc.constantFrom({ kind: 'never' } as const, { kind: 'always' } as const),
    fc.record({ kind: fc.constant('after_days' as const), days: fc.integer({ min: 1, max: 3650 }) }),
  ),
  tagPolicy: fc.constantFrom('latest', 'history'),
  graceSeconds: fc.oneof(fc.integer({ min: 0, max: 604_800 }), fc.constantFrom(0, 60, 3600, 86_400, 604_800)),
  hourlyCap: fc.option(fc.integer({ min: 1, max: 10_000 })),
  secretNotes: fc.boolean(),
  writesReportUrl: fc.boolean(),
  oneCheckPerPerson: fc.boolean(),
  statusLabels: fc.constantFrom<Record<string, string>>({}, { clear: 'Clear ✓' }, { consider: 'Review', emailed: 'E' }),
  stageAfter: fc.record({ clear: fc.option(fc.constant(offer)), consider: fc.option(fc.constant(offer)) }),
});

describe('the form of the settings', () => {
  it('says what is saved, whatever that is, and finds nothing wrong with it', () => {
    fc.assert(
      fc.property(settings, (saved) => {
        expect(readDraft(draftOf(saved))).toEqual({ settings: saved, faults: {} });
      }),
    );
  });

  it.each([
    ['seconds', 90, { graceAmount: '90', graceUnit: 'seconds' }],
    ['minutes', 0, { graceAmount: '0', graceUnit: 'minutes' }],
    ['hours', 7200, { graceAmount: '2', graceUnit: 'hours' }],
    ['days', 604_800, { graceAmount: '7', graceUnit: 'days' }],
  ])('shows the waiting time in the largest whole unit: %s', (_, graceSeconds, shown) => {
    expect(draftOf({ ...defaultSettings, graceSeconds })).toMatchObject(shown);
  });

  it.each([
    [{ graceAmount: 'soon' }, 'graceSeconds'],
    [{ graceAmount: '8', graceUnit: 'days' as const }, 'graceSeconds'],
    [{ hourlyCap: '1.5' }, 'hourlyCap'],
    [{ hourlyCap: 'many' }, 'hourlyCap'],
    [{ rerunKind: 'after_days' as const, rerunDays: '' }, 'rerun.days'],
    [{ defaultPackageId: 'basic' }, 'defaultPackageId'],
    [{ triggerStages: [] }, 'triggerStages'],
  ])('finds %j wrong', (change, field) => {
    expect(Object.keys(readDraft({ ...draftOf(defaultSettings), ...change }).faults)).toEqual([field]);
  });

  it.each([
    ['8', 'days' as const, 'Choose 0 to 7 days (a week).'],
    ['-1', 'minutes' as const, 'Choose 0 to 10080 minutes (a week).'],
  ])('refuses a waiting time of %s %s in the unit in which it was typed', (graceAmount, graceUnit, fault) => {
    expect(readDraft({ ...draftOf(defaultSettings), graceAmount, graceUnit }).faults).toEqual({ graceSeconds: fault });
  });

  it('puts what was changed here on top of what somebody else saved, field by field', () => {
    fc.assert(
      fc.property(settings, settings, settings, (saved, mine, theirs) => {
        const [before, draft, now] = [draftOf(saved), draftOf(mine), draftOf(theirs)];
        const merged = carryOver(draft, before, now);
        const changed = differences(draft, before);
        for (const field of changed) expect(merged[field]).toEqual(draft[field]);
        for (const field of differences(merged, now)) expect(changed).toContain(field);
      }),
    );
  });

  it.each([
    ['its id was learnt', { id: null, name: 'Reference Check' }],
    ['it was renamed in Lever', { id: 'stage-1', name: 'References' }],
  ])('names only what somebody changed, not the stage because %s', (_, before) => {
    const saved = draftOf({ ...defaultSettings, triggerStages: [before] });
    const theirs = { ...saved, triggerStages: [{ id: 'stage-1', name: 'Reference Check' }], secretNotes: true };
    expect(differences(theirs, saved)).toEqual(['secretNotes']);
    expect(differences({ ...saved, triggerStages: [{ id: 'stage-2', name: 'Offer' }] }, saved)).toEqual([
      'triggerStages',
    ]);
  });
});

describe('the activity', () => {
  it('has words for every kind of thing that happens, and a choice that shows it alone', () => {
    const chosen = activityFilters.flatMap(({ kinds }) => kinds ?? []);
    for (const kind of activityKinds) {
      expect(activityTexts[kind]).toMatch(/^[A-Z]/u);
      // What cannot be named cannot be chosen.
      if (kind !== 'unknown') expect(chosen).toContain(kind);
    }
  });
});
