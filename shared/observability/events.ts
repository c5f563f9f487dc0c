import type { EmitOf, EventRow, LogOf } from './emit.ts';
import { eventsOfCallbacks } from './events-of-callbacks.ts';
import { eventsOfWebhooks } from './events-of-webhooks.ts';

/** Everything that is worth telling to anybody. */
export const events = {
  // What the functions tell that anybody may call lies apart: they load no other.
  ...eventsOfWebhooks,
  ...eventsOfCallbacks,
  // Deciding and ordering
  entry_ignored: { level: 'info', metric: 'StageChangeIgnored', activity: 'stage_change_ignored' },
  check_requested: { level: 'info', activity: 'check_requested' },
  check_claimed: { level: 'info' },
  check_started: {
    level: 'info',
    metric: 'CheckStarted',
    activity: 'check_started',
    heartbeat: 'lastCheckAt',
    isUsage: true,
  },
  check_adopted: {
    level: 'warn',
    metric: 'CheckStarted',
    activity: 'check_started',
    heartbeat: 'lastCheckAt',
    isUsage: true,
  },
  check_followed: { level: 'info', activity: 'check_followed' },
  order_uncertain: { level: 'warn', metric: 'OrderUncertain' },
  problem_found: { level: 'info', metric: 'ProblemFound', activity: 'problem' },
  cap_reached: { level: 'warn', metric: 'CapReached' },
  record_erased: { level: 'info' },
  // What Lever shows
  check_status_changed: { level: 'info', activity: 'check_status' },
  report_available: { level: 'info', activity: 'report_available' },
  stage_moved: { level: 'info', activity: 'stage_moved' },
  stage_not_moved: { level: 'warn', activity: 'stage_not_moved' },
  lever_synced: { level: 'info', metric: 'LeverSynced', heartbeat: 'lastLeverWriteAt' },
  lever_synced_partly: { level: 'info', metric: 'LeverSynced' },
  lever_write_refused: { level: 'warn', metric: 'VendorFailure' },
  // The connection to Lever
  authorization_ended: { level: 'info' },
  account_connected: { level: 'info', activity: 'lever_connected' },
  account_reconnected: { level: 'info', activity: 'lever_reconnected' },
  connection_refused: { level: 'info', activity: 'lever_connection_refused' },
  account_disconnected_by_choice: { level: 'info', activity: 'lever_disconnected' },
  account_disconnected: { level: 'error', metric: 'AccountDisconnected', activity: 'lever_disconnected' },
  account_still_disconnected: { level: 'info', metric: 'DisconnectedAccounts' },
  reauthorization_due: { level: 'warn', metric: 'ReauthorizationDue', activity: 'reauthorization_due' },
  lever_app_rejected: { level: 'error', metric: 'LeverAppRejected' },
  lever_access_denied: { level: 'error', metric: 'LeverAccessDenied', activity: 'lever_access_denied' },
  lever_shared: { level: 'error', metric: 'LeverShared' },
  webhooks_registered: { level: 'info', activity: 'webhooks_registered' },
  webhooks_removed: { level: 'warn', activity: 'webhooks_removed' },
  webhooks_not_registered: { level: 'warn', metric: 'VendorFailure' },
  webhooks_not_removed: { level: 'warn', metric: 'VendorFailure' },
  webhooks_silent: { level: 'error', metric: 'WebhooksSilent', activity: 'webhooks_silent' },
  trigger_stage_missing: { level: 'warn', activity: 'trigger_stage_missing' },
  stages_unread: { level: 'warn', metric: 'VendorFailure' },
  // Names of packages are a convenience, and an access granted long ago does not cover the list of tags.
  tags_unread: { level: 'info' },
  // The settings page
  requests_above_limit: { level: 'warn', metric: 'RequestAboveLimit' },
  settings_changed: { level: 'info', activity: 'settings_changed' },
  checks_paused: { level: 'warn', activity: 'checks_paused' },
  checks_resumed: { level: 'info', activity: 'checks_resumed' },
  backfill_requested: { level: 'info', activity: 'backfill_requested' },
  decision_requested: { level: 'info' },
  webhook_secret_changed: { level: 'info', activity: 'webhook_secret_changed' },
  invitation_resend_pressed: { level: 'info', activity: 'invitation_resent' },
  recheck_pressed: { level: 'info', activity: 'recheck_requested' },
  // Mails to people of an account
  mail_addresses_changed: { level: 'info', activity: 'mail_addresses_changed' },
  mail_sent: { level: 'info', metric: 'MailSent' },
  mail_failed: { level: 'warn', metric: 'MailFailed' },
  mail_given_up: { level: 'error', metric: 'MailGivenUp' },
  // Work
  order_paused: { level: 'info' },
  // For the service levels: nothing more is told of them than that they happened.
  work_overdue: { level: 'warn', metric: 'WorkOverdue', measure: 'OverdueAge' },
  start_timed: { level: 'info', measure: 'StartLag' },
  status_timed: { level: 'info', measure: 'StatusLag' },
  order_refused: { level: 'info', metric: 'OrderRefused' },
  turn_token_refused: { level: 'warn', metric: 'TurnTokenRefused' },
  retry_scheduled: { level: 'warn', metric: 'RetryScheduled' },
  shape_dropped: { level: 'warn' },
  message_delayed: { level: 'info' },
  // Worked on together with another message of the batch: `reason` is that one's id.
  message_gathered: { level: 'info' },
  record_unreadable: { level: 'error', metric: 'MessageUnreadable' },
  message_unreadable: { level: 'error', metric: 'MessageUnreadable' },
  // What nobody foresaw: at a message's first try, where it counts, and at later ones, so that one odd message counts once.
  work_failed: { level: 'error', metric: 'WorkFailed' },
  work_failed_again: { level: 'error' },
  // One item of a run, foreseen or not: a bug fails the run at its end, which Lambda counts.
  item_skipped: { level: 'error' },
  missed_entry_found: { level: 'warn', metric: 'MissedEntryFound' },
  maintenance_overdue: { level: 'warn', metric: 'MaintenanceOverdue', measure: 'MaintenanceOverdueAge' },
  maintenance_failed: { level: 'warn', metric: 'VendorFailure' },
  sweep_finished: { level: 'info' },
} as const satisfies Record<string, EventRow>;

export type EventCode = keyof typeof events;

export type MetricName = Extract<(typeof events)[EventCode], { metric: string }>['metric'];

/** Every metric that a function counts; alarms name no other. */
export const metricNames: readonly MetricName[] = [
  ...new Set(Object.values(events).flatMap((row) => ('metric' in row ? row.metric : []))),
];

export type MeasureName = Extract<(typeof events)[EventCode], { measure: string }>['measure'];

/** Every metric of how long something took, in seconds. */
export const measureNames: readonly MeasureName[] = [
  ...new Set(Object.values(events).flatMap((row) => ('measure' in row ? row.measure : []))),
];

/** What an event means to each who hears of it. */
export const eventRow = (code: EventCode): EventRow => events[code];

export type Log = LogOf<EventCode>;
export type Emit = EmitOf<EventCode>;
