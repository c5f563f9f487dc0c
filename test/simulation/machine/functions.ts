import type { SQSClient } from '@aws-sdk/client-sqs';
import { maintainAccount } from '#functions/account-maintenance/maintain-account.ts';
import { processOpportunity } from '#functions/check-worker/process-opportunity.ts';
import { syncLever } from '#functions/lever-update/sync-lever.ts';
import { settingsRoutes } from '#functions/settings-api/settings-routes.ts';
import { acceptCallback } from '#functions/status-callback/accept-callback.ts';
import { sweep } from '#functions/sweep/sweep.ts';
import { acceptWebhook } from '#functions/webhook-verify/accept-webhook.ts';
import { SANDBOX_LEVER_APP } from '#infra/local/sandbox/lever-model.ts';
import { createApp } from '#shared/app.ts';
import { sqsBySdk } from '#shared/aws/sdk-calls.ts';
import { createOwnQueue, createWorkItemQueue } from '#shared/aws/work-item-queue.ts';
import type { RetryPolicy } from '#shared/domain/retry-policy.ts';
import type { FieldCipher } from '#shared/stores/field-cipher.ts';
import { connectVendors } from '#shared/vendors.ts';
import type { World } from '#shared/world.ts';
import { leverHost, turnDashboardHost, turnHost } from './vendors.ts';

export const publicApi = 'https://api.example';
export const callbackSecret = 'callback-key-secret';

/** The waiting times of the template, in milliseconds. */
export const templatePolicy: RetryPolicy = {
  orderVisibilityMs: 120_000,
  retryFirstMs: 60_000,
  retryLongestMs: 21_600_000,
  pollIntervalMs: 21_600_000,
};

/** What a process of ours can reach. */
export type Outside = Pick<World, 'now' | 'sleep' | 'random' | 'newId' | 'table' | 'cipher' | 'send' | 'log'> & {
  readonly sqs: SQSClient;
  readonly retryPolicy: RetryPolicy;
  readonly maintenanceMs: number;
};

/** What the platform calls: an event in, an answer out. */
export type Handler = (event: unknown) => Promise<unknown>;

/** The functions of the service, composed as their own handler.ts does it, over an outside that is given. */
export const functions = {
  'webhook-verify': (outside: Outside): Handler =>
    withoutContext(createApp({ ...worldOf(outside, ''), cipher: sealed }).onHttp(acceptWebhook)),
  'status-callback': (outside: Outside): Handler =>
    withoutContext(
      createApp({ ...worldOf(outside, ''), cipher: sealed, webhookCipher: sealed }).onHttp(acceptCallback),
    ),
  'check-worker': (outside: Outside): Handler =>
    withoutContext(
      createApp({ ...worldOf(outside, 'stage-changes'), webhookCipher: sealed }, connectVendors).onWork(
        'decision',
        processOpportunity,
      ),
    ),
  'lever-update': (outside: Outside): Handler =>
    withoutContext(
      createApp({ ...worldOf(outside, 'check-updates'), webhookCipher: sealed }, connectVendors).onWork(
        'sync',
        syncLever,
      ),
    ),
  sweep: (outside: Outside): Handler =>
    withoutContext(createApp({ ...worldOf(outside, ''), cipher: sealed, webhookCipher: sealed }).onSchedule(sweep)),
  'account-maintenance': (outside: Outside): Handler =>
    withoutContext(createApp(worldOf(outside, 'accounts-due'), connectVendors).onMaintenance(maintainAccount)),
  'settings-api': (outside: Outside): Handler =>
    withoutContext(createApp(worldOf(outside, ''), connectVendors).onRoutes(settingsRoutes)),
} as const;

/** The outside of somebody who works on the table alone, and without faults: one who judges, or an operator. */
export const tableAlone = (
  { memory, ...given }: Pick<Outside, 'now' | 'cipher' | 'maintenanceMs'> & { readonly memory: Outside['table'] },
  newId: Outside['newId'],
): Outside => {
  const unreachable = (): never => {
    throw new Error('Only the table is within reach.');
  };
  return {
    now: given.now,
    cipher: given.cipher,
    maintenanceMs: given.maintenanceMs,
    table: memory,
    retryPolicy: templatePolicy,
    random: () => 0,
    sleep: unreachable,
    newId,
    send: unreachable,
    log: () => {},
    sqs: { send: unreachable } as unknown as SQSClient,
  };
};

/** What the operator's commands work with. */
export const operatorPorts = (outside: Outside) => createApp(worldOf(outside, '')).ports;

export type FunctionName = keyof typeof functions;

/** Timeouts of the template, in milliseconds. */
export const timeoutsMs: Record<FunctionName, number> = {
  'webhook-verify': 10_000,
  'status-callback': 10_000,
  'check-worker': 60_000,
  'lever-update': 60_000,
  sweep: 50_000,
  'account-maintenance': 120_000,
  'settings-api': 60_000,
};

/** A handler as the platform calls it. Without a remaining time in its context middy arms no timer of the machine's. */
const withoutContext =
  (handler: (event: never, context: never) => Promise<unknown> | unknown): Handler =>
  async (event) =>
    handler(event as never, {} as never);

/** A key ring that the function may not read. */
const sealed: FieldCipher = {
  encrypt: async () => Promise.reject(new Error('The function may not read this key ring.')),
  decrypt: async () => Promise.reject(new Error('The function may not read this key ring.')),
  isCurrent: async () => Promise.reject(new Error('The function may not read this key ring.')),
};

const worldOf = ({ sqs, retryPolicy, maintenanceMs, ...outside }: Outside, ownQueueName: string): World => ({
  ...outside,
  webhookCipher: outside.cipher,
  newSecret: outside.newId,
  secret: async (name) => (name === 'callbackKey' ? callbackSecret : JSON.stringify(SANDBOX_LEVER_APP)),
  queues: {
    decision: createWorkItemQueue(sqsBySdk(sqs), () => 'stage-changes'),
    sync: createWorkItemQueue(sqsBySdk(sqs), () => 'check-updates'),
    maintenance: createWorkItemQueue(sqsBySdk(sqs), () => 'accounts-due'),
  },
  ownQueue: createOwnQueue(sqsBySdk(sqs), { url: () => ownQueueName, deadLettersUrl: () => `${ownQueueName}-dead` }),
  config: {
    publicUrl: publicApi,
    leverApiUrl: `https://${leverHost}`,
    leverAuthUrl: `https://${leverHost}`,
    userAgent: 'simulation/1',
    turnApiUrl: `https://${turnHost}`,
    turnDashboardHosts: [turnDashboardHost],
    mailSender: null,
    defaultHourlyCap: null,
    retryPolicy,
    redeliveryMs: 300_000,
    gatherMs: 10_000,
    maintenanceMs,
    claimNames: { account: 'account_id', role: 'role', superAdminRole: 'super_admin', memberRoles: ['member'] },
  },
});
