import { afterTexts } from './after-texts.ts';
import { packageTexts } from './package-texts.ts';
import { texts } from './texts.ts';

/** The fields of the form, in the words of the page. */
export const fieldNames = {
  triggerStages: texts.settings.stage,
  defaultPackageId: packageTexts.choice.label,
  rerunKind: texts.settings.rerun,
  rerunDays: texts.settings.rerun,
  tagPolicy: texts.settings.tagPolicy,
  graceAmount: texts.settings.grace,
  graceUnit: texts.settings.grace,
  oneCheckPerPerson: texts.settings.onePerPerson,
  hourlyCap: texts.settings.cap,
  secretNotes: texts.settings.secretNotes,
  writesReportUrl: texts.settings.reportUrl,
  statusLabels: texts.settings.labels,
  stageAfterClear: afterTexts.clear,
  stageAfterConsider: afterTexts.consider,
};

/** The settings as the API names them, in the words of the page. */
export const settingNames: Readonly<Partial<Record<string, string>>> = {
  ...fieldNames,
  packages: packageTexts.title,
  rerun: texts.settings.rerun,
  stageAfter: afterTexts.title,
  graceSeconds: `${texts.settings.grace} (${texts.settings.graceUnits.seconds})`,
};
