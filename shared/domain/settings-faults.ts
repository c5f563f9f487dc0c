import type { Settings } from './account.ts';
import { folded } from './folded.ts';
import { isPackageId, packageIdRule } from './ids.ts';

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
  'error',
] as const;

/** A week. */
export const longestGraceSeconds = 604_800;
const mostStages = 20;

/** Letters, digits, signs and single spaces; no colon (it parts our tags), no `@` (it mentions people), nothing invisible. */
export const isSafeLabel = (label: string): boolean =>
  /^[\p{L}\p{N}\p{M}\p{P}\p{S} ]{1,40}$/u.test(label) && !/[:@]|^ | $| {2}/u.test(label.normalize('NFKC'));

/** What is wrong with settings, a sentence for each field (`statusLabels.clear`); empty: nothing. */
export const settingsFaults = (settings: Settings): Record<string, string> => ({
  ...stageFaults(settings),
  ...numberFaults(settings),
  ...labelFaults(settings),
});

const stageFaults = ({ triggerStages }: Settings): Record<string, string> => {
  const faults: Record<string, string> = {};
  if (triggerStages.length < 1 || triggerStages.length > mostStages) {
    faults['triggerStages'] = `Choose 1 to ${mostStages} stages.`;
  }
  const seen = new Set<string>();
  for (const [index, { id, name }] of triggerStages.entries()) {
    const field = `triggerStages.${index}`;
    const known = [`name ${folded(name)}`, ...(id === null ? [] : [`id ${id}`])];
    if (folded(name) === '' || name.length > 100) faults[field] = 'Give the name of the stage, at most 100 characters.';
    else if (known.some((each) => seen.has(each))) faults[field] = 'This stage is there twice.';
    for (const each of known) seen.add(each);
  }
  return faults;
};

const numberFaults = (settings: Settings): Record<string, string> => {
  const { defaultPackageId, rerun, graceSeconds, hourlyCap } = settings;
  const isWithin = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  return {
    ...(defaultPackageId === null || isPackageId(defaultPackageId) ? {} : { defaultPackageId: packageIdRule }),
    ...(rerun.kind !== 'after_days' || isWithin(rerun.days, 1, 3650)
      ? {}
      : { 'rerun.days': 'Choose 1 to 3650 whole days.' }),
    ...(isWithin(graceSeconds, 0, longestGraceSeconds)
      ? {}
      : { graceSeconds: `Choose 0 to ${longestGraceSeconds} whole seconds (a week).` }),
    ...(hourlyCap === null || isWithin(hourlyCap, 1, 10_000) ? {} : { hourlyCap: 'Choose 1 to 10000, or no limit.' }),
  };
};

const labelFaults = ({ statusLabels }: Settings): Record<string, string> => {
  const faults: Record<string, string> = {};
  const shown = (status: string): string => folded(labelOf(statusLabels, status));
  for (const [status, label] of Object.entries(statusLabels)) {
    const field = `statusLabels.${status}`;
    const isKnown = knownStatuses.some((known) => known === status);
    if (!isKnown) faults[field] = `There is no status of this name. The statuses are ${knownStatuses.join(', ')}.`;
    else if (!isSafeLabel(label)) {
      faults[field] =
        'A label has 1 to 40 characters: letters, digits, signs and single spaces, but no colon and no @.';
    } else if (knownStatuses.some((other) => other !== status && shown(other) === shown(status))) {
      faults[field] = 'Another status is shown in the same words.';
    }
  }
  return faults;
};

/** What recruiters see for a status: the account's own word where it has a usable one. */
export const labelOf = (labels: Settings['statusLabels'], status: string): string => {
  const label = Object.hasOwn(labels, status) ? labels[status] : undefined;
  return label !== undefined && isSafeLabel(label) ? label : status;
};
