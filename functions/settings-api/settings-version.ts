import { createHash } from 'node:crypto';
import type { Account, Settings } from '#shared/domain/account.ts';

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
  hourlyCap: account.hourlyCap,
  secretNotes: account.secretNotes,
  writesReportUrl: account.writesReportUrl,
  statusLabels: Object.fromEntries(
    Object.entries(account.statusLabels).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  ),
});

/**
 * A strong ETag: the same for the same choice, and for no other. Stages count by their names: that we find the id of a
 * stage that was chosen by name, which happens while somebody reads the page, is nobody's change.
 */
export const etagOf = (settings: Settings): string => {
  const choice = { ...settingsOf(settings), triggerStages: settings.triggerStages.map(({ name }) => name) };
  return `"${createHash('sha256').update(JSON.stringify(choice)).digest('base64url')}"`;
};

/** The names of the settings in which two differ. */
export const changedFields = (before: Settings, after: Settings): string[] => {
  const [one, other] = [settingsOf(before), settingsOf(after)].map((settings) => new Map(Object.entries(settings)));
  return [...(one?.keys() ?? [])].filter((name) => JSON.stringify(one?.get(name)) !== JSON.stringify(other?.get(name)));
};
