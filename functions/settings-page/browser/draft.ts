import type { RerunRule, Settings, TargetStage, TriggerStage } from '#shared/domain/account.ts';
import { folded } from '#shared/domain/folded.ts';
import { knownStatuses } from '#shared/domain/settings-faults.ts';

/** The settings as they stand in the form: what was typed, right or wrong. */
export type Draft = {
  readonly triggerStages: readonly TriggerStage[];
  readonly defaultPackageId: string;
  readonly rerunKind: RerunRule['kind'];
  readonly rerunDays: string;
  readonly tagPolicy: Settings['tagPolicy'];
  readonly graceAmount: string;
  readonly graceUnit: GraceUnit;
  readonly oneCheckPerPerson: boolean;
  readonly hourlyCap: string;
  readonly secretNotes: boolean;
  readonly writesReportUrl: boolean;
  /** Our status → the customer's word, empty: ours. Every status that we know is a key. */
  readonly statusLabels: Readonly<Record<string, string>>;
  readonly stageAfterClear: TargetStage | null;
  readonly stageAfterConsider: TargetStage | null;
};

export const graceUnits = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
export type GraceUnit = keyof typeof graceUnits;

/** The form for settings as they are saved. */
export const draftOf = (settings: Settings): Draft => ({
  triggerStages: settings.triggerStages,
  defaultPackageId: settings.defaultPackageId ?? '',
  rerunKind: settings.rerun.kind,
  rerunDays: settings.rerun.kind === 'after_days' ? String(settings.rerun.days) : '90',
  tagPolicy: settings.tagPolicy,
  ...graceOf(settings.graceSeconds),
  oneCheckPerPerson: settings.oneCheckPerPerson,
  hourlyCap: settings.hourlyCap === null ? '' : String(settings.hourlyCap),
  secretNotes: settings.secretNotes,
  writesReportUrl: settings.writesReportUrl,
  statusLabels: { ...Object.fromEntries(knownStatuses.map((status) => [status, ''])), ...settings.statusLabels },
  stageAfterClear: settings.stageAfter.clear,
  stageAfterConsider: settings.stageAfter.consider,
});

const graceOf = (seconds: number): Pick<Draft, 'graceAmount' | 'graceUnit'> => {
  const units = ['days', 'hours', 'minutes'] as const;
  const unit = seconds === 0 ? 'minutes' : (units.find((each) => seconds % graceUnits[each] === 0) ?? 'seconds');
  return { graceAmount: String(seconds / graceUnits[unit]), graceUnit: unit };
};

/** Whether the form says something else than what is saved. */
export const differs = (draft: Draft, saved: Draft): boolean => JSON.stringify(draft) !== JSON.stringify(saved);

/** The fields in which two forms differ, to whoever reads them. */
export const differences = (one: Draft, other: Draft): (keyof Draft)[] =>
  fields.filter((field) =>
    isOfStages(field)
      ? !areSameStages([one[field] ?? []].flat(), [other[field] ?? []].flat())
      : JSON.stringify(one[field]) !== JSON.stringify(other[field]),
  );

type FieldOfStages = 'triggerStages' | 'stageAfterClear' | 'stageAfterConsider';
const isOfStages = (field: keyof Draft): field is FieldOfStages =>
  field === 'triggerStages' || field === 'stageAfterClear' || field === 'stageAfterConsider';

/** That Lever has told the id of a stage by now, or renamed it, is nobody's change. */
const areSameStages = (some: readonly TriggerStage[], others: readonly TriggerStage[]): boolean =>
  some.length === others.length &&
  some.every(({ id, name }, index) => {
    const stage = others[index];
    return stage !== undefined && (folded(stage.name) === folded(name) || (id !== null && stage.id === id));
  });

const fields = [
  'triggerStages',
  'defaultPackageId',
  'rerunKind',
  'rerunDays',
  'tagPolicy',
  'graceAmount',
  'graceUnit',
  'oneCheckPerPerson',
  'hourlyCap',
  'secretNotes',
  'writesReportUrl',
  'statusLabels',
  'stageAfterClear',
  'stageAfterConsider',
] as const satisfies (keyof Draft)[];

/** What somebody else saved meanwhile, with what was changed here on top. */
export const carryOver = (draft: Draft, before: Draft, now: Draft): Draft => ({
  ...now,
  ...Object.fromEntries(differences(draft, before).map((field) => [field, draft[field]])),
});
