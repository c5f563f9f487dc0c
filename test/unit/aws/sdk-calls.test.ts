import { createServer } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listenOnLoopback } from '#infra/local/listen.ts';
import { createDynamodbItems } from '#shared/aws/dynamodb-items.ts';
import { dynamodbBySdk, patient } from '#shared/aws/sdk-calls.ts';

describe('the clients of AWS’s SDK', () => {
  it('do not wait for ever on a connection that is dead by now', async () => {
    const { url, stop } = await listenOnLoopback(
      createServer(() => {}),
      0,
    );
    onTestFinished(stop);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new DynamoDBClient({ ...patient, endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 });
    onTestFinished(() => client.destroy());
    const items = createDynamodbItems(dynamodbBySdk(client), 'table');
    await expect(items.get({ pk: 'a', sk: 'b' })).rejects.toMatchObject({ code: 'table_unavailable' });
  }, 10_000);
});
