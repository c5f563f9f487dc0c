import type { ConnectionState } from '#shared/domain/account.ts';
import type { ActivityKind } from '#shared/domain/activity.ts';
import type { ProblemCode } from '#shared/domain/stage-entry.ts';
import { afterActivityTexts, checkKinds } from './after-texts.ts';
import { pauseActivityTexts, settingsKinds } from './pause-texts.ts';

export const activityWords = {
  title: 'Activity',
  filter: 'Show',
  empty: (isConnected: boolean) =>
    `Nothing has happened yet. ${isConnected ? 'Move' : 'Connect Lever and move'} a candidate into the stage, and it appears here.`,
  emptyFilter: 'Nothing of this kind in the last year.',
  older: 'Show older',
  download: 'Download CSV',
  downloading: (lines: number) => `Reading… ${lines} lines`,
  columns: ['Time', 'What', 'Details', 'By', 'Opportunity', 'Link'],
  failed: 'The activity could not be loaded.',
  count: (lines: number) => (lines === 1 ? '1 line' : `${lines} lines`),
  opportunity: 'Opportunity in Lever:',
  package: (packageId: string) => `package ${packageId}`,
  defaultPackage: 'Turn’s default package',
  unknown: (packageId: string) => `Turn does not know package ${packageId}`,
};

/** What was done otherwise than Lever asked, by its code. */
export const warningTexts: Readonly<Partial<Record<string, string>>> = {
  malformed_package_tag: 'an invalid TurnPackage tag was not used',
  foreign_phone: 'a phone number outside North America was not used',
  refused_phone: 'Turn did not accept the phone number; ordered without it',
  refused_email: 'Turn did not accept the first e-mail address; ordered with the next',
  invitation_not_sent: 'Turn could not send the invitation',
};

/** Who did something, to the reader with that id; empty: the integration itself, or nobody knows. */
export const whoDid = (by: string | null, name: string | null, readerId: string): string => {
  if (by === null) return '';
  return by === readerId ? 'by you' : `by ${name ?? `user ${by}`}`;
};

/** One line for each kind of thing that happens. */
export const activityTexts: Readonly<Record<ActivityKind, string>> = {
  lever_connected: 'Lever connected',
  lever_connection_refused: 'Lever was not connected',
  lever_disconnected: 'Lever disconnected',
  lever_reconnected: 'Lever connected again',
  lever_access_denied: 'Lever denies us access',
  reauthorization_due: 'Lever must soon be authorized again',
  webhook_verified: 'Verify Connection was pressed in Lever',
  webhook_secret_changed: 'Webhook Secret changed',
  webhooks_registered: 'Webhooks set up in Lever',
  webhooks_removed: 'Webhooks were removed in Lever',
  webhooks_silent: 'Candidates moved in Lever, but no webhook arrived',
  settings_changed: 'Settings changed',
  mail_addresses_changed: 'E-mail addresses for notices changed',
  trigger_stage_missing: 'The trigger stage is missing in Lever',
  ...pauseActivityTexts,
  backfill_requested: 'Checks requested for candidates who were already in the stage',
  check_requested: 'Background check requested',
  check_started: 'Background check started',
  check_followed: 'Shows the check of another application of the same person',
  check_status: 'Status at Turn changed',
  report_available: 'Report available',
  ...afterActivityTexts,
  problem: 'No check started: a problem',
  stage_change_ignored: 'Stage change ignored',
  unknown: 'Something that this version of the page cannot name',
};

/** The problems that have not kept a check from starting, or not for certain, by their code. */
export const problemTitles: Readonly<Partial<Record<string, string>>> = {
  order_uncertain: 'Turn has not confirmed the check yet',
  tags_locked: 'Lever does not accept the TurnStatus tag',
};

/** Why a candidate has no check and what to do, by the problem's code. */
export const openTexts: Readonly<Record<ProblemCode, string>> = {
  no_email: 'has no valid e-mail address: add one in Lever.',
  no_full_name: 'has no first and last name: complete the name in Lever.',
  several_packages: 'has TurnPackage tags for several packages: keep only one.',
  contact_not_allowed: 'may not be contacted, according to Lever’s data protection: obtain consent in Lever.',
  confidential: 'is confidential in Lever, so we cannot see them: change that there, or start the check in Turn.',
  cap_reached: 'waits because the hourly limit is reached: you need not do anything.',
  turn_rejected: 'was refused by Turn: correct what the note in Lever points out.',
  turn_token_rejected: 'waits for your account’s token: ask Turn support to renew it.',
  order_uncertain: 'waits for Turn to confirm the check: ask Turn support before you order one by hand.',
  tags_locked: 'cannot be tagged: ask your Lever administrator to let integrations add tags.',
  unreadable: 'cannot be read in Lever: move the candidate out of the stage and into it again.',
  unknown: 'has something in the way of the check: we look again within a day.',
};

/** What can be shown alone: the kinds behind each choice; null: all of them. */
export const activityFilters: readonly { name: string; kinds: readonly ActivityKind[] | null; isProblem?: true }[] = [
  { name: 'Everything', kinds: null },
  { name: 'Checks', kinds: checkKinds },
  {
    name: 'Problems',
    isProblem: true,
    kinds: [
      'problem',
      'lever_connection_refused',
      'lever_disconnected',
      'lever_access_denied',
      'webhooks_removed',
      'webhooks_silent',
      'trigger_stage_missing',
      'reauthorization_due',
    ],
  },
  {
    name: 'Connection',
    kinds: [
      'lever_connected',
      'lever_reconnected',
      'lever_disconnected',
      'lever_connection_refused',
      'lever_access_denied',
      'reauthorization_due',
      'webhook_verified',
      'webhooks_registered',
      'webhooks_removed',
      'webhooks_silent',
    ],
  },
  { name: 'Settings', kinds: settingsKinds },
  { name: 'Ignored', kinds: ['stage_change_ignored'] },
];

/** Why work waits, by the reason's code. */
const waitingTexts: Readonly<Partial<Record<string, string>>> = {
  lever_disconnected: 'until Lever is authorized again',
  order_uncertain: 'Turn’s answer was lost; we are asking again',
  unknown: 'will be tried again',
  lever_unavailable: 'Lever does not answer',
  lever_app_rejected: 'Lever refuses this service; Turn has been told',
  lever_access_denied: 'Lever denies us access',
  lever_rate_limited: 'Lever asks us to slow down',
  lever_unexpected_answer: 'Lever gave an unexpected answer',
  lever_half_read: 'Lever’s answer was incomplete; we are reading it again',
  turn_unavailable: 'Turn does not answer',
  turn_unexpected_answer: 'Turn gave an unexpected answer',
  turn_token_rejected: 'Turn does not accept your account’s token',
  ordering_paused: 'new checks are paused',
  person_order_in_flight: 'a check for another application of the same person is being ordered',
  person_order_uncertain: 'Turn’s answer for another application of the same person was lost; we are asking again',
  person_unread: 'Lever does not show another application of the same person',
  hourly_cap: 'over the hourly limit of checks',
  grace: 'in the waiting time before the start',
  write_conflict: 'being worked on',
  lease_conflict: 'being worked on',
};

/** Why nothing happened, in words, by the reason's code; most codes are words already. */
export const reasonText = (code: string): string => reasonTexts[code] ?? code.replaceAll('_', ' ');

const reasonTexts: Readonly<Partial<Record<string, string>>> = {
  cap_reached: 'hourly limit of checks reached',
  unreadable: 'Lever’s answers about the candidate cannot be read',
};

/** Why work waits, in words. */
export const waitingText = (reason: string): string => waitingTexts[reason] ?? reason.replaceAll('_', ' ');

/** What has just happened. `while`: it is said only as long as the connection is so. */
export type Notice = { tone: 'good' | 'bad' | 'idle'; title: string; text?: string; while?: ConnectionState };

/** What became of Authorize Lever, by the outcome in the page's address: what happened, and what to do. */
export const outcomeTexts: Readonly<Record<string, Notice>> = {
  connected: {
    tone: 'good',
    while: 'connected',
    title: 'Lever is connected.',
    text: 'Check that the right stage is chosen below.',
  },
  already_connected: { tone: 'good', while: 'connected', title: 'Lever is already connected.' },
  taken: {
    tone: 'bad',
    title: 'Lever was not connected: this Lever account is connected to another Turn account.',
    text: 'Otherwise one move would order two checks. Disconnect it in the other Turn account first, or choose another Lever account. If you do not know of another Turn account, write to support@turning.io.',
  },
  denied: {
    tone: 'bad',
    title: 'Lever was not connected: access was not granted.',
    text: 'Press Authorize Lever again and choose Accept. Your Lever access role must be Super Admin.',
  },
  expired: {
    tone: 'bad',
    title: 'Lever was not connected: it took too long, or the link was already used.',
    text: 'Press Authorize Lever again and finish within ten minutes.',
  },
  other_browser: {
    tone: 'bad',
    title: 'Lever was not connected: you started in another browser.',
    text: 'Press Authorize Lever here and finish in this browser. Allow cookies for this site.',
  },
  failed: {
    tone: 'bad',
    title: 'Lever was not connected: Lever did not accept the request.',
    text: 'Try again in a few minutes. If it fails again, write to support@turning.io.',
  },
};
