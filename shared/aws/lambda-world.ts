import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendRequest } from '#shared/http/send-request.ts';
import { events } from '#shared/observability/events.ts';
import { createLog } from '#shared/observability/log-lines.ts';
import type { World } from '#shared/world.ts';
import { callbackWorld } from './callback-world.ts';
import { createDynamodbTable } from './dynamodb-table.ts';
import { readVariable } from './environment.ts';
import { lambdaConfig } from './lambda-config.ts';
import { sdkCalls } from './sdk-calls.ts';
import { cipherOf, webhookWorld } from './webhook-world.ts';
import { createOwnQueue, createWorkItemQueue } from './work-item-queue.ts';

/** All that a deployed function finds around it. It has only the variables of what it may use: each is read when it is first needed. */
export const lambdaWorld = (): World => {
  const aws = sdkCalls();
  const [ofWebhooks, ofCallbacks] = [webhookWorld(aws), callbackWorld(aws)];
  return {
    ...ofWebhooks,
    ...ofCallbacks,
    sleep,
    random: Math.random,
    newSecret: () => randomBytes(32).toString('base64url'),
    table: createDynamodbTable(aws.dynamodb, readVariable('TABLE_NAME')),
    cipher: cipherOf(aws.readSecretText, 'ENCRYPTION_KEY_SECRET_ID'),
    queues: {
      ...ofWebhooks.queues,
      ...ofCallbacks.queues,
      maintenance: createWorkItemQueue(aws.sqs, () => readVariable('ACCOUNTS_DUE_QUEUE_URL')),
    },
    ownQueue: createOwnQueue(aws.sqs, {
      url: () => readVariable('OWN_QUEUE_URL'),
      deadLettersUrl: () => readVariable('DEAD_LETTER_QUEUE_URL'),
    }),
    log: createLog(events),
    config: lambdaConfig,
    send: sendRequest,
  };
};
