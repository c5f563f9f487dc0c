/** What an account can look up later: each is one line of its activity log. */
export const activityKinds = [
  'lever_connected',
  'lever_connection_refused',
  'lever_disconnected',
  'lever_reconnected',
  'lever_access_denied',
  'reauthorization_due',
  'webhook_verified',
  'webhook_secret_changed',
  'webhooks_registered',
  'webhooks_removed',
  'webhooks_silent',
  'settings_changed',
  'mail_addresses_changed',
  'trigger_stage_missing',
  'checks_paused',
  'checks_resumed',
  'backfill_requested',
  'check_requested',
  'check_started',
  'check_followed',
  'check_status',
  'report_available',
  'stage_moved',
  'stage_not_moved',
  'invitation_resent',
  'recheck_requested',
  'problem',
  'stage_change_ignored',
  /** Another version of this software stored a kind that this one does not know. */
  'unknown',
] as const;
export type ActivityKind = (typeof activityKinds)[number];

/** Something that happened in an account: when, what, about which opportunity, by whom, and some detail. Never a candidate's name, e-mail or phone. */
export type Activity = {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: ActivityKind;
  readonly opportunityId: string | null;
  /** The id of the person who did it, as the OpenID provider names them; null: the integration itself. */
  readonly by: string | null;
  /** Lever's id of the user whose move started the check. */
  readonly movedBy?: string;
  /** Our own words, ids and names of settings; of changed settings also what was chosen, stage names and labels too: the customer's free text. */
  readonly detail: string | null;
};
