import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildTools } from '#infra/local/build-tools.ts';
import { createChildProcesses } from '#infra/local/child-processes.ts';
import { tablesAt } from '#infra/local/emulators/create-table.ts';
import { startDynamodb } from '#infra/local/emulators/dynamodb-process.ts';
import { chooseDatabase, type EmbeddedDatabase, embeddedDatabases } from '#infra/local/emulators/embedded-databases.ts';
import { createAccountsTable } from '#infra/operator/accounts-table.ts';
import { createDynamodbTable } from '#shared/aws/dynamodb-table.ts';
import { dynamodbBySdk } from '#shared/aws/sdk-calls.ts';
import { dynamodbBySigner } from '#shared/aws/signed-calls.ts';
import { newAccount } from '#shared/domain/account.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createActivityLog } from '#shared/stores/activity-log.ts';
import { type Item, itemOver, type Table } from '#shared/stores/table.ts';
import { createMemoryTable } from '../fakes/memory-table.ts';
import { signedClientAt } from '../fakes/signed-client-at.ts';
import { tableContract } from './table.contract.ts';
import { tableDefinition } from './table-definition.ts';

type OpenTable = { client: DynamoDBClient; table: Table; bySmallClient: Table; close(): Promise<void> };

/** The table in a database of its own; what is kept in the folder is found again by the next one. */
const openTable = async (embedded: EmbeddedDatabase, dataDir: string | undefined): Promise<OpenTable> => {
  const toolsFolder = mkdtempSync(path.join(tmpdir(), 'lever-turn-contract-'));
  await buildTools(toolsFolder);
  const children = createChildProcesses(toolsFolder, toolsFolder);
  const database = chooseDatabase(dataDir, [embedded]);
  const endpoint = await startDynamodb(children, { dataDir, database, log: () => undefined });
  const tables = tablesAt(endpoint, 'us-east-1');
  await tables.create(tableDefinition);
  tables.stop();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  const close = async (): Promise<void> => {
    client.destroy();
    await children.endAll();
  };
  return {
    client,
    table: createDynamodbTable(dynamodbBySdk(client), tableDefinition.name),
    bySmallClient: createDynamodbTable(dynamodbBySigner(signedClientAt('dynamodb', endpoint)), tableDefinition.name),
    close,
  };
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
    let bySmallClient: Table;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ client, table, bySmallClient, close } = await openTable(embedded, undefined));
    });
    afterAll(() => close());

    tableContract(() => table);

    describe('asked by the small client', () => {
      tableContract(() => bySmallClient);
    });

    it('loses everything of an account that the operator deletes, and its claim to a Lever, but nothing of others', async () => {
      const accounts = createAccountStore(table, { now: Date.now });
      const [gone, kept] = ['acct_gone', 'acct_gone_not'];
      for (const accountId of [gone, kept]) {
        await accounts.create(newAccount(accountId, accountId));
        await accounts.claimLever(`lever-of-${accountId}`, accountId);
        for (const kind of ['webhooks_registered', 'lever_connected'] as const) {
          const line = { kind, opportunityId: null, by: null, detail: null };
          await createActivityLog(table, { now: Date.now, newId: () => '1' }).record(accountId, line);
        }
      }
      expect(await createAccountsTable(client, tableDefinition.name, table).deleteAccount(gone)).toBe(3);
      expect(await accounts.find(gone)).toBeNull();
      // What somebody did to it outlives the account.
      const left = await createActivityLog(table, { now: Date.now, newId: () => '1' }).list(gone, {
        limit: 9,
        after: null,
      });
      expect(left.activities.map(({ kind }) => kind)).toEqual(['lever_connected']);
      expect(await accounts.isLeverTaken(`lever-of-${gone}`, 'acct_next')).toBe(false);
      expect(await accounts.find(kept)).not.toBeNull();
      expect(await accounts.isLeverTaken(`lever-of-${kept}`, 'acct_next')).toBe(true);
    });

    it('tells the operator which items name an opportunity, and none that holds a part of its id', async () => {
      const { itemsAbout } = createAccountsTable(client, tableDefinition.name, table);
      const [accountId, opportunityId] = ['acct_named', '0c1f7a9e-4b7d-4a39'];
      const pk = `ACCOUNT#${accountId}`;
      await table.put(itemOver(null, { pk, sk: 'WORKER#1' }, { opportunityIds: [opportunityId] }), null);
      await table.put(itemOver(null, { pk, sk: `OPPORTUNITY#${opportunityId}` }, null), null);
      expect((await itemsAbout(accountId, opportunityId)).map(({ sk }) => sk)).toEqual([
        `OPPORTUNITY#${opportunityId}`,
        'WORKER#1',
      ]);
      expect(await itemsAbout(accountId, '0c1f7a9e')).toEqual([]);
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
