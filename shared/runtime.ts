import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { Failure } from '#shared/domain/failure.ts';
import type { SendNudge } from '#shared/domain/nudge.ts';
import { createNudgeQueue } from '#shared/edge/nudge-queue.ts';
import type { QueueWork } from '#shared/edge/queue-handler.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { sendRequest } from '#shared/http/send-request.ts';
import { type AccessTokens, createAccessTokens } from '#shared/lever/access-tokens.ts';
import { createLever, type OpenLever } from '#shared/lever/lever-client.ts';
import { createLeverWebhooks, type LeverWebhooks } from '#shared/lever/lever-webhooks.ts';
import { type Grant, refreshGrant } from '#shared/lever/refresh-grant.ts';
import type { Report } from '#shared/observability/log-codes.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { type ActivityStore, createActivityStore } from '#shared/stores/activity-store.ts';
import { type CredentialStore, createCredentialStore } from '#shared/stores/credential-store.ts';
import { createDynamodbTable } from '#shared/stores/dynamodb-table.ts';
import { createGrantStore } from '#shared/stores/grant-store.ts';
import { createHealthStore, type HealthStore } from '#shared/stores/health-store.ts';
import { createJournal, type Journal } from '#shared/stores/journal.ts';
import { createRateSlots, type TakeSlots } from '#shared/stores/rate-slots.ts';
import { createScreeningStore } from '#shared/stores/screening-store.ts';
import { createSecretsKeyRing } from '#shared/stores/secrets-key-ring.ts';
import type { Table } from '#shared/stores/table.ts';
import { createVault, type Vault } from '#shared/stores/vault.ts';
import { createTurn, type Turn } from '#shared/turn/turn-client.ts';

/** The real world, piece by piece: each handler builds once, at its cold start, only what it uses. */

export const now = (): number => Date.now();

/** Checks are kept two years after their last change. */
const retentionDays = 730;
const secretFreshForMs = 5 * 60_000;

/** The table and what lies in it in the clear. */
export const openTable = (tableName: string) => {
  const table = createDynamodbTable(new DynamoDBClient({}), tableName);
  return {
    table,
    accounts: createAccountStore(table, { now }),
    screenings: createScreeningStore(table, { now, retentionDays }),
  };
};

/** The accounts' activity logs. */
export const openActivities = (table: Table): ActivityStore => createActivityStore(table, { now, newId: randomUUID });

/** The accounts' signs of life. */
export const openHealth = (table: Table): HealthStore => createHealthStore(table, { now });

/** What is written down beside the work. */
export const openJournal = (table: Table, report: Report): Journal =>
  createJournal({ activities: openActivities(table), health: openHealth(table), report });

/** What seals single secrets. */
export const openVault = (encryptionKeySecretId: string): Vault =>
  createVault(createSecretsKeyRing(new SecretsManagerClient({}), encryptionKeySecretId, now));

/** The accounts' sealed secrets. */
export const openCredentials = (table: Table, encryptionKeySecretId: string): CredentialStore =>
  createCredentialStore(table, openVault(encryptionKeySecretId));

/** One app secret, read when first needed and again after a while, so that a rotation needs no deployment. */
export const openSecret = (secretId: string): (() => Promise<string>) => {
  const client = new SecretsManagerClient({});
  let known: { value: string; readAt: number } | null = null;
  return async () => {
    if (known === null || now() - known.readAt > secretFreshForMs) {
      const { SecretString: value } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
      if (value === undefined) throw new Error('An app secret is empty.');
      known = { value, readAt: now() };
    }
    return known.value;
  };
};

/** A queue that takes nudges. */
export const openQueue = (queueUrl: string): SendNudge => createNudgeQueue(new SQSClient({}), queueUrl);

/** What a function may do with the messages that its own queue gives it: hide them for a while, or send them to the dead letters. */
export const openOwnQueue = (variables: {
  OWN_QUEUE_URL: string;
  DEAD_LETTER_QUEUE_URL: string;
}): Pick<QueueWork, 'giveBack' | 'sendToDeadLetters'> => {
  const client = new SQSClient({});
  return {
    async giveBack(receiptHandle, seconds) {
      const hidden = { ReceiptHandle: receiptHandle, VisibilityTimeout: seconds };
      await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: variables.OWN_QUEUE_URL, ...hidden }));
    },
    async sendToDeadLetters(body) {
      await client.send(new SendMessageCommand({ QueueUrl: variables.DEAD_LETTER_QUEUE_URL, MessageBody: body }));
    },
  };
};

const leverAppSchema = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) });

/** The id and the secret of our app in Lever, as the operator set them. */
export const openLeverApp = (secretId: string): (() => Promise<z.infer<typeof leverAppSchema>>) => {
  const read = openSecret(secretId);
  return async () => leverAppSchema.parse(parseJson(await read()));
};

/** The request budgets that all workers share. */
export const openRateSlots = (table: Table): TakeSlots => createRateSlots(table, { now, sleep });

type LeverVariables = { LEVER_API_URL: string; LEVER_AUTH_URL: string; LEVER_APP_SECRET_ID: string };

/** Reads the app's secret once for all; each call of what it answers begins with nothing remembered of any account. */
const openAccessTokens = (credentials: CredentialStore, variables: LeverVariables): (() => AccessTokens) => {
  const leverApp = openLeverApp(variables.LEVER_APP_SECRET_ID);
  return () =>
    createAccessTokens({
      now,
      sleep,
      store: createGrantStore(credentials),
      refresh: async (refreshToken, notAfter): Promise<Grant> => {
        const options = { ...(await leverApp()), authUrl: variables.LEVER_AUTH_URL, send: sendRequest, now };
        return refreshGrant(options, refreshToken, notAfter);
      },
    });
};

/** Lever, for any account: its tokens renewed, its request budget kept. */
export const openLever = (table: Table, credentials: CredentialStore, variables: LeverVariables): OpenLever => {
  const takeSlots = openRateSlots(table);
  const accessToken = openAccessTokens(credentials, variables)();
  return (accountId, { holder, notAfter = null, prepaid = 0 }) =>
    createLever({
      notAfter,
      prepaid,
      apiUrl: variables.LEVER_API_URL,
      send: sendRequest,
      accessToken: (refused) => accessToken(accountId, refused),
      takeSlot: () => takeSlots(accountId, holder, 1),
    });
};

/** The webhooks of any account in Lever, with one access token or (null) with whatever the account has at that moment. */
export const openLeverWebhooks = (table: Table, credentials: CredentialStore, variables: LeverVariables) => {
  const takeSlots = openRateSlots(table);
  const accessTokens = openAccessTokens(credentials, variables);
  return (accountId: string, given: string | null): LeverWebhooks => {
    const accessToken = accessTokens();
    return createLeverWebhooks({
      notAfter: null,
      prepaid: 0,
      apiUrl: variables.LEVER_API_URL,
      send: sendRequest,
      accessToken: async (refused) => given ?? accessToken(accountId, refused),
      takeSlot: () => takeSlots(accountId, 'webhooks', 1),
    });
  };
};

/** Turn, for any account, with the account's own token. */
export const openTurn =
  (credentials: CredentialStore, apiUrl: string): ((accountId: string) => Promise<Turn>) =>
  async (accountId) => {
    const { turnToken } = (await credentials.load(accountId)).credentials;
    if (turnToken === null) throw new Failure('turn_token_refused', 'The account has no Turn token.');
    return createTurn({ apiUrl, token: turnToken, send: sendRequest });
  };
