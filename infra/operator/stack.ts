import { randomUUID } from 'node:crypto';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createDynamodbTable } from '#shared/aws/dynamodb-table.ts';
import { readSecretOf } from '#shared/aws/read-secret.ts';
import { createSecretsKeyRing } from '#shared/aws/secrets-key-ring.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createActivityLog } from '#shared/stores/activity-log.ts';
import { createCredentialStore } from '#shared/stores/credential-store.ts';
import { createFieldCipher } from '#shared/stores/field-cipher.ts';
import { createPauseStore } from '#shared/stores/pause-store.ts';
import { createRecords } from '#shared/stores/records.ts';
import { createWebhookSecretStore } from '#shared/stores/webhook-secret-store.ts';
import { callbackPathOf } from '#shared/turn/callback.ts';
import { createAccountsTable } from './accounts-table.ts';
import { createOpportunityData } from './opportunity-data.ts';

/** What a command may come to that the operator can put right; its message says how. */
export class CommandFault extends Error {
  override readonly name = 'CommandFault';
}

/** The outputs of the stacks of these names; where a stack runs on this machine also `AWS_ENDPOINT_URL_*`, `AWS_REGION` and its keys. */
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
  const table = createDynamodbTable(dynamodb, tableName);
  const readSecret = readSecretOf(secrets, now);
  const cipherOf = (secretId: string) => createFieldCipher(createSecretsKeyRing(secrets, () => secretId, now));
  const accountsTable = createAccountsTable(dynamodb, tableName, table);
  // What a command changes in a record is found by the sweep: it has no queue to tell.
  const quiet = async (): Promise<void> => undefined;
  return {
    now,
    records: createRecords(table, { now, enqueueDecision: quiet, enqueueSync: quiet, emit: quiet }),
    pauses: createPauseStore(table, { now }),
    activities: createActivityLog(table, { now, newId: randomUUID }),
    accounts: createAccountStore(table, { now }),
    credentials: createCredentialStore(table, cipherOf(keyRingSecretIds.credentials)),
    webhookSecrets: createWebhookSecretStore(table, cipherOf(keyRingSecretIds.webhooks), { now }),
    table: accountsTable,
    opportunities: createOpportunityData(table, accountsTable.itemsAbout, now),
    secrets,
    keyRingSecretIds,
    publicUrl: variables['PUBLIC_API_URL'] ?? '',
    callbackPathOf: async (accountId: string): Promise<string> =>
      callbackPathOf(await readSecret(variables['CALLBACK_KEY_SECRET_ID'] ?? ''), accountId),
  };
};

/** How to reach one of AWS's services: as the operator's own environment says, or on this machine. */
export const clientConfig = (
  variables: StackVariables,
  endpointName: string,
): Pick<DynamoDBClientConfig, 'endpoint' | 'region' | 'credentials'> => {
  const { [endpointName]: endpoint, AWS_REGION: region } = variables;
  // Without an endpoint of its own it is AWS, where the SDK finds the operator's credentials by itself.
  if (endpoint === undefined || region === undefined) return {};
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
