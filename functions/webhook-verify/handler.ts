// Trigger: Lever's webhooks (HTTP). Does: believes signed deliveries, queues stage changes. On failure: answers 500, and Lever sends again.
import { readEnvironment } from '#shared/config/environment.ts';
import { httpHandler } from '#shared/edge/http-handler.ts';
import { report } from '#shared/observability/report.ts';
import { now, openActivities, openCredentials, openHealth, openQueue, openTable } from '#shared/runtime.ts';
import { createDeliveryStore } from '#shared/stores/delivery-store.ts';
import { acceptWebhook } from './accept-webhook.ts';

const variables = readEnvironment(['TABLE_NAME', 'STAGE_CHANGES_QUEUE_URL', 'ENCRYPTION_KEY_SECRET_ID']);
const { table, accounts } = openTable(variables.TABLE_NAME);
const ports = {
  now,
  accounts,
  credentials: openCredentials(table, variables.ENCRYPTION_KEY_SECRET_ID),
  deliveries: createDeliveryStore(table, { now }),
  health: openHealth(table),
  activities: openActivities(table),
  nudgeStageChange: openQueue(variables.STAGE_CHANGES_QUEUE_URL),
  report,
};

export const handler = httpHandler((incoming) => acceptWebhook(incoming, ports));
