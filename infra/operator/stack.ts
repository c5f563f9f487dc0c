import { randomUUID } from 'node:crypto';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createDynamodbTable } from '#shared/aws/dynamodb-table.ts';
import { rememberingSecrets } from '#shared/aws/read-secret.ts';
import { dynamodbBySdk, secretsBySdk } from '#shared/aws/sdk-calls.ts';
import { createSecretsKeyRing } from '#shared/aws/secrets-key-ring.ts';
import type { Account } from '#shared/domain/account.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createActivityLog } from '#shared/stores/activity-log.ts';
import { createAuditLog } from '#shared/stores/audit-log.ts';
import { createCredentialStore } from '#shared/stores/credential-store.ts';
import { createFieldCipher } from '#shared/stores/field-cipher.ts';
import { createHeartbeats } from '#shared/stores/heartbeats.ts';
import { createPackageStore } from '#shared/stores/package-store.ts';
import { createPauseStore } from '#shared/stores/pause-store.ts';
import { createRecords } from '#shared/stores/records.ts';
import { createRestoreStore } from '#shared/stores/restore-store.ts';
import { createWebhookSecretStore } from '#shared/stores/webhook-secret-store.ts';
import { callbackPathOf } from '#shared/turn/callback.ts';
import { createAccountsTable } from './accounts-table.ts';
import { createOpportunityData } from './opportunity-data.ts';

/** What a command may come to that the operator can put right; its message says how. */
export class CommandFault extends Error {
  override readonly name = 'CommandFault';
}

/** What the stacks' outputs say and their `AWS_REGION`; where a stack runs on this machine also `AWS_ENDPOINT_URL_*` and its keys. */
export type StackVariables = Readonly<Record<string, string>>;

/** A running stack, as its operator may use it. */
export type Stack = ReturnType<typeof openStack>;

/** Opens the stack that these variables lead to. */
export const openStack = (variables: StackVariables) => {
  const now = (): number => Date.now();
  const { TABLE_NAME: tableName = '' } = variables;
  const keyRingSecretIds = {
    credentials: variables['ENCRYPTION_KEY_SECRET_ID'] ?? '',
    webhooks: variables['WEBHOOK_KEY_SECRET_ID'] ?? '',
  };
  const dynamodb = new DynamoDBClient(clientConfig(variables, 'AWS_ENDPOINT_URL_DYNAMODB'));
  const secrets = new SecretsManagerClient(clientConfig(variables, 'AWS_ENDPOINT_URL_SECRETS_MANAGER'));
  const table = createDynamodbTable(dynamodbBySdk(dynamodb), tableName);
  const readSecretText = secretsBySdk(secrets);
  const readSecret = rememberingSecrets(readSecretText, now);
  const cipherOf = (secretId: string) => createFieldCipher(createSecretsKeyRing(readSecretText, () => secretId, now));
  const accountsTable = createAccountsTable(dynamodb, tableName, table);
  // What a command changes in a record is found by the sweep: it has no queue to tell.
  const quiet = async (): Promise<void> => undefined;
  return {
    now,
    records: createRecords(table, { now, enqueueDecision: quiet, enqueueSync: quiet, emit: quiet }),
    pauses: createPauseStore(table, { now }),
    heartbeats: createHeartbeats(table, { now }),
    packages: createPackageStore(table),
    restores: createRestoreStore(table),
    audit: createAuditLog(table, { now, newId: randomUUID }),
    activities: createActivityLog(table, { now, newId: randomUUID }),
    accounts: createAccountStore(table, { now }),
    credentials: createCredentialStore(table, cipherOf(keyRingSecretIds.credentials)),
    webhookSecrets: createWebhookSecretStore(table, cipherOf(keyRingSecretIds.webhooks)),
    table: accountsTable,
    opportunities: createOpportunityData(table, accountsTable.itemsAbout, now),
    secrets,
    dynamodb,
    tableName,
    keyRingSecretIds,
    sqs: new SQSClient(clientConfig(variables, 'AWS_ENDPOINT_URL_SQS')),
    queueUrls: {
      'stage-changes': variables['STAGE_CHANGES_QUEUE_URL'] ?? '',
      'check-updates': variables['CHECK_UPDATES_QUEUE_URL'] ?? '',
      'accounts-due': variables['ACCOUNTS_DUE_QUEUE_URL'] ?? '',
    },
    publicUrl: variables['PUBLIC_API_URL'] ?? '',
    callbackPathOf: async (account: Account): Promise<string> =>
      callbackPathOf(await readSecret(variables['CALLBACK_KEY_SECRET_ID'] ?? ''), account),
  };
};

/** How to reach one of AWS's services: as the operator's own environment says, or on this machine. Throws a `CommandFault` where no region is said. */
export const clientConfig = (
  variables: StackVariables,
  endpointName: string,
): Pick<DynamoDBClientConfig, 'endpoint' | 'region' | 'credentials'> => {
  const { [endpointName]: endpoint, AWS_REGION: region } = variables;
  if (region === undefined) throw new CommandFault('Nothing says in which AWS region the stack is.');
  // Without an endpoint of its own it is AWS, where the SDK finds the operator's credentials by itself.
  if (endpoint === undefined) return { region };
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = variables;
  if (accessKeyId === undefined || secretAccessKey === undefined) return { endpoint, region };
  return {
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
  };
};
