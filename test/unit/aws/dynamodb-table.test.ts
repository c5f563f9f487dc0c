import { createServer, type ServerResponse } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { listenOnLoopback } from '#infra/local/listen.ts';
import { createDynamodbTable } from '#shared/aws/dynamodb-table.ts';

/** What reading an item comes to where DynamoDB answers so. */
const readAgainst = async (answer: (response: ServerResponse) => void): Promise<unknown> => {
  const server = createServer((_request, response) => answer(response));
  const { url, stop } = await listenOnLoopback(server, 0);
  const client = new DynamoDBClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  try {
    return await createDynamodbTable(client, 'table')
      .get({ pk: 'a', sk: 'b' })
      .catch((error: unknown) => error);
  } finally {
    client.destroy();
    await stop();
  }
};
const fault =
  (status: number, type: string) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'No.' }));
  };

describe('the table on DynamoDB', () => {
  it.each([
    [400, 'ProvisionedThroughputExceededException'],
    [400, 'ThrottlingException'],
    [400, 'RequestLimitExceeded'],
    [500, 'InternalServerError'],
  ])('calls %i %s a failure that passes', async (status, type) => {
    expect(await readAgainst(fault(status, type))).toMatchObject({ code: 'table_unavailable', kind: 'transient' });
  });

  it('calls a broken line a failure that passes', async () => {
    expect(await readAgainst((response) => response.destroy())).toMatchObject({ code: 'table_unavailable' });
  });

  it('leaves a wrong request the bug that it is', async () => {
    expect(await readAgainst(fault(400, 'ValidationException'))).toMatchObject({ name: 'ValidationException' });
    expect(await readAgainst(fault(400, 'ResourceNotFoundException'))).toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
