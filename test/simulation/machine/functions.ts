import type { SQSClient } from '@aws-sdk/client-sqs';
import { ChangeMessageVisibilityCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { considerOpportunity } from '#functions/check-worker/consider-opportunity.ts';
import { updateLever } from '#functions/lever-update/update-lever.ts';
import { acceptCallback } from '#functions/status-callback/accept-callback.ts';
import { sweep } from '#functions/sweep/sweep.ts';
import { acceptWebhook } from '#functions/webhook-verify/accept-webhook.ts';
import { SANDBOX_LEVER_APP } from '#infra/local/sandbox/lever-model.ts';
import { Failure } from '#shared/domain/failure.ts';
import type { Waiting } from '#shared/domain/waiting.ts';
import { httpHandler } from '#shared/edge/http-handler.ts';
import { createNudgeQueue } from '#shared/edge/nudge-queue.ts';
import { parkFailures } from '#shared/edge/park-failures.ts';
import { queueHandler } from '#shared/edge/queue-handler.ts';
import { scheduleHandler } from '#shared/edge/schedule-handler.ts';
import type { SendRequest } from '#shared/http/send-request.ts';
import { createAccessTokens } from '#shared/lever/access-tokens.ts';
import { createLever, type OpenLever } from '#shared/lever/lever-client.ts';
import { createLeverWebhooks } from '#shared/lever/lever-webhooks.ts';
import { refreshGrant } from '#shared/lever/refresh-grant.ts';
import type { Report } from '#shared/observability/log-codes.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createActivityStore } from '#shared/stores/activity-store.ts';
import { createCatchUpStore } from '#shared/stores/catch-up-store.ts';
import { createCredentialStore } from '#shared/stores/credential-store.ts';
import { createDeliveryStore } from '#shared/stores/delivery-store.ts';
import { createGrantStore } from '#shared/stores/grant-store.ts';
import { createHealthStore } from '#shared/stores/health-store.ts';
import { createHourlyOrders } from '#shared/stores/hourly-orders.ts';
import { createJournal } from '#shared/stores/journal.ts';
import { createRateSlots } from '#shared/stores/rate-slots.ts';
import { createScreeningStore } from '#shared/stores/screening-store.ts';
import type { Table } from '#shared/stores/table.ts';
import type { Vault } from '#shared/stores/vault.ts';
import { callbackPathOf } from '#shared/turn/callback-address.ts';
import { createTurn } from '#shared/turn/turn-client.ts';
import { leverHost, turnHost } from './vendors.ts';

export const publicApi = 'https://api.example';
export const callbackSecret = 'callback-key-secret';

/** The waiting times of the template, in milliseconds. */
export const waits: Waiting = {
  settleMs: 120_000,
  retryFirstMs: 60_000,
  retryLongestMs: 21_600_000,
  quietMs: 21_600_000,
};

/** What a process of ours can reach. */
export type Outside = {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly newId: () => string;
  readonly table: Table;
  readonly vault: Vault;
  readonly sqs: SQSClient;
  readonly send: SendRequest;
  readonly report: Report;
  readonly waiting: Waiting;
  readonly upkeepMs: number;
};

/** What the platform calls: an event in, an answer out. */
export type Handler = (event: unknown) => Promise<unknown>;

/** The functions of the service, each as its own handler.ts wires it, over an outside that is given. */
export const functions = {
  'webhook-verify': (outside: Outside): Handler => {
    const ports = {
      ...stores(outside),
      deliveries: createDeliveryStore(outside.table, outside),
      nudgeStageChange: createNudgeQueue(outside.sqs, 'stage-changes'),
    };
    return withoutContext(httpHandler((incoming) => acceptWebhook(incoming, ports)));
  },
  'status-callback': (outside: Outside): Handler => {
    const ports = {
      ...stores(outside),
      callbackSecret: async () => callbackSecret,
      nudgeCheckUpdate: createNudgeQueue(outside.sqs, 'check-updates'),
    };
    return withoutContext(httpHandler((incoming) => acceptCallback(incoming, ports)));
  },
  'check-worker': (outside: Outside): Handler => {
    const ports = {
      ...stores(outside),
      ...vendors(outside),
      callbackUrlOf: async (accountId: string, checkId: string) =>
        `${publicApi}${callbackPathOf(callbackSecret, accountId)}?check=${checkId}`,
      countOrder: createHourlyOrders(outside.table, outside),
      nudgeCheckUpdate: createNudgeQueue(outside.sqs, 'check-updates'),
    };
    const work = parkFailures({ ...ports, lane: 'reconsider', work: (nudge) => considerOpportunity(nudge, ports) });
    return withoutContext(queueHandler({ work, ...ownQueue(outside, 'stage-changes'), report: outside.report }));
  },
  'lever-update': (outside: Outside): Handler => {
    const ports = {
      ...stores(outside),
      ...vendors(outside),
      newId: outside.newId,
      nudgeStageChange: createNudgeQueue(outside.sqs, 'stage-changes'),
    };
    const work = parkFailures({ ...ports, lane: 'refresh', work: (nudge) => updateLever(nudge, ports) });
    return withoutContext(queueHandler({ work, ...ownQueue(outside, 'check-updates'), report: outside.report }));
  },
  sweep: (outside: Outside): Handler => {
    const ports = {
      ...stores(outside),
      ...vendors(outside),
      table: outside.table,
      catchUps: createCatchUpStore(outside.table),
      nudgeStageChange: createNudgeQueue(outside.sqs, 'stage-changes'),
      nudgeCheckUpdate: createNudgeQueue(outside.sqs, 'check-updates'),
      renudgeMs: 300_000,
      upkeepMs: outside.upkeepMs,
    };
    return withoutContext(scheduleHandler(() => sweep(ports)));
  },
} as const;

export type FunctionName = keyof typeof functions;

/** Timeouts of the template, in milliseconds. */
export const timeoutsMs: Record<FunctionName, number> = {
  'webhook-verify': 10_000,
  'status-callback': 10_000,
  'check-worker': 60_000,
  'lever-update': 60_000,
  sweep: 50_000,
};

/** A handler as the platform calls it. Without a remaining time in its context middy arms no timer of the machine's. */
const withoutContext =
  (handler: (event: never, context: never) => Promise<unknown> | unknown): Handler =>
  async (event) =>
    handler(event as never, {} as never);

const stores = ({ table, vault, now, random, newId, report, waiting }: Outside) => {
  const activities = createActivityStore(table, { now, newId });
  const health = createHealthStore(table, { now });
  return {
    ...{ now, random, report, waiting, activities, health },
    accounts: createAccountStore(table, { now }),
    credentials: createCredentialStore(table, vault),
    screenings: createScreeningStore(table, { now, retentionDays: 730 }),
    journal: createJournal({ activities, health, report }),
  };
};

const vendors = ({ table, vault, now, sleep, send }: Outside) => {
  const credentials = createCredentialStore(table, vault);
  const takeSlots = createRateSlots(table, { now, sleep });
  const login = { ...SANDBOX_LEVER_APP, authUrl: `https://${leverHost}`, send, now };
  const accessToken = createAccessTokens({
    ...{ now, sleep },
    store: createGrantStore(credentials),
    refresh: (refreshToken, notAfter) => refreshGrant(login, refreshToken, notAfter),
  });
  const leverOf: OpenLever = (accountId, { holder, notAfter = null, prepaid = 0 }) =>
    createLever({
      ...{ notAfter, prepaid, send, apiUrl: `https://${leverHost}` },
      accessToken: (refused) => accessToken(accountId, refused),
      takeSlot: () => takeSlots(accountId, holder, 1),
    });
  return {
    takeSlots,
    leverOf,
    credentials,
    publicUrl: publicApi,
    webhooksOf: (accountId: string, given: string | null) =>
      createLeverWebhooks({
        ...{ notAfter: null, prepaid: 0, send, apiUrl: `https://${leverHost}` },
        accessToken: async (refused) => given ?? accessToken(accountId, refused),
        takeSlot: () => takeSlots(accountId, 'webhooks', 1),
      }),
    turnOf: async (accountId: string) => {
      const { turnToken } = (await credentials.load(accountId)).credentials;
      if (turnToken === null) throw new Failure('turn_token_refused', 'The account has no Turn token.');
      return createTurn({ apiUrl: `https://${turnHost}`, token: turnToken, send });
    },
  };
};

const ownQueue = ({ sqs }: Outside, name: string) => ({
  async giveBack(receiptHandle: string, seconds: number): Promise<void> {
    const hidden = { ReceiptHandle: receiptHandle, VisibilityTimeout: seconds };
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: name, ...hidden }));
  },
  async sendToDeadLetters(body: string): Promise<void> {
    await sqs.send(new SendMessageCommand({ QueueUrl: `${name}-dead`, MessageBody: body }));
  },
});
