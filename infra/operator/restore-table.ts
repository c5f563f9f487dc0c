import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeTableCommand,
  type DynamoDBClient,
  RestoreTableToPointInTimeCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { createDynamodbTable } from '#shared/aws/dynamodb-table.ts';
import { dynamodbBySdk } from '#shared/aws/sdk-calls.ts';
import { createRestoreStore } from '#shared/stores/restore-store.ts';
import { CommandFault } from './stack.ts';

const timeToLive = { AttributeName: 'expiresAt', Enabled: true };
const lookEveryMs = 15_000;

/** `given`: the second to go back to, in ISO 8601, or `latest`. */
type Restoration = { readonly source: string; readonly target: string; readonly given: string };

/**
 * Restores the table into a new one, and gives that one what a restore leaves out: time to live, backups of its own, protection
 * from deletion, and the word by which the functions know that Lever and Turn have gone on since.
 */
export const restoreTable = async (
  client: DynamoDBClient,
  { source, target, given }: Restoration,
  { now, wait = (ms: number) => sleep(ms) }: { now: () => number; wait?: (ms: number) => Promise<unknown> },
): Promise<string[]> => {
  const time = given === 'latest' ? null : new Date(given);
  if (time !== null && Number.isNaN(time.getTime()))
    throw new CommandFault('Give the time to go back to like 2026-03-02T09:30:00Z, or the word latest.');
  if (!/^[\w.-]{3,255}$/u.test(target) || target === source)
    throw new CommandFault('Give the new table a name of its own: 3 to 255 letters, digits, and any of . - _');
  await client.send(
    new RestoreTableToPointInTimeCommand({
      SourceTableName: source,
      TargetTableName: target,
      ...(time === null ? { UseLatestRestorableTime: true } : { RestoreDateTime: time }),
    }),
  );
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: target }));
    if (Table?.TableStatus === 'ACTIVE') break;
    await wait(lookEveryMs);
  }
  await client.send(new UpdateTimeToLiveCommand({ TableName: target, TimeToLiveSpecification: timeToLive }));
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  await client.send(new UpdateContinuousBackupsCommand({ TableName: target, PointInTimeRecoverySpecification }));
  await client.send(new UpdateTableCommand({ TableName: target, DeletionProtectionEnabled: true }));
  await createRestoreStore(createDynamodbTable(dynamodbBySdk(client), target)).noteRestored(now());
  return [
    `${target} is restored: it expires items, has backups of its own and cannot be deleted.`,
    `Next: set "restoredTable": "${target}" in the stage's file and deploy, then enable the event sources and the rule EveryMinute again.`,
    'Accounts whose access to Lever was renewed since then are disconnected within hours: their Super Admins press Authorize Lever.',
  ];
};
