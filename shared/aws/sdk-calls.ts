import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AwsCalls, DynamodbCalls, ReadSecretText, SqsCalls } from './aws-calls.ts';

export const dynamodbBySdk = (client: DynamoDBClient): DynamodbCalls => ({
  getItem: (input) => client.send(new GetItemCommand(input)),
  putItem: (input) => client.send(new PutItemCommand(input)),
  updateItem: (input) => client.send(new UpdateItemCommand(input)),
  deleteItem: (input) => client.send(new DeleteItemCommand(input)),
  query: (input) => client.send(new QueryCommand(input)),
});

export const sqsBySdk = (client: SQSClient): SqsCalls => ({
  sendMessage: (input) => client.send(new SendMessageCommand(input)),
  changeMessageVisibility: (input) => client.send(new ChangeMessageVisibilityCommand(input)),
});

export const secretsBySdk =
  (client: SecretsManagerClient): ReadSecretText =>
  async (secretId) => {
    const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    if (text === undefined) throw new Error('A secret of the deployment is empty.');
    return text;
  };

/** A connection that died while the function was frozen may never tell: so long nothing may come before the SDK tries another. By itself it waits for ever. */
export const patient = { requestHandler: { connectionTimeout: 3_000, socketTimeout: 5_000 } };

/** AWS by its own clients. */
export const sdkCalls = (): AwsCalls => ({
  dynamodb: dynamodbBySdk(new DynamoDBClient(patient)),
  sqs: sqsBySdk(new SQSClient(patient)),
  readSecretText: secretsBySdk(new SecretsManagerClient(patient)),
});
