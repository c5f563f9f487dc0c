import type { ActivityKind } from '#shared/domain/activity.ts';

/** The lines of the activity log about the brake. */
export const pauseActivityTexts = { checks_paused: 'New checks paused', checks_resumed: 'New checks resumed' };

/** The kinds of lines about what people of the account chose. */
export const settingsKinds: readonly ActivityKind[] = [
  'settings_changed',
  'webhook_secret_changed',
  'mail_addresses_changed',
  'checks_paused',
  'checks_resumed',
  'backfill_requested',
];

/** The words of the brake. */
export const pauseWords = {
  pause: 'Pause new checks',
  resume: 'Resume',
  byTurn: 'Paused by Turn: only Turn can resume new checks.',
  pauseTitle: 'Pause new checks?',
  pauseText: [
    'Nothing is ordered from now on, whoever is moved into the stage.',
    'Candidates wait, and nobody is lost: after half an hour Lever shows TurnStatus:waiting. Whoever leaves the stage meanwhile gets no check.',
    'Checks that run go on, and Lever shows their news.',
    'Once somebody presses Resume, the checks that wait start by themselves.',
  ],
  resumeTitle: 'Resume new checks?',
  resumeText: (waiting: number) =>
    waiting === 0
      ? 'Nobody waits. From now on, checks start as before.'
      : `${waiting === 1 ? '1 candidate waits' : `${waiting} candidates wait`}: their checks start within minutes, within your hourly limit. Each costs money, and Turn e-mails the candidate.`,
  paused: 'New checks are paused.',
  resumed: 'New checks are resumed.',
} as const;
