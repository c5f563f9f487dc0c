import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '#shared/domain/account.ts';
import { lookOf } from '#shared/domain/look-alike.ts';
import { knownStatuses, settingsFaults } from '#shared/domain/settings-faults.ts';
import { isSafeLabel, labelOf } from '#shared/domain/texts.ts';

const faultsOf = (otherwise: Partial<Settings>) => Object.keys(settingsFaults({ ...defaultSettings, ...otherwise }));
const stage = (name: string, id: string | null = null) => ({ id, name });

describe('settingsFaults', () => {
  it('finds none in the defaults, nor at the edges of what is allowed', () => {
    expect(faultsOf({})).toEqual([]);
    const stages = Array.from({ length: 20 }, (_, n) => stage(`Stage ${n}`, `id-${n}`));
    const edges: Partial<Settings>[] = [
      { triggerStages: stages, rerun: { kind: 'after_days', days: 3650 }, graceSeconds: 604_800, hourlyCap: 10_000 },
      { defaultPackageId: 'P1', rerun: { kind: 'after_days', days: 1 }, graceSeconds: 0, hourlyCap: 1 },
      { statusLabels: { clear: 'x'.repeat(40), consider: '要確認', rejected: 'Not now (HR)' } },
      { statusLabels: { clear: 'Überprüft ✓', consider: '검토 필요', error: 'Something is wrong!' } },
    ];
    for (const settings of edges) expect(faultsOf(settings)).toEqual([]);
  });

  it.each<[string, Partial<Settings>]>([
    ['triggerStages', { triggerStages: [] }],
    ['triggerStages', { triggerStages: Array.from({ length: 21 }, (_, n) => stage(`Stage ${n}`)) }],
    ['triggerStages.1', { triggerStages: [stage('Reference Check'), stage(' reference  CHECK ')] }],
    ['triggerStages.1', { triggerStages: [stage('One', 'same'), stage('Two', 'same')] }],
    ['triggerStages.0', { triggerStages: [stage('  ')] }],
    ['defaultPackageId', { defaultPackageId: 'X1' }],
    ['defaultPackageId', { defaultPackageId: 'P' }],
    ['rerun.days', { rerun: { kind: 'after_days', days: 0 } }],
    ['rerun.days', { rerun: { kind: 'after_days', days: 1.5 } }],
    ['graceSeconds', { graceSeconds: -1 }],
    ['graceSeconds', { graceSeconds: 604_801 }],
    ['hourlyCap', { hourlyCap: 0 }],
    ['hourlyCap', { hourlyCap: Number.NaN }],
    ['statusLabels.clear', { statusLabels: { clear: '' } }],
    ['statusLabels.clear', { statusLabels: { clear: 'x'.repeat(41) } }],
    ['statusLabels.clear', { statusLabels: { clear: 'all: clear' } }],
    ['statusLabels.clear', { statusLabels: { clear: '@channel' } }],
    ['statusLabels.clear', { statusLabels: { clear: '＠channel' } }],
    ['statusLabels.clear', { statusLabels: { clear: ' clear' } }],
    ['statusLabels.clear', { statusLabels: { clear: 'all\nclear' } }],
    ['statusLabels.clear', { statusLabels: { clear: 'all\u202eclear' } }],
    ['statusLabels.clear', { statusLabels: { clear: 'REJECTED' } }],
    ['statusLabels.clear', { statusLabels: { clear: 'rejected', rejected: 'clear' } }],
    ['statusLabels.rejected', { statusLabels: { clear: 'Good', rejected: 'Clear' } }],
    ['statusLabels.rejected', { statusLabels: { rejected: 'C1ear' } }],
    ['statusLabels.rejected', { statusLabels: { rejected: 'cleár.' } }],
    ['statusLabels.rejected', { statusLabels: { rejected: 'cle\u0430r' } }],
    ['statusLabels.rejected', { statusLabels: { rejected: 'ϲlear' } }],
    ['statusLabels.rejected', { statusLabels: { rejected: 'ᴄʟᴇᴀʀ' } }],
    ['statusLabels.rejected', { statusLabels: { rejected: 'ｃｌｅａｒ' } }],
    ['statusLabels.rejected', { statusLabels: { rejected: 'cl℮ar' } }],
    ['statusLabels.rejected', { statusLabels: { rejected: '🇨lear' } }],
    ['statusLabels.second_notice', { statusLabels: { second_notice: 'First-Notice' } }],
    ['statusLabels.rejected', { statusLabels: { clear: 'No hits', rejected: 'N0 hlts' } }],
    ['statusLabels.clear', { statusLabels: { clear: 'Fine', rejected: 'fíne' } }],
    ['statusLabels.no_such_status', { statusLabels: { no_such_status: 'Something' } }],
  ])('finds what is wrong with %s: %j', (field, settings) => {
    expect(faultsOf(settings)).toContain(field);
  });
});

describe('labelOf', () => {
  it('shows every status in words of its own, whatever labels were found in order', () => {
    const labels = fc.dictionary(
      fc.constantFrom(...knownStatuses),
      fc.constantFrom('A', 'b', 'B', 'á', 'clear', 'c1ear', 'сlear', 'Done', 'D0ne', 'rejected', '：'),
    );
    fc.assert(
      fc.property(labels, (statusLabels) => {
        fc.pre(faultsOf({ statusLabels }).length === 0);
        const shown = knownStatuses.map((status) => lookOf(labelOf(statusLabels, status)));
        expect(new Set(shown).size).toBe(knownStatuses.length);
        for (const [index, look] of shown.entries())
          for (const other of knownStatuses.filter((_, at) => at !== index)) expect(look).not.toBe(lookOf(other));
      }),
      { numRuns: 1000 },
    );
  });

  it('never shows what could mention somebody, forge another tag or hide', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (label) => {
        const shown = labelOf({ clear: label }, 'clear');
        expect(shown).toBe(isSafeLabel(label) ? label : 'clear');
        expect(shown).not.toMatch(/[:@\p{C}]/u);
      }),
      { numRuns: 300 },
    );
  });
});
