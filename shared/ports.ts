import type { Moment } from '#shared/domain/retry-policy.ts';
import { activityHearer, createEmit, heartbeatHearer, usageHearer } from '#shared/observability/emit.ts';
import { events } from '#shared/observability/events.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createActivityLog } from '#shared/stores/activity-log.ts';
import { createAuthorizationStore } from '#shared/stores/authorization-store.ts';
import { createClockLimit } from '#shared/stores/clock-limit.ts';
import { createCredentialStore } from '#shared/stores/credential-store.ts';
import { createHeartbeats } from '#shared/stores/heartbeats.ts';
import { createHourlyOrders, createOrderReturn } from '#shared/stores/hourly-orders.ts';
import * as keys from '#shared/stores/keys.ts';
import { createMailLists } from '#shared/stores/mail-list-store.ts';
import { createPackageStore } from '#shared/stores/package-store.ts';
import { createPauseStore } from '#shared/stores/pause-store.ts';
import { createPendingConnectionStore } from '#shared/stores/pending-connection-store.ts';
import { createPeople } from '#shared/stores/people.ts';
import { createPressStore } from '#shared/stores/press-store.ts';
import { createRateLimiter } from '#shared/stores/rate-limiter.ts';
import { createReconciliationStore } from '#shared/stores/reconciliation-store.ts';
import { createRecords } from '#shared/stores/records.ts';
import { createRestoreStore } from '#shared/stores/restore-store.ts';
import { createSharers } from '#shared/stores/sharers.ts';
import { createUsage } from '#shared/stores/usage.ts';
import { createWebhookSecretStore } from '#shared/stores/webhook-secret-store.ts';
import { createCallbackPorts } from './callback-ports.ts';
import { createWebhookPorts } from './webhook-ports.ts';
import type { World } from './world.ts';

/** The period of `admitRequest`. */
export const requestPeriodMs = 60_000;
/** An open page asks some four times a minute: enough for a hundred people of one account at once. */
const mostRequestsAMinute = 600;

/** What use cases work with, over a world: everything but Lever and Turn. */
export type Ports = ReturnType<typeof createPorts>;

export const createPorts = (world: World) => {
  const { now, sleep, random, newId, newSecret, table, cipher, webhookCipher, config, queues, log } = world;
  const clock = { now };
  const heartbeats = createHeartbeats(table, clock);
  const activities = createActivityLog(table, { now, newId });
  const usage = createUsage(table, clock);
  const hearers = [activityHearer(activities), usageHearer(usage), heartbeatHearer(heartbeats)];
  const emit = createEmit(events, log, hearers);
  const { decision: enqueueDecision, sync: enqueueSync, maintenance: enqueueMaintenance } = queues;
  return {
    ...createWebhookPorts(world),
    ...createCallbackPorts(world),
    emit,
    random,
    newId,
    newSecret,
    table,
    config,
    enqueueSync,
    enqueueMaintenance,
    activities,
    usage,
    heartbeats,
    sharers: createSharers(table, clock),
    people: createPeople(table, cipher, clock),
    /** Now, and how long things wait. */
    moment: (): Moment => ({ now: now(), retryPolicy: config.retryPolicy }),
    records: createRecords(table, { now, enqueueDecision, enqueueSync, emit }),
    accounts: createAccountStore(table, clock),
    credentials: createCredentialStore(table, cipher),
    webhookSecrets: createWebhookSecretStore(table, webhookCipher),
    mailLists: createMailLists(table, cipher),
    /** Nobody of one account must be able to use up what all accounts share. */
    admitRequest: createClockLimit(table, {
      now,
      key: keys.requests,
      limit: mostRequestsAMinute,
      periodMs: requestPeriodMs,
    }),
    /** Nor anybody who may change nothing keep those out who may: who pauses checks, say. */
    admitMember: createClockLimit(table, {
      now,
      key: keys.memberRequests,
      limit: mostRequestsAMinute / 2,
      periodMs: requestPeriodMs,
    }),
    reconciliations: createReconciliationStore(table),
    packages: createPackageStore(table),
    authorizations: createAuthorizationStore(table, clock),
    pendingConnections: createPendingConnectionStore(table, cipher, clock),
    pauses: createPauseStore(table, clock),
    restores: createRestoreStore(table),
    presses: createPressStore(table, clock),
    limiter: createRateLimiter(table, { now, sleep }),
    countOrder: createHourlyOrders(table, clock),
    returnOrder: createOrderReturn(table),
  };
};
