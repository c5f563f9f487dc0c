import type { Account, Settings, TargetStage } from '#shared/domain/account.ts';
import { folded } from '#shared/domain/folded.ts';
import { etagOfText } from './versions.ts';

/** What the account chose, alone and always in the same order. */
export const settingsOf = (account: Settings | Account): Settings => ({
  triggerStages: account.triggerStages.map(({ id, name }) => ({ id, name })),
  defaultPackageId: account.defaultPackageId,
  rerun:
    account.rerun.kind === 'after_days'
      ? { kind: account.rerun.kind, days: account.rerun.days }
      : { kind: account.rerun.kind },
  tagPolicy: account.tagPolicy,
  graceSeconds: account.graceSeconds,
  oneCheckPerPerson: account.oneCheckPerPerson,
  hourlyCap: account.hourlyCap,
  secretNotes: account.secretNotes,
  writesReportUrl: account.writesReportUrl,
  statusLabels: Object.fromEntries(
    Object.entries(account.statusLabels).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  ),
  stageAfter: { clear: targetOf(account.stageAfter.clear), consider: targetOf(account.stageAfter.consider) },
});

const targetOf = (target: TargetStage | null): TargetStage | null =>
  target === null ? null : { id: target.id, name: target.name };

/**
 * What a person chose, to compare by. Stages count by their names as a reader sees them: that we find the id of a stage that
 * was chosen by name, and Lever's own spelling, happens while somebody reads the page and is nobody's change.
 */
const choiceOf = (settings: Settings): Record<string, unknown> => ({
  ...settingsOf(settings),
  triggerStages: settings.triggerStages.map(({ name }) => folded(name)),
  stageAfter: [settings.stageAfter.clear, settings.stageAfter.consider].map((target) => target && folded(target.name)),
});

/** A strong ETag: the same for the same choice, and for no other. */
export const etagOf = (settings: Settings): string => etagOfText(JSON.stringify(choiceOf(settings)));

/** The names of the settings in which two differ. */
export const changedFields = (before: Settings, after: Settings): string[] => {
  const [one, other] = [choiceOf(before), choiceOf(after)];
  return Object.keys(one).filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
};

/** What changed, a line each: `graceSeconds: 0 → 300`. */
export const changesOf = (before: Settings, after: Settings): string[] => {
  const [one, other] = [wordsOf(before), wordsOf(after)];
  return changedFields(before, after).map((name) => `${name}: ${one[name]} → ${other[name]}`);
};

const wordsOf = ({
  triggerStages,
  rerun,
  statusLabels,
  stageAfter,
  ...settings
}: Settings): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value ?? 'none')])),
  triggerStages: triggerStages.map(({ name }) => name).join(', '),
  rerun: rerun.kind === 'after_days' ? `after ${rerun.days} days` : rerun.kind,
  statusLabels:
    Object.entries(statusLabels)
      .map(([status, label]) => `${status} as ${label}`)
      .join(', ') || 'none',
  stageAfter: `clear to ${stageAfter.clear?.name ?? 'none'}, consider to ${stageAfter.consider?.name ?? 'none'}`,
});
