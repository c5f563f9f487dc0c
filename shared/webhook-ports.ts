import { activityHearer, createEmit, type LogOf } from '#shared/observability/emit.ts';
import { eventsOfWebhooks, type WebhookEventCode } from '#shared/observability/events-of-webhooks.ts';
import { createActivityWriter } from '#shared/stores/activity-writer.ts';
import { createClockLimit } from '#shared/stores/clock-limit.ts';
import { createDeliveryStore } from '#shared/stores/delivery-store.ts';
import { createHeartbeatNotes } from '#shared/stores/heartbeats.ts';
import { createIntakeFinder } from '#shared/stores/intake-store.ts';
import * as keys from '#shared/stores/keys.ts';
import { remembering } from '#shared/stores/remembered.ts';
import type { ItemTable } from '#shared/stores/table.ts';
import { createWebhookSecretFinder } from '#shared/stores/webhook-secret-store.ts';
import type { World } from './world.ts';

const hourMs = 3_600_000;
/** More than a customer's recruiters ever move: Lever lets us read no more candidates than 36,000 an hour. */
const mostDeliveriesAnHour = 20_000;

/** As much of the world as the function needs that takes Lever's webhooks. */
type WebhookWorld = Pick<World, 'now' | 'newId' | 'webhookCipher'> & {
  readonly table: ItemTable;
  readonly queues: Pick<World['queues'], 'decision'>;
  readonly log: LogOf<WebhookEventCode>;
};

/** What the function works with that takes Lever's webhooks. It loads nothing else, for it is called by anybody at any time and starts cold. */
export type WebhookPorts = ReturnType<typeof createWebhookPorts>;

export const createWebhookPorts = ({ now, newId, table, webhookCipher, queues, log }: WebhookWorld) => {
  const clock = { now };
  return {
    now,
    emit: createEmit(eventsOfWebhooks, log, [activityHearer(createActivityWriter(table, { now, newId }))]),
    enqueueDecision: queues.decision,
    heartbeats: createHeartbeatNotes(table, clock),
    recallIntake: remembering(createIntakeFinder(table), now),
    recallWebhookSecrets: remembering(createWebhookSecretFinder(table, webhookCipher, clock), now),
    deliveries: createDeliveryStore(table, clock),
    /** Somebody who has a webhook secret must not be able to fill queues. */
    admitDelivery: createClockLimit(table, {
      now,
      key: keys.hourlyDeliveries,
      limit: mostDeliveriesAnHour,
      periodMs: hourMs,
    }),
  };
};
