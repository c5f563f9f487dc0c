import { type EventRow, emitEvents } from './emit.ts';

/** What the function tells that takes Lever's webhooks. Beside the log, its activity log alone hears of it. */
export const eventsOfWebhooks = {
  webhook_refused: { level: 'warn' },
  webhook_signature_refused: { level: 'warn', metric: 'SignatureRefused' },
  deliveries_above_limit: { level: 'warn', metric: 'DeliveryAboveLimit' },
  webhook_tested: { level: 'info' },
  webhook_verified: { level: 'info', activity: 'webhook_verified' },
  webhook_repeated: { level: 'info' },
  stage_change_accepted: { level: 'info', metric: 'StageChangeAccepted' },
  stage_change_ignored: { level: 'info', metric: 'StageChangeIgnored' },
  ...emitEvents,
} as const satisfies Record<string, Pick<EventRow, 'level' | 'metric' | 'activity'>>;

export type WebhookEventCode = keyof typeof eventsOfWebhooks;
