import type { ActivityKind } from '#shared/domain/activity.ts';
import { startedPackage } from '#shared/domain/stage-entry.ts';
import type { ActivityLog } from '#shared/stores/activity-log.ts';
import type { createHeartbeats, Heartbeat } from '#shared/stores/heartbeats.ts';
import type { createUsage } from '#shared/stores/usage.ts';

/** How loud an event is in the log, the metric that counts it, the metric of how long it took (its `seconds`), the line that the account's activity log gets, the heartbeat that it is, and whether the account's usage counts it. */
type EventRow = {
  readonly level: 'info' | 'warn' | 'error';
  readonly metric?: string;
  readonly measure?: string;
  readonly activity?: ActivityKind;
  readonly heartbeat?: Heartbeat;
  readonly isUsage?: true;
};

/** Everything that is worth telling to anybody. */
export const events = {
  // Webhooks
  webhook_refused: { level: 'warn' },
  webhook_signature_refused: { level: 'warn', metric: 'SignatureRefused' },
  deliveries_above_limit: { level: 'warn', metric: 'DeliveryAboveLimit' },
  webhook_tested: { level: 'info' },
  webhook_verified: { level: 'info', activity: 'webhook_verified' },
  webhook_repeated: { level: 'info' },
  stage_change_accepted: { level: 'info', metric: 'StageChangeAccepted' },
  stage_change_ignored: { level: 'info', metric: 'StageChangeIgnored' },
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
  // Turn's callbacks and what Lever shows
  callback_refused: { level: 'warn' },
  callback_accepted: { level: 'info' },
  callback_gathered: { level: 'info' },
  callback_unknown: { level: 'warn', metric: 'UnknownCallback' },
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
  work_failed: { level: 'error' },
  missed_entry_found: { level: 'warn', metric: 'MissedEntryFound' },
  maintenance_overdue: { level: 'warn', metric: 'MaintenanceOverdue', measure: 'MaintenanceOverdueAge' },
  maintenance_failed: { level: 'warn', metric: 'VendorFailure' },
  sweep_finished: { level: 'info' },
  activity_line_lost: { level: 'warn' },
} as const satisfies Record<string, EventRow>;

export type EventCode = keyof typeof events;

/** The namespace of our metrics in CloudWatch. */
export const metricNamespace = 'LeverTurn';

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

/** Ids, codes and counts: nothing that a person could be recognized by, nothing secret. */
export type LogFields = {
  readonly accountId?: string;
  readonly opportunityId?: string;
  readonly referenceId?: string;
  readonly reason?: string;
  readonly count?: number;
  /** How long it took. */
  readonly seconds?: number;
};

/** Writes one line of the log and counts one in a metric. */
export type Log = (code: EventCode, fields: LogFields) => void;

/** `by`: the person who did it, as the OpenID provider names them; `movedBy`: the user of Lever whose move it came from. `detail` is for the activity log alone; not given, it is the reason. `isForgotten`: the activity log must not name the opportunity. */
export type EventFields = LogFields & {
  readonly by?: string;
  readonly movedBy?: string;
  readonly detail?: string | null;
  readonly isForgotten?: boolean;
};

/** Tells everybody of an event whom it concerns. Never fails: better to lose a line than to do the work again for it. */
export type Emit = (code: EventCode, fields: EventFields) => Promise<void>;

export const createEmit =
  (ports: {
    log: Log;
    activities: Pick<ActivityLog, 'record'>;
    heartbeats: Pick<ReturnType<typeof createHeartbeats>, 'touch'>;
    usage: Pick<ReturnType<typeof createUsage>, 'count'>;
  }): Emit =>
  async (code, { by = null, movedBy, detail, isForgotten = false, ...fields }) => {
    const { activity: kind, heartbeat, isUsage = false } = eventRow(code);
    const { accountId, opportunityId = null, reason = null } = fields;
    ports.log(code, fields);
    if (accountId === undefined) return;
    const quietly = (work: Promise<unknown>): Promise<unknown> =>
      work.catch(() => ports.log('activity_line_lost', { accountId }));
    if (kind !== undefined) {
      const subject = isForgotten ? null : opportunityId;
      const mover = movedBy === undefined || isForgotten ? {} : { movedBy };
      const line = { kind, opportunityId: subject, by, ...mover, detail: detail === undefined ? reason : detail };
      await quietly(ports.activities.record(accountId, line));
    }
    if (isUsage) await quietly(ports.usage.count(accountId, startedPackage(detail ?? null)));
    if (heartbeat !== undefined) await quietly(ports.heartbeats.touch(accountId, heartbeat));
  };
