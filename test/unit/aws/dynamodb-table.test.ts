import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { listenOnLoopback } from '#infra/local/listen.ts';
import { createDynamodbItems } from '#shared/aws/dynamodb-items.ts';
import { createDynamodbTable } from '#shared/aws/dynamodb-table.ts';
import { dynamodbBySdk } from '#shared/aws/sdk-calls.ts';
import type { Table } from '#shared/stores/table.ts';

/** What a call comes to where DynamoDB answers so. */
const callAgainst = async (
  answer: (response: ServerResponse, body: string) => void,
  call: (table: Table) => Promise<unknown>,
): Promise<unknown> => {
  const server = createServer((request, response) => void text(request).then((body) => answer(response, body)));
  const { url, stop } = await listenOnLoopback(server, 0);
  const client = new DynamoDBClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  try {
    return await call(createDynamodbTable(dynamodbBySdk(client), 'table')).catch((error: unknown) => error);
  } finally {
    client.destroy();
    await stop();
  }
};
const readAgainst = (answer: (response: ServerResponse) => void): Promise<unknown> =>
  callAgainst(answer, (table) => table.get({ pk: 'a', sk: 'b' }));
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
    expect(await readAgainst(fault(status, type))).toMatchObject({ code: 'table_unavailable' });
  });

  it('moves a counter that was idle on by one write, and one that was not by two', async () => {
    const conditions: string[] = [];
    const advance = (isIdle: boolean) =>
      callAgainst(
        (response, body) => {
          const { ConditionExpression } = JSON.parse(body);
          conditions.push(ConditionExpression);
          const fits = isIdle === ConditionExpression.includes('content < :atLeast');
          if (fits) response.end(JSON.stringify(isIdle ? {} : { Attributes: { content: { N: '70' } } }));
          else fault(400, 'ConditionalCheckFailedException')(response);
        },
        (table) => table.advance({ pk: 'a', sk: 'b' }, { by: 5, atLeast: 60 }),
      );
    expect(await advance(true)).toBe(60);
    expect(conditions).toHaveLength(1);
    expect(await advance(false)).toBe(70);
    expect(conditions).toHaveLength(3);
  });

  it('calls a broken line a failure that passes', async () => {
    expect(await readAgainst((response) => response.destroy())).toMatchObject({ code: 'table_unavailable' });
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE'])('calls %s a failure that passes', async (code) => {
    const broken = Object.assign(new Error('no line'), { code });
    const items = createDynamodbItems(
      { ...dynamodbBySdk(new DynamoDBClient({})), getItem: () => Promise.reject(broken) },
      't',
    );
    await expect(items.get({ pk: 'a', sk: 'b' })).rejects.toMatchObject({ code: 'table_unavailable' });
  });

  it('leaves a wrong request the bug that it is', async () => {
    expect(await readAgainst(fault(400, 'ValidationException'))).toMatchObject({ name: 'ValidationException' });
    expect(await readAgainst(fault(400, 'ResourceNotFoundException'))).toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
