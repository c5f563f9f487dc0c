import type { MetricName } from './metric-names.ts';

/** Everything that is worth a line in the log: how loud it is, and the metric that counts it. */
export const logCodes = {
  webhook_refused: { level: 'warn', metric: null },
  webhook_signature_refused: { level: 'warn', metric: 'SignatureRefused' },
  webhook_tested: { level: 'info', metric: null },
  webhook_repeated: { level: 'info', metric: null },
  stage_change_accepted: { level: 'info', metric: 'StageChangeAccepted' },
  stage_change_ignored: { level: 'info', metric: 'StageChangeIgnored' },
  check_claimed: { level: 'info', metric: null },
  check_started: { level: 'info', metric: 'CheckStarted' },
  check_adopted: { level: 'warn', metric: 'CheckStarted' },
  check_order_uncertain: { level: 'warn', metric: 'CheckOrderUncertain' },
  problem_found: { level: 'info', metric: 'ProblemShown' },
  cap_reached: { level: 'warn', metric: 'CapReached' },
  trigger_stage_missing: { level: 'warn', metric: null },
  journal_line_lost: { level: 'warn', metric: null },
  screening_erased: { level: 'info', metric: null },
  callback_refused: { level: 'warn', metric: null },
  callback_accepted: { level: 'info', metric: null },
  callback_unknown: { level: 'warn', metric: 'UnknownCallback' },
  lever_updated: { level: 'info', metric: 'LeverUpdated' },
  lever_write_refused: { level: 'warn', metric: 'VendorFailure' },
  lever_pass_overtaken: { level: 'warn', metric: null },
  authorization_ended: { level: 'info', metric: null },
  account_connected: { level: 'info', metric: null },
  webhooks_not_registered: { level: 'warn', metric: 'VendorFailure' },
  webhooks_not_removed: { level: 'warn', metric: 'VendorFailure' },
  reauthorization_due: { level: 'warn', metric: 'ReauthorizationDue' },
  lever_shared: { level: 'error', metric: 'LeverShared' },
  account_disconnected: { level: 'error', metric: 'AccountDisconnected' },
  work_parked: { level: 'warn', metric: 'WorkParked' },
  work_given_back: { level: 'info', metric: null },
  work_failed: { level: 'error', metric: null },
  message_unreadable: { level: 'error', metric: 'MessageUnreadable' },
  entry_caught_up: { level: 'warn', metric: 'EntryCaughtUp' },
  webhooks_silent: { level: 'error', metric: 'WebhooksSilent' },
  settings_changed: { level: 'info', metric: null },
  webhook_secret_changed: { level: 'info', metric: null },
  stages_unread: { level: 'warn', metric: 'VendorFailure' },
  sweep_finished: { level: 'info', metric: null },
  upkeep_failed: { level: 'warn', metric: 'VendorFailure' },
} as const satisfies Record<string, { level: 'info' | 'warn' | 'error'; metric: MetricName | null }>;

export type LogCode = keyof typeof logCodes;

/** Ids, codes and counts: nothing that a person could be recognized by, nothing secret. */
export type LogFields = {
  readonly accountId?: string;
  readonly opportunityId?: string;
  readonly checkId?: string;
  readonly reason?: string;
  readonly count?: number;
};

/** Says that something happened: one line in the log, one count in a metric. */
export type Report = (code: LogCode, fields: LogFields) => void;
