import type { Settings } from './account.ts';
import { folded } from './folded.ts';
import { isPackageId, packageIdRule } from './ids.ts';
import { isPlainlyWritten, lookOf } from './look-alike.ts';
import { moveOutcomes } from './stage-move.ts';
import { isSafeLabel, labelOf } from './texts.ts';
import { isTriggerStage } from './trigger-stage.ts';

/** Longer than any that Lever lists: what it offers can be chosen. */
export const longestStageName = 500;

/** Every status that a tag can show, in our own words; Turn may add others, which show as themselves. `error`: a problem. */
export const knownStatuses = [
  'initiated',
  'emailed',
  'consent',
  'processing',
  'reviewing',
  'verifying',
  'compliance_review',
  'consider',
  'first_notice',
  'second_notice',
  'clear',
  'rejected',
  'withdrawn',
  'waiting',
  'error',
] as const;

/** A week. */
export const longestGraceSeconds = 604_800;
const mostStages = 20;

/** What is wrong with settings, a sentence for each field (`statusLabels.clear`); empty: nothing. */
export const settingsFaults = (settings: Settings): Record<string, string> => ({
  ...stageFaults(settings),
  ...numberFaults(settings),
  ...labelFaults(settings),
  ...targetFaults(settings),
});

const stageNameRule = `Give the name of the stage, at most ${longestStageName} characters.`;
const isStageName = (name: string): boolean => folded(name) !== '' && name.length <= longestStageName;

const stageFaults = ({ triggerStages }: Settings): Record<string, string> => {
  const faults: Record<string, string> = {};
  if (triggerStages.length < 1 || triggerStages.length > mostStages) {
    faults['triggerStages'] = `Choose 1 to ${mostStages} stages.`;
  }
  const seen = new Set<string>();
  for (const [index, { id, name }] of triggerStages.entries()) {
    const field = `triggerStages.${index}`;
    const known = [`name ${folded(name)}`, ...(id === null ? [] : [`id ${id}`])];
    if (!isStageName(name)) faults[field] = stageNameRule;
    else if (known.some((each) => seen.has(each))) faults[field] = 'This stage is there twice.';
    for (const each of known) seen.add(each);
  }
  return faults;
};

const targetFaults = ({ triggerStages, stageAfter }: Settings): Record<string, string> =>
  Object.fromEntries(
    moveOutcomes.flatMap((outcome) => {
      const target = stageAfter[outcome];
      if (target === null) return [];
      const { id, name } = target;
      if (!isStageName(name)) return [[`stageAfter.${outcome}`, stageNameRule]];
      const startsChecks = isTriggerStage(triggerStages, { id: id ?? '', name });
      return startsChecks
        ? [[`stageAfter.${outcome}`, 'Moving a candidate into this stage starts a check. Choose another one.']]
        : [];
    }),
  );

const numberFaults = ({ defaultPackageId, rerun, graceSeconds, hourlyCap }: Settings): Record<string, string> => {
  const faults: Record<string, string> = {};
  const isWithin = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  if (defaultPackageId !== null && !isPackageId(defaultPackageId)) faults['defaultPackageId'] = packageIdRule;
  if (rerun.kind === 'after_days' && !isWithin(rerun.days, 1, 3650))
    faults['rerun.days'] = 'Choose 1 to 3650 whole days.';
  if (!isWithin(graceSeconds, 0, longestGraceSeconds))
    faults['graceSeconds'] = `Choose 0 to ${longestGraceSeconds} whole seconds (a week).`;
  if (hourlyCap !== null && !isWithin(hourlyCap, 1, 10_000)) faults['hourlyCap'] = 'Choose 1 to 10000, or no limit.';
  return faults;
};

const labelFaults = ({ statusLabels }: Settings): Record<string, string> => {
  const faults: Record<string, string> = {};
  for (const [status, label] of Object.entries(statusLabels)) {
    const field = `statusLabels.${status}`;
    const isKnown = knownStatuses.some((known) => known === status);
    if (!isKnown) faults[field] = `There is no status of this name. The statuses are ${knownStatuses.join(', ')}.`;
    else if (!isSafeLabel(label)) {
      faults[field] =
        'A label has 1 to 40 characters: letters, digits, signs and single spaces, but no colon and no @.';
    } else if (!isPlainlyWritten(label)) {
      faults[field] =
        'Use the letters a to z (accents are fine), or Chinese, Japanese or Korean ones: letters and signs of other kinds can look like them.';
    } else {
      const other = knownStatuses.find((each) => each !== status && lookOf(each) === lookOf(label));
      const twin = knownStatuses.find(
        (each) => each !== status && lookOf(labelOf(statusLabels, each)) === lookOf(label),
      );
      if (other !== undefined) faults[field] = `This looks like ${other}, which is another status.`;
      else if (twin !== undefined) faults[field] = `This looks like the label of ${twin}, which is another status.`;
    }
  }
  return faults;
};
