import type { Activity } from '#shared/domain/activity.ts';
import { reasonText, activityWords as words } from './activity-texts.ts';
import { settingNames, texts } from './texts.ts';

/** What was recorded beside the kind of thing, in the words of the page; null: nothing. */
export const detailOf = ({ kind, detail }: Activity): string | null => {
  if (detail === null) return null;
  switch (kind) {
    case 'check_status':
      return `TurnStatus:${detail}`;
    case 'check_started':
      return words.package(detail);
    case 'problem':
    case 'stage_change_ignored':
      return reasonText(detail);
    case 'settings_changed':
      return detail
        .split(', ')
        .map((name) => settingNames[name] ?? name)
        .join(', ');
    case 'lever_connected':
    case 'lever_reconnected': {
      const [leverAccountId, ...more] = detail.split(' ');
      return [`${texts.connection.leverAccount} ${leverAccountId}`, ...more.map(codeText)].join(', ');
    }
    case 'lever_connection_refused':
    case 'lever_disconnected':
      return codeText(detail);
    case 'reauthorization_due':
      return detail.replace(/^days_left (\d+)$/u, (_, days) => texts.connection.daysLeft(Number(days)));
    default:
      return detail;
  }
};

const codeTexts: Readonly<Partial<Record<string, string>>> = {
  webhooks_left_in_lever: 'its webhooks could not be taken out: remove them in Lever',
  webhooks_left_in_old_lever: 'the webhooks in the Lever before could not be taken out: remove them there',
  another_lever_account: 'the present Lever account was kept',
  lever_account_taken: 'that Lever is connected to another Turn account',
  access_denied: 'access was not granted in Lever',
};

const codeText = (code: string): string => codeTexts[code] ?? code.replaceAll('_', ' ');
