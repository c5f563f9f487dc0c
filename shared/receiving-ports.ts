import { createEmit } from '#shared/observability/events.ts';
import { createActivityWriter } from '#shared/stores/activity-writer.ts';
import { createCallbackAddresses } from '#shared/stores/callback-addresses.ts';
import { createClaims } from '#shared/stores/claims.ts';
import { createClockLimit } from '#shared/stores/clock-limit.ts';
import { createDeliveryStore } from '#shared/stores/delivery-store.ts';
import { createHeartbeats } from '#shared/stores/heartbeats.ts';
import { createHintStore } from '#shared/stores/hint-store.ts';
import { createIntakeStore } from '#shared/stores/intake-store.ts';
import * as keys from '#shared/stores/keys.ts';
import { remembering } from '#shared/stores/remembered.ts';
import { createSharers } from '#shared/stores/sharers.ts';
import { createUsage } from '#shared/stores/usage.ts';
import { createWebhookSecretStore } from '#shared/stores/webhook-secret-store.ts';
import type { World } from './world.ts';

const hourMs = 3_600_000;
/** More than a customer's recruiters ever move: Lever lets us read no more candidates than 36,000 an hour. */
const mostDeliveriesAnHour = 20_000;

/** What the functions work with that anybody may call. They load nothing else, for they are called at any time and start cold. */
export type ReceivingPorts = ReturnType<typeof createReceivingPorts>;

export const createReceivingPorts = (world: Omit<World, 'send'>) => {
  const { now, newId, table, webhookCipher, queues, log, config, secret } = world;
  const clock = { now };
  const heartbeats = createHeartbeats(table, clock);
  const usage = createUsage(table, clock);
  const intakes = createIntakeStore(table);
  const webhookSecrets = createWebhookSecretStore(table, webhookCipher, clock);
  return {
    now,
    heartbeats,
    usage,
    emit: createEmit({ log, activities: createActivityWriter(table, { now, newId }), heartbeats, usage }),
    enqueueDecision: queues.decision,
    enqueueSync: queues.sync,
    /** What the keys in Turn's callback addresses are made from. */
    callbackSecret: () => secret('callbackKey'),
    callbackAddresses: createCallbackAddresses(table),
    claims: createClaims(table),
    sharers: createSharers(table, clock),
    intakes,
    webhookSecrets,
    recallIntake: remembering(intakes.find, now),
    recallWebhookSecrets: remembering(webhookSecrets.find, now),
    deliveries: createDeliveryStore(table, clock),
    /** Somebody who has a webhook secret must not be able to fill queues. */
    admitDelivery: createClockLimit(table, {
      now,
      key: keys.hourlyDeliveries,
      limit: mostDeliveriesAnHour,
      periodMs: hourMs,
    }),
    hints: createHintStore(table, { now, gatherMs: () => config.gatherMs, enqueueSync: queues.sync }),
  };
};
