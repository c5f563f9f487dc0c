import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '#shared/observability/log-lines.ts';
import { createFieldCipher } from '#shared/stores/field-cipher.ts';
import type { World } from '#shared/world.ts';
import type { AwsCalls } from './aws-calls.ts';
import { createDynamodbTable } from './dynamodb-table.ts';
import { readMilliseconds, readVariable } from './environment.ts';
import { rememberingSecrets } from './read-secret.ts';
import { createSecretsKeyRing } from './secrets-key-ring.ts';
import { createOwnQueue, createWorkItemQueue } from './work-item-queue.ts';

const secretVariables = { leverApp: 'LEVER_APP_SECRET_ID', callbackKey: 'CALLBACK_KEY_SECRET_ID' } as const;

/** AWS, as a deployed function finds it, but for the way out to Lever and Turn. A function has only the variables of what it may use: each is read when it is first needed. */
export const lambdaCore = ({ dynamodb, sqs, readSecretText }: AwsCalls): Omit<World, 'send'> => {
  const now = (): number => Date.now();
  const readSecret = rememberingSecrets(readSecretText, now);
  const cipherOf = (variable: string) =>
    createFieldCipher(createSecretsKeyRing(readSecretText, () => readVariable(variable), now));
  return {
    now,
    sleep,
    random: Math.random,
    newId: randomUUID,
    newSecret: () => randomBytes(32).toString('base64url'),
    table: createDynamodbTable(dynamodb, readVariable('TABLE_NAME')),
    cipher: cipherOf('ENCRYPTION_KEY_SECRET_ID'),
    webhookCipher: cipherOf('WEBHOOK_KEY_SECRET_ID'),
    secret: (name) => readSecret(readVariable(secretVariables[name])),
    queues: {
      decision: createWorkItemQueue(sqs, () => readVariable('STAGE_CHANGES_QUEUE_URL')),
      sync: createWorkItemQueue(sqs, () => readVariable('CHECK_UPDATES_QUEUE_URL')),
      maintenance: createWorkItemQueue(sqs, () => readVariable('ACCOUNTS_DUE_QUEUE_URL')),
    },
    ownQueue: createOwnQueue(sqs, {
      url: () => readVariable('OWN_QUEUE_URL'),
      deadLettersUrl: () => readVariable('DEAD_LETTER_QUEUE_URL'),
    }),
    log,
    config: {
      get publicUrl() {
        return readVariable('PUBLIC_API_URL');
      },
      get leverApiUrl() {
        return readVariable('LEVER_API_URL');
      },
      get leverAuthUrl() {
        return readVariable('LEVER_AUTH_URL');
      },
      get turnApiUrl() {
        return readVariable('TURN_API_URL');
      },
      get turnDashboardHosts() {
        return readVariable('TURN_DASHBOARD_HOSTS').split(',');
      },
      get userAgent() {
        return readVariable('USER_AGENT');
      },
      get mailSender() {
        return process.env['MAIL_SENDER'] || null;
      },
      get defaultHourlyCap() {
        const cap = process.env['DEFAULT_HOURLY_CAP'];
        return cap ? Number(cap) : null;
      },
      get retryPolicy() {
        return {
          orderVisibilityMs: readMilliseconds('ORDER_VISIBILITY_SECONDS'),
          retryFirstMs: readMilliseconds('RETRY_FIRST_SECONDS'),
          retryLongestMs: readMilliseconds('RETRY_LONGEST_SECONDS'),
          pollIntervalMs: readMilliseconds('POLL_INTERVAL_SECONDS'),
        };
      },
      get redeliveryMs() {
        return readMilliseconds('REDELIVERY_SECONDS');
      },
      get gatherMs() {
        return readMilliseconds('GATHER_SECONDS');
      },
      get maintenanceMs() {
        return readMilliseconds('MAINTENANCE_SECONDS');
      },
      get claimNames() {
        return {
          account: readVariable('OIDC_ACCOUNT_CLAIM'),
          role: readVariable('OIDC_ROLE_CLAIM'),
          superAdminRole: readVariable('OIDC_SUPER_ADMIN_ROLE'),
          memberRoles: readVariable('OIDC_MEMBER_ROLES').split(','),
        };
      },
    },
  };
};
