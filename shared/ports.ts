import type { Moment } from '#shared/domain/retry-policy.ts';
import { createEmit } from '#shared/observability/events.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createActivityLog } from '#shared/stores/activity-log.ts';
import { createAuthorizationStore } from '#shared/stores/authorization-store.ts';
import { createCredentialStore } from '#shared/stores/credential-store.ts';
import { createDeliveryStore } from '#shared/stores/delivery-store.ts';
import { createHeartbeats } from '#shared/stores/heartbeats.ts';
import { createHourlyOrders, createOrderReturn } from '#shared/stores/hourly-orders.ts';
import { createIntakeStore } from '#shared/stores/intake-store.ts';
import { createMailLists } from '#shared/stores/mail-list-store.ts';
import { createPackageStore } from '#shared/stores/package-store.ts';
import { createPauseStore } from '#shared/stores/pause-store.ts';
import { createPendingConnectionStore } from '#shared/stores/pending-connection-store.ts';
import { createPeople } from '#shared/stores/people.ts';
import { createPressStore } from '#shared/stores/press-store.ts';
import { createRateLimiter } from '#shared/stores/rate-limiter.ts';
import { createReconciliationStore } from '#shared/stores/reconciliation-store.ts';
import { createRecords } from '#shared/stores/records.ts';
import { createSharers } from '#shared/stores/sharers.ts';
import { createUsage } from '#shared/stores/usage.ts';
import { createWebhookSecretStore } from '#shared/stores/webhook-secret-store.ts';
import type { World } from './world.ts';

/** What use cases work with, over a world: everything but Lever and Turn. */
export type Ports = ReturnType<typeof createPorts>;

export const createPorts = ({
  now,
  sleep,
  random,
  newId,
  newSecret,
  table,
  cipher,
  webhookCipher,
  queues,
  log,
  ...world
}: World) => {
  const { config } = world;
  const clock = { now };
  const activities = createActivityLog(table, { now, newId });
  const heartbeats = createHeartbeats(table, clock);
  const usage = createUsage(table, clock);
  const emit = createEmit({ log, activities, heartbeats, usage });
  const [enqueueDecision, enqueueSync] = [queues.decision, queues.sync];
  return {
    now,
    random,
    newId,
    newSecret,
    table,
    config,
    emit,
    enqueueDecision,
    enqueueSync,
    activities,
    heartbeats,
    usage,
    people: createPeople(table, cipher, clock),
    /** Now, and how long things wait. */
    moment: (): Moment => ({ now: now(), retryPolicy: config.retryPolicy }),
    /** What the keys in Turn's callback addresses are made from. */
    callbackSecret: () => world.secret('callbackKey'),
    records: createRecords(table, { now, enqueueDecision, enqueueSync, emit }),
    sharers: createSharers(table, clock),
    accounts: createAccountStore(table, clock),
    intakes: createIntakeStore(table),
    credentials: createCredentialStore(table, cipher),
    webhookSecrets: createWebhookSecretStore(table, webhookCipher, clock),
    mailLists: createMailLists(table, cipher),
    deliveries: createDeliveryStore(table, clock),
    reconciliations: createReconciliationStore(table),
    packages: createPackageStore(table),
    authorizations: createAuthorizationStore(table, clock),
    pendingConnections: createPendingConnectionStore(table, cipher, clock),
    pauses: createPauseStore(table, clock),
    presses: createPressStore(table, clock),
    limiter: createRateLimiter(table, { now, sleep }),
    countOrder: createHourlyOrders(table, clock),
    returnOrder: createOrderReturn(table),
  };
};
