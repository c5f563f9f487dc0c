import { type DynamoDBClient, paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb';
import { keyIdOf } from '#shared/stores/field-cipher.ts';
import * as keys from '#shared/stores/keys.ts';
import type { Item, Table } from '#shared/stores/table.ts';
import { isAbout } from './opportunity-data.ts';

const accountPrefix = keys.accountPartition('');

/** What an operator does with the whole table, which no function may: some answers read all of it. */
export type AccountsTable = ReturnType<typeof createAccountsTable>;

export const createAccountsTable = (client: DynamoDBClient, tableName: string, table: Table) => {
  async function* itemsWith(sortKeys: string[]): AsyncGenerator<{ pk: string; json: string }> {
    const names = sortKeys.map((_, index) => `:sk${index}`);
    const pages = paginateScan(
      { client },
      {
        TableName: tableName,
        ConsistentRead: true,
        FilterExpression: `sk IN (${names.join(', ')})`,
        ExpressionAttributeValues: Object.fromEntries(sortKeys.map((sk, index) => [`:sk${index}`, { S: sk }])),
      },
    );
    for await (const { Items = [] } of pages) {
      for (const item of Items) yield { pk: item['pk']?.S ?? '', json: JSON.stringify(item) };
    }
  }
  async function* sortKeysOf(partition: string): AsyncGenerator<string> {
    const pages = paginateQuery(
      { client },
      {
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: partition } },
        ProjectionExpression: 'sk',
      },
    );
    for await (const { Items = [] } of pages) {
      for (const { sk } of Items) if (sk?.S !== undefined) yield sk.S;
    }
  }
  return {
    /** The ids of all accounts, in the order of the alphabet. */
    async accountIds(): Promise<string[]> {
      const ids: string[] = [];
      for await (const { pk } of itemsWith(['ACCOUNT'])) ids.push(pk.slice(accountPrefix.length));
      return ids.sort();
    },
    /** Of whom the audit tells, be they deleted; null: of all accounts at once. */
    async auditedAccounts(): Promise<(string | null)[]> {
      const found = new Set<string | null>();
      const pages = paginateScan(
        { client },
        {
          TableName: tableName,
          ConsistentRead: true,
          FilterExpression: 'begins_with(pk, :people) OR begins_with(pk, :operators)',
          ExpressionAttributeValues: {
            ':people': { S: keys.auditPartitionPrefix },
            ':operators': { S: keys.operatorPartitionPrefix },
          },
          ProjectionExpression: 'pk',
        },
      );
      for await (const { Items = [] } of pages) {
        for (const { pk } of Items) {
          const accountId = (pk?.S ?? '').replace(/^[^#]*#/u, '');
          found.add(accountId === '*' ? null : accountId);
        }
      }
      return [...found];
    },
    /** The ids of all encryption keys that something in the table is encrypted with. */
    async usedKeyIds(): Promise<Set<string>> {
      const ids = new Set<string>();
      for await (const { json } of itemsWith(['CREDENTIALS', 'PENDING_CONNECTION', 'PEOPLE', 'SECRETS', 'MAIL-LIST'])) {
        for (const [encrypted] of json.matchAll(/eyJ[\w-]+\.\.[\w-]+\.[\w-]*\.[\w-]+/gu)) {
          ids.add(keyIdOf(encrypted));
        }
      }
      return ids;
    },
    /** Everything of an account that names an opportunity. */
    async itemsAbout(accountId: string, opportunityId: string): Promise<Item[]> {
      const found: Item[] = [];
      for (const pk of [keys.accountPartition(accountId), keys.callbackPartition(accountId)]) {
        const pages = paginateQuery(
          { client },
          {
            TableName: tableName,
            ConsistentRead: true,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': { S: pk } },
          },
        );
        for await (const { Items = [] } of pages) {
          for (const row of Items.filter((each) => JSON.stringify(each).includes(opportunityId))) {
            const item = await table.get({ pk, sk: row['sk']?.S ?? '' });
            if (item !== null && isAbout(item, opportunityId)) found.push(item);
          }
        }
      }
      return found;
    },
    /** Deletes everything of an account, the account itself last; answers how many records. */
    async deleteAccount(accountId: string): Promise<number> {
      const account = keys.account(accountId);
      let count = 0;
      // Its webhooks are refused from the first moment on.
      for (const partition of [keys.webhookPartition(accountId), keys.callbackPartition(accountId), account.pk]) {
        for await (const sk of sortKeysOf(partition)) {
          if (partition === account.pk && sk === account.sk) continue;
          await table.remove({ pk: partition, sk });
          count += 1;
        }
      }
      for await (const { pk, json } of itemsWith(['LEVER_CLAIM'])) {
        if (json.includes(`"accountId":{"S":"${accountId}"}`)) await table.remove({ pk, sk: 'LEVER_CLAIM' });
      }
      // Last, so that an interrupted deletion can be done again.
      await table.remove(account);
      return count + 1;
    },
  };
};
