import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { TableDefinition } from '#infra/local/assembly/plan.ts';
import { buildTools } from '#infra/local/build-tools.ts';
import { createChildProcesses } from '#infra/local/child-processes.ts';
import { tablesAt } from '#infra/local/emulators/create-table.ts';
import { startDynamodb } from '#infra/local/emulators/dynamodb-process.ts';
import { chooseDatabase, type EmbeddedDatabase, embeddedDatabases } from '#infra/local/emulators/embedded-databases.ts';
import { createAccountsTable } from '#infra/operator/accounts-table.ts';
import { createDynamodbTable } from '#shared/aws/dynamodb-table.ts';
import { newAccount } from '#shared/domain/account.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createActivityLog } from '#shared/stores/activity-log.ts';
import type { Item, Table } from '#shared/stores/table.ts';
import { createMemoryTable } from '../fakes/memory-table.ts';
import { tableContract } from './table.contract.ts';

/** The table as the data stack defines it. */
const definition: TableDefinition = {
  name: 'contract',
  properties: {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
      { AttributeName: 'duePartition', AttributeType: 'S' },
      { AttributeName: 'dueAt', AttributeType: 'N' },
      { AttributeName: 'openPartition', AttributeType: 'S' },
      { AttributeName: 'openAt', AttributeType: 'N' },
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
      {
        IndexName: 'open',
        KeySchema: [
          { AttributeName: 'openPartition', KeyType: 'HASH' },
          { AttributeName: 'openAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  },
};

type OpenTable = { client: DynamoDBClient; table: Table; close(): Promise<void> };

/** The table in a database of its own; what is kept in the folder is found again by the next one. */
const openTable = async (embedded: EmbeddedDatabase, dataDir: string | undefined): Promise<OpenTable> => {
  const toolsFolder = mkdtempSync(path.join(tmpdir(), 'lever-turn-contract-'));
  await buildTools(toolsFolder);
  const children = createChildProcesses(toolsFolder, toolsFolder);
  const database = chooseDatabase(dataDir, [embedded]);
  const endpoint = await startDynamodb(children, { dataDir, database, log: () => undefined });
  const tables = tablesAt(endpoint, 'us-east-1');
  await tables.create(definition);
  tables.stop();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  const close = async (): Promise<void> => {
    client.destroy();
    await children.endAll();
  };
  return { client, table: createDynamodbTable(client, definition.name), close };
};

describe('the table in memory', () => {
  const table = createMemoryTable();
  tableContract(() => table);
});

for (const embedded of embeddedDatabases) {
  const isMissing = embedded.program === null;

  describe.skipIf(isMissing)(`the table on ${embedded.name} (skipped where that is not installed)`, () => {
    let client: DynamoDBClient;
    let table: Table;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ client, table, close } = await openTable(embedded, undefined));
    }, 30_000);
    afterAll(() => close());

    tableContract(() => table);

    it('loses everything of an account that the operator deletes, and its claim to a Lever, but nothing of others', async () => {
      const accounts = createAccountStore(table, { now: Date.now });
      const [gone, kept] = ['acct_gone', 'acct_gone_not'];
      for (const accountId of [gone, kept]) {
        await accounts.create(newAccount(accountId, accountId));
        await accounts.claimLever(`lever-of-${accountId}`, accountId);
        await createActivityLog(table, { now: Date.now, newId: () => '1' }).record(accountId, {
          kind: 'lever_connected',
          opportunityId: null,
          by: null,
          detail: null,
        });
      }
      expect(await createAccountsTable(client, definition.name, table).deleteAccount(gone)).toBe(3);
      expect(await accounts.find(gone)).toBeNull();
      expect(await accounts.isLeverTaken(`lever-of-${gone}`, 'acct_next')).toBe(false);
      expect(await accounts.find(kept)).not.toBeNull();
      expect(await accounts.isLeverTaken(`lever-of-${kept}`, 'acct_next')).toBe(true);
    });

    it('is kept in the folder, whatever was written last, and the index with it', async () => {
      const dataDir = mkdtempSync(path.join(tmpdir(), 'lever-turn-data-'));
      onTestFinished(() => rmSync(dataDir, { recursive: true }));
      const due = { partition: 'DUE#kept', dueAt: 5, workType: 'maintenance' };
      const items = Array.from({ length: 50 }, (_, n): Item => {
        return { pk: `ACCOUNT#${n}`, sk: 'ACCOUNT', version: 1, content: { n }, expiresAt: null, due, open: null };
      });
      const before = await openTable(embedded, dataDir);
      await Promise.all(items.map((item) => before.table.put(item, null)));
      await before.close();
      const after = await openTable(embedded, dataDir);
      onTestFinished(after.close);
      expect(await Promise.all(items.map((item) => after.table.get(item)))).toEqual(items);
      expect(await after.table.listDue('DUE#kept', 5, 100)).toHaveLength(50);
      expect(await after.table.put({ ...(items[0] as Item), version: 2 }, 1)).toBe(true);
    });
  });
}
