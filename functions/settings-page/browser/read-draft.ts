import type { RerunRule, Settings } from '#shared/domain/account.ts';
import { longestGraceSeconds, settingsFaults } from '#shared/domain/settings-faults.ts';
import { type Draft, graceUnits } from './draft.ts';
import { texts } from './texts.ts';

/** What is wrong with a field, by the name under which the API names it too. */
export type FieldFaults = Readonly<Record<string, string>>;

/** The settings that the form says, and what is wrong with them by the rules that the API judges by again. */
export const readDraft = (draft: Draft): { settings: Settings; faults: FieldFaults } => {
  const packageId = draft.defaultPackageId.trim().toUpperCase();
  const settings: Settings = {
    triggerStages: draft.triggerStages.map(({ id, name }) => ({ id, name: name.trim() })),
    defaultPackageId: packageId === '' ? null : packageId,
    rerun: rerunOf(draft),
    tagPolicy: draft.tagPolicy,
    graceSeconds: Number(draft.graceAmount.trim() || '0') * graceUnits[draft.graceUnit],
    oneCheckPerPerson: draft.oneCheckPerPerson,
    hourlyCap: draft.hourlyCap.trim() === '' ? null : Number(draft.hourlyCap),
    secretNotes: draft.secretNotes,
    writesReportUrl: draft.writesReportUrl,
    statusLabels: Object.fromEntries(
      Object.entries(draft.statusLabels)
        .map(([status, label]) => [status, label.trim()])
        .filter(([, label]) => label !== ''),
    ),
    stageAfter: { clear: draft.stageAfterClear, consider: draft.stageAfterConsider },
  };
  const { graceSeconds, ...faults } = settingsFaults(settings);
  return { settings, faults: graceSeconds === undefined ? faults : { ...faults, graceSeconds: graceFault(draft) } };
};

/** In the unit in which it was typed. */
const graceFault = ({ graceUnit }: Draft): string =>
  texts.settings.graceFault(longestGraceSeconds / graceUnits[graceUnit], texts.settings.graceUnits[graceUnit]);

const rerunOf = ({ rerunKind, rerunDays }: Draft): RerunRule =>
  rerunKind === 'after_days' ? { kind: 'after_days', days: Number(rerunDays) } : { kind: rerunKind };

/** What is wrong with a field or with a part of it; undefined: nothing. */
export const faultOf = (faults: FieldFaults, field: string): string | undefined =>
  faults[field] ?? Object.entries(faults).find(([name]) => name.startsWith(`${field}.`))?.[1];
