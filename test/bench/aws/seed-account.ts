import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { lambdaWorld } from '#shared/aws/lambda-world.ts';
import { newAccount, withConnectionState } from '#shared/domain/account.ts';
import { withNewCallbackKey } from '#shared/domain/callback-keys.ts';
import { withChosenTriggers, withStages } from '#shared/domain/trigger-stage.ts';
import { createPorts, type Ports } from '#shared/ports.ts';
import { noCredentials } from '#shared/stores/credential-store.ts';
import { noWebhookSecrets } from '#shared/stores/webhook-secret-store.ts';
import { callbackPathOf } from '#shared/turn/callback.ts';
import { ACCOUNT_ID, SECRET, sdkAccountKey, TRIGGER_STAGE_ID } from '../deliveries.ts';
import type { CountedAws } from './start-aws.ts';

const names = {
  [TRIGGER_STAGE_ID]: 'Reference check',
  'applicant-new': 'New applicant',
  '7d0a3c58-2f1b-4d0e-9a43-e0b1c2d3e4f5': 'Phone screen',
};

/** Puts a connected account where the functions look for it, and what the contenders want to know of it where they do. Answers the path of its callback address. */
export const seedAccount = async (
  aws: CountedAws,
  access: { readonly leverToken: string; readonly turnToken: string } = { leverToken: 'none', turnToken: 'none' },
): Promise<{ ports: Ports; callbackPath: string }> => {
  const { NODE_OPTIONS: _, ...environment } = aws.environment;
  Object.assign(process.env, environment);
  const ports = createPorts(lambdaWorld());
  const { accounts, credentials, webhookSecrets, now } = ports;
  const plain = withConnectionState(
    withNewCallbackKey(newAccount(ACCOUNT_ID, 'Bench'), now() - 60_000),
    'connected',
    now() - 60_000,
  );
  const chosen = withChosenTriggers(plain, [{ id: TRIGGER_STAGE_ID, name: 'Reference check' }], now() - 60_000);
  const account = withStages(chosen, { readAt: now(), names });
  const tokens = { accessToken: access.leverToken, refreshToken: 'none', expiresAt: now() + 3_600_000 };
  await credentials.update(ACCOUNT_ID, () => ({ ...noCredentials, turnToken: access.turnToken, tokens }));
  await webhookSecrets.update(ACCOUNT_ID, () => ({
    ...noWebhookSecrets,
    webhookSecrets: [{ secret: SECRET, validUntil: null, event: null }],
  }));
  await accounts.create(account);
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const Item = { ...sdkAccountKey(ACCOUNT_ID), secret: SECRET, triggerStageIds: [TRIGGER_STAGE_ID] };
  await documents.send(new PutCommand({ TableName: aws.environment['TABLE_NAME'], Item }));
  return { ports, callbackPath: callbackPathOf(await ports.callbackSecret(), account) };
};
