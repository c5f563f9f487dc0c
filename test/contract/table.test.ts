import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccountsTable } from '#infra/operator/accounts-table.ts';
import { createDynamodbTable } from '#shared/aws/dynamodb-table.ts';
import { newAccount } from '#shared/domain/account.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createActivityLog } from '#shared/stores/activity-log.ts';
import type { Table } from '#shared/stores/table.ts';
import { createMemoryTable } from '../fakes/memory-table.ts';
import { tableContract } from './table.contract.ts';

const binary = fileURLToPath(new URL('../../node_modules/@dynoxide/linux-x64/dynoxide', import.meta.url));
const tableName = 'contract';

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** The table as the data stack defines it. */
const definition = {
  TableName: tableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'duePartition', AttributeType: 'S' },
    { AttributeName: 'dueAt', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'due',
      KeySchema: [
        { AttributeName: 'duePartition', KeyType: 'HASH' },
        { AttributeName: 'dueAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
} as const;

describe('the table in memory', () => {
  const table = createMemoryTable();
  tableContract(() => table);
});

describe.skipIf(!existsSync(binary))('the table on DynamoDB (skipped where its embedded form is not installed)', () => {
  let server: ChildProcess;
  let client: DynamoDBClient;
  let table: Table;

  beforeAll(async () => {
    const port = await freePort();
    server = spawn(binary, ['serve', '--port', String(port)], { stdio: 'ignore', env: {} });
    client = new DynamoDBClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    while (
      !(await client.send(new ListTablesCommand({})).then(
        () => true,
        () => false,
      ))
    ) {
      if (server.exitCode !== null) throw new Error('The embedded DynamoDB ended at once.');
      await wait(50);
    }
    await client.send(
      new CreateTableCommand({
        ...definition,
        AttributeDefinitions: [...definition.AttributeDefinitions],
        KeySchema: [...definition.KeySchema],
        GlobalSecondaryIndexes: definition.GlobalSecondaryIndexes.map((index) => ({
          ...index,
          KeySchema: [...index.KeySchema],
        })),
      }),
    );
    table = createDynamodbTable(client, tableName);
  }, 30_000);
  afterAll(() => {
    client.destroy();
    server.kill();
  });

  tableContract(() => table);

  it('loses everything of an account that the operator deletes, and its claim to a Lever, but nothing of others', async () => {
    const accounts = createAccountStore(table, { now: Date.now });
    const [gone, kept] = ['acct_gone', 'acct_gone_not'];
    for (const accountId of [gone, kept]) {
      await accounts.create(newAccount(accountId, accountId));
      await accounts.claimLever(`lever-of-${accountId}`, accountId);
      await createActivityLog(table, { now: Date.now, newId: () => '1' }).record(accountId, {
        ...{ kind: 'lever_connected', opportunityId: null, by: null, detail: null },
      });
    }
    expect(await createAccountsTable(client, tableName, table).deleteAccount(gone)).toBe(2);
    expect(await accounts.find(gone)).toBeNull();
    expect(await accounts.isLeverTaken(`lever-of-${gone}`, 'acct_next')).toBe(false);
    expect(await accounts.find(kept)).not.toBeNull();
    expect(await accounts.isLeverTaken(`lever-of-${kept}`, 'acct_next')).toBe(true);
  });
});
