import type { RerunRule, Settings } from '#shared/domain/account.ts';
import { type Draft, graceUnits } from './draft.ts';

/** What is wrong with a field, by the name under which the API would name it too. */
export type FieldFaults = Readonly<Record<string, string>>;

export type DraftWords = Record<
  'noStage' | 'manyStages' | 'packageShape' | 'days' | 'grace' | 'cap' | 'labelLength' | 'labelLetters' | 'labelTwice',
  string
>;

/** The settings that the form says, or what is wrong with it. The API judges again; this saves the way there. */
export const readDraft = (draft: Draft, words: DraftWords): { settings: Settings; faults: FieldFaults } => {
  const graceSeconds = Number(draft.graceAmount.trim() || '0') * graceUnits[draft.graceUnit];
  const hourlyCap = draft.hourlyCap.trim() === '' ? null : Number(draft.hourlyCap);
  const packageId = draft.defaultPackageId.trim().toUpperCase();
  const statusLabels = Object.fromEntries(
    Object.entries(draft.statusLabels)
      .map(([status, label]) => [status, label.trim()])
      .filter(([, label]) => label !== ''),
  );
  const faults = {
    ...(draft.triggerStages.length === 0 ? { triggerStages: words.noStage } : {}),
    ...(draft.triggerStages.length > 20 ? { triggerStages: words.manyStages } : {}),
    ...(packageId === '' || /^P\d{1,19}$/u.test(packageId) ? {} : { defaultPackageId: words.packageShape }),
    ...(draft.rerunKind === 'after_days' && !isWhole(Number(draft.rerunDays), 1, 3650) ? { rerun: words.days } : {}),
    ...(isWhole(graceSeconds, 0, 604_800) ? {} : { graceSeconds: words.grace }),
    ...(hourlyCap === null || isWhole(hourlyCap, 1, 10_000) ? {} : { hourlyCap: words.cap }),
    ...labelFaults(statusLabels, words),
  };
  return {
    settings: {
      triggerStages: draft.triggerStages.map(({ id, name }) => ({ id, name: name.trim() })),
      defaultPackageId: packageId === '' ? null : packageId,
      rerun: rerunOf(draft),
      tagPolicy: draft.tagPolicy,
      graceSeconds,
      hourlyCap,
      secretNotes: draft.secretNotes,
      writesReportUrl: draft.writesReportUrl,
      statusLabels,
    },
    faults,
  };
};

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

const rerunOf = ({ rerunKind, rerunDays }: Draft): RerunRule =>
  rerunKind === 'after_days' ? { kind: 'after_days', days: Number(rerunDays) } : { kind: rerunKind };

const labelFaults = (labels: Record<string, string>, words: DraftWords): Record<string, string> => {
  const folded = Object.values(labels).map((label) => label.toLowerCase());
  const faultOf = (label: string): string | null => {
    if (label.length > 40) return words.labelLength;
    if (/[:@\p{Cc}]/u.test(label)) return words.labelLetters;
    return folded.filter((each) => each === label.toLowerCase()).length > 1 ? words.labelTwice : null;
  };
  return Object.fromEntries(
    Object.entries(labels).flatMap(([status, label]) => {
      const fault = faultOf(label);
      return fault === null ? [] : [[`statusLabels.${status}`, fault]];
    }),
  );
};

/** What is wrong with a field or with a part of it; undefined: nothing. */
export const faultOf = (faults: FieldFaults, field: string): string | undefined =>
  faults[field] ?? Object.entries(faults).find(([name]) => name.startsWith(`${field}.`))?.[1];
