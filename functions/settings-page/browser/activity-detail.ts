import type { Activity, ActivityKind } from '#shared/domain/activity.ts';
import { activityTexts, problemTitles, reasonText, warningTexts, activityWords as words } from './activity-texts.ts';
import { settingNames } from './setting-names.ts';
import { texts } from './texts.ts';

type Told = Pick<Activity, 'kind' | 'detail'>;

/** What happened, in a few words. */
export const titleOf = ({ kind, detail }: Told): string =>
  (kind === 'problem' ? problemTitles[detail ?? ''] : undefined) ?? activityTexts[kind] ?? kind;

/** What was recorded beside the kind of thing, in the words of the page; null: nothing. */
export const detailOf = ({ kind, detail }: Told): string | null =>
  detail === null ? null : (detailTexts[kind]?.(detail) ?? detail);

/** Of whom we know Lever’s id alone. */
export const whoMoved = (movedBy: string): string => `moved by Lever user ${movedBy}`;

const connectedText = (detail: string): string => {
  const [leverAccountId, ...more] = detail.split(' ');
  return [`${texts.connection.leverAccount} ${leverAccountId}`, ...more.map(codeText)].join(', ');
};

/** The package that was ordered, then what was done otherwise than asked. */
const startedText = (detail: string): string => {
  const [packageId = '', ...told] = detail.split(' ');
  const ordered = packageId === 'default' ? words.defaultPackage : words.package(packageId);
  return [
    ordered,
    ...told.map((each) =>
      each.startsWith('not_') ? words.unknown(each.slice(4)) : (warningTexts[each] ?? codeText(each)),
    ),
  ].join('; ');
};

const isSwitch = (change: string): boolean => /^(?:secretNotes|writesReportUrl|oneCheckPerPerson):/u.test(change);

/** `name: before → after`, a line each; what was recorded long ago names the settings alone. */
const settingsText = (detail: string): string =>
  (detail.includes(' → ') ? detail.split('\n') : detail.split(', '))
    .map((change) => (isSwitch(change) ? change.replaceAll('true', 'on').replaceAll('false', 'off') : change))
    .map((change) => change.replace(/^\w+/u, (name) => settingNames[name] ?? name))
    .join('; ');

const detailTexts: Readonly<Partial<Record<ActivityKind, (detail: string) => string>>> = {
  check_started: startedText,
  check_followed: startedText,
  backfill_requested: (count) => (count === '1' ? '1 candidate' : `${count} candidates`),
  problem: reasonText,
  stage_change_ignored: reasonText,
  settings_changed: settingsText,
  lever_connected: connectedText,
  lever_reconnected: connectedText,
  lever_connection_refused: (code) => codeText(code),
  lever_disconnected: (code) => codeText(code),
  webhook_verified: (code) => codeText(code),
  reauthorization_due: (detail) =>
    detail.replace(/^days_left (\d+)$/u, (_, days) => texts.connection.daysLeft(Number(days))),
};

const codeTexts: Readonly<Partial<Record<string, string>>> = {
  before_secret: 'no Webhook Secret was saved yet',
  webhooks_left_in_lever: 'its webhooks could not be taken out: remove them in Lever',
  webhooks_left_in_old_lever: 'the webhooks in the Lever before could not be taken out: remove them there',
  another_lever_account: 'the present Lever account was kept',
  lever_account_taken: 'that Lever is connected to another Turn account',
  access_denied: 'access was not granted in Lever',
};

const codeText = (code: string): string => codeTexts[code] ?? code.replaceAll('_', ' ');
