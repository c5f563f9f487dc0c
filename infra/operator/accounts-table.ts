import { type DynamoDBClient, paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb';
import { decodeProtectedHeader } from 'jose';
import { keys } from '#shared/stores/keys.ts';
import type { Table } from '#shared/stores/table.ts';

/** What an operator does with the whole table, which no function may. */
export type AccountsTable = {
  /** The ids of all accounts, in the order of the alphabet. */
  accountIds(): Promise<string[]>;
  /** The ids of all encryption keys that something in the table is encrypted with. */
  usedKeyIds(): Promise<Set<string>>;
  /** Deletes everything of an account, the account itself last; answers how many records. */
  deleteAccount(accountId: string): Promise<number>;
};

const accountPrefix = keys.accountPartition('');

/** The operator's view of the table. It reads the whole table for some answers: never meant for a function. */
export const createAccountsTable = (client: DynamoDBClient, tableName: string, table: Table): AccountsTable => {
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
  return {
    async accountIds() {
      const ids: string[] = [];
      for await (const { pk } of itemsWith(['ACCOUNT'])) ids.push(pk.slice(accountPrefix.length));
      return ids.sort();
    },
    async usedKeyIds() {
      const ids = new Set<string>();
      for await (const { json } of itemsWith(['CREDENTIALS', 'PENDING_CONNECTION'])) {
        for (const [encrypted] of json.matchAll(/eyJ[\w-]+\.\.[\w-]+\.[\w-]*\.[\w-]+/gu)) {
          ids.add(String(decodeProtectedHeader(encrypted)['kid']));
        }
      }
      return ids;
    },
    async deleteAccount(accountId) {
      const account = keys.account(accountId);
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: account.pk } },
          ProjectionExpression: 'sk',
        },
      );
      let count = 0;
      for await (const { Items = [] } of pages) {
        for (const { sk } of Items) {
          if (sk?.S === undefined || sk.S === account.sk) continue;
          await table.remove({ pk: account.pk, sk: sk.S });
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
