import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { restoreTable } from '#infra/operator/restore-table.ts';

/** DynamoDB as far as a restore needs it: the new table takes a while. */
const startFake = () => {
  const sent: { name: string; input: object }[] = [];
  let looks = 0;
  const client = new DynamoDBClient({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  client.middlewareStack.add(
    (_, context) => async (args) => {
      sent.push({ name: context.commandName ?? '', input: args.input });
      looks += context.commandName === 'DescribeTableCommand' ? 1 : 0;
      const Table = { TableStatus: looks < 3 ? 'CREATING' : 'ACTIVE' };
      return { output: { $metadata: {}, Table }, response: {} };
    },
    { step: 'initialize', priority: 'high' },
  );
  return { client, sent };
};

const options = { now: () => 1_772_442_000_000, wait: async () => {} };

describe('restoring the table', () => {
  it('waits for the new table, gives it what a restore leaves out, and leaves word in it', async () => {
    const { client, sent } = startFake();
    const given = '2026-03-02T08:30:00Z';
    const told = await restoreTable(client, { source: 'table', target: 'table-2', given }, options);
    expect(sent.map(({ name }) => name)).toEqual([
      'RestoreTableToPointInTimeCommand',
      ...Array.from({ length: 3 }, () => 'DescribeTableCommand'),
      'UpdateTimeToLiveCommand',
      'UpdateContinuousBackupsCommand',
      'UpdateTableCommand',
      'PutItemCommand',
    ]);
    expect(sent[0]?.input).toEqual({
      SourceTableName: 'table',
      TargetTableName: 'table-2',
      RestoreDateTime: new Date(given),
    });
    expect(JSON.stringify(sent.at(-1)?.input)).toContain('RESTORED');
    expect(told.join('\n')).toContain('"restoredTable": "table-2"');
  });

  it.each([
    ['yesterday', 'table-2'],
    ['latest', 'table'],
    ['latest', 'a b'],
  ])('asks nothing of AWS for what cannot be (%s, %s)', async (given, target) => {
    const { client, sent } = startFake();
    await expect(restoreTable(client, { source: 'table', target, given }, options)).rejects.toThrow(/^Give the /u);
    expect(sent).toEqual([]);
  });
});
