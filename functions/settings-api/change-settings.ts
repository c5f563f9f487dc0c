import type { Account, StageMap, TargetStage, TriggerStage } from '#shared/domain/account.ts';
import { settingsFaults } from '#shared/domain/settings-faults.ts';
import { moveOutcomes } from '#shared/domain/stage-move.ts';
import {
  nameIn,
  stagesNamed,
  withChosenTargets,
  withChosenTriggers,
  withStages,
} from '#shared/domain/trigger-stage.ts';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { settingsSchema } from './api-schemas.ts';
import { invalid, readBody } from './read-body.ts';
import { changedFields, changesOf, etagOf, settingsOf } from './settings-version.ts';
import { expectedVersion, staleRefusal } from './versions.ts';

/** What the account chose, with the version that a change must name. */
export const showSettings = async ({ account }: Request): Promise<Answer> => ({
  status: 200,
  json: settingsOf(account),
  etag: etagOf(account),
});

/** Replaces all settings, if nobody else has changed them since the caller read them. */
export const changeSettings = async ({ account, caller, incoming }: Request, ports: AppPorts): Promise<Answer> => {
  const { accountId } = account;
  const named = expectedVersion(incoming, 'settings', 'them');
  if ('refusal' in named) return named.refusal;
  const expected = named.version;
  const read = readBody(incoming, settingsSchema);
  if ('refusal' in read) return read.refusal;
  const faults = settingsFaults(read.value);
  if (Object.keys(faults).length > 0) return invalid(faults);
  if (expected !== etagOf(account)) return stale;

  const update = await ports.accounts.update(
    accountId,
    (stored) => (expected === etagOf(stored) ? chosen(stored, settingsOf(read.value), ports.now()) : stored),
    // Who is in a stage that was chosen just now is counted by the next maintenance.
    (planned, { before, after }) => (changedFields(before, after).includes('triggerStages') ? ports.now() : planned),
  );
  if (update === null || expected !== etagOf(update.before)) return stale;
  const { before, after } = update;
  const changed = changedFields(before, after);
  if (changed.length > 0) {
    const detail = changesOf(before, after).join('\n');
    await ports.emit('settings_changed', { accountId, by: caller.userId, reason: changed.join(', '), detail });
  }
  const json = { settings: settingsOf(after), warnings: stageWarnings(after) };
  return { status: 200, json, etag: etagOf(after) };
};

const stale = staleRefusal(
  'The settings have changed, in another tab or by somebody else. Read them again, then change them.',
);

/** Names that Lever is known to have get their ids at once: from then on a renamed stage stays the trigger. */
const chosen = (stored: Account, settings: ReturnType<typeof settingsOf>, now: number): Account => {
  const { triggerStages } = withChosenTriggers(stored, settings.triggerStages, now);
  const { stageAfter } = withChosenTargets(stored, settings.stageAfter, now);
  const account = { ...stored, ...settings, triggerStages, stageAfter };
  return account.stages === null ? account : withStages(account, account.stages);
};

type Warning = { readonly field: string; readonly message: string };

const stageWarnings = ({ stages, triggerStages, stageAfter }: Account): Warning[] => {
  if (stages === null) return [];
  const ofTriggers = triggerStages.flatMap((trigger, index) => {
    const message = stageWarning(trigger, stages);
    return message === null ? [] : [{ field: `triggerStages.${index}`, message }];
  });
  const ofTargets = moveOutcomes.flatMap((outcome) => {
    const message = targetWarning(stageAfter[outcome], stages);
    return message === null ? [] : [{ field: `stageAfter.${outcome}`, message }];
  });
  return [...ofTriggers, ...ofTargets];
};

const targetWarning = (target: TargetStage | null, stages: StageMap): string | null => {
  if (target === null) return null;
  if (nameIn(stages, target.id) === undefined) return `Lever has no stage “${target.name}”: nobody is moved there.`;
  const { length } = stagesNamed(stages, target.name);
  return length > 1 ? `Lever has ${length} stages named “${target.name}”: candidates are moved to one of them.` : null;
};

const stageWarning = ({ id, name }: TriggerStage, stages: StageMap): string | null => {
  if (id === null) return `Lever has no stage “${name}” yet.`;
  if (nameIn(stages, id) === undefined) return `Lever no longer has the stage “${name}”.`;
  const { length } = stagesNamed(stages, name);
  return length > 1 ? `Lever has ${length} stages named “${name}”: each of them starts checks.` : null;
};
