import type { Moment } from './domain/retry-policy.ts';
import { createEmit } from './observability/events.ts';
import { createRecords } from './opportunities/records.ts';
import { createAccountStore } from './stores/account-store.ts';
import { createActivityLog } from './stores/activity-log.ts';
import { createAuthorizationStore } from './stores/authorization-store.ts';
import { createCredentialStore } from './stores/credential-store.ts';
import { createDeliveryStore } from './stores/delivery-store.ts';
import { createHeartbeats } from './stores/heartbeats.ts';
import { createHourlyOrders } from './stores/hourly-orders.ts';
import { createOpportunityStore } from './stores/opportunity-store.ts';
import { createPendingConnectionStore } from './stores/pending-connection-store.ts';
import { createRateLimiter } from './stores/rate-limiter.ts';
import { createReconciliationStore } from './stores/reconciliation-store.ts';
import type { World } from './world.ts';

/** What use cases work with, over a world: everything but Lever and Turn. */
export type Ports = ReturnType<typeof createPorts>;

export const createPorts = ({ now, sleep, random, newId, newSecret, table, cipher, queues, log, ...world }: World) => {
  const { config } = world;
  const clock = { now };
  const activities = createActivityLog(table, { now, newId });
  const heartbeats = createHeartbeats(table, clock);
  const emit = createEmit({ log, activities, heartbeats });
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
    /** Now, and how long things wait. */
    moment: (): Moment => ({ now: now(), retryPolicy: config.retryPolicy }),
    /** What the keys in Turn's callback addresses are made from. */
    callbackSecret: () => world.secret('callbackKey'),
    records: createRecords({ store: createOpportunityStore(table, clock), enqueueDecision, enqueueSync, emit }),
    accounts: createAccountStore(table, clock),
    credentials: createCredentialStore(table, cipher),
    deliveries: createDeliveryStore(table, clock),
    reconciliations: createReconciliationStore(table),
    authorizations: createAuthorizationStore(table, clock),
    pendingConnections: createPendingConnectionStore(table, cipher, clock),
    limiter: createRateLimiter(table, { now, sleep }),
    countOrder: createHourlyOrders(table, clock),
  };
};
