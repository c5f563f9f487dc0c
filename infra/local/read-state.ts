import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { checkIdOf } from '#shared/domain/check.ts';
import { screeningSchema } from '#shared/stores/screening-store.ts';

export type CheckSeen = {
  accountId: string;
  opportunityId: string;
  checkId: string;
  workerId: string | null;
  turnId: string | null;
  state: string;
};
export type ScreeningsSeen = { parked: number; parkedDue: number; checks: CheckSeen[] };

const rowSchema = z.object({ sk: z.string(), content: z.unknown(), dueAt: z.number().optional() });

/** Reads every screening in the table that these variables lead to, for people and tests on one machine; `nowMs` says what is due. */
export const readScreenings = async (environment: Record<string, string>, nowMs: number): Promise<ScreeningsSeen> => {
  Object.assign(process.env, environment);
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const seen: ScreeningsSeen = { parked: 0, parkedDue: 0, checks: [] };
  for await (const page of paginateScan(
    { client },
    { TableName: environment['TABLE_NAME'] ?? '', ConsistentRead: true },
  )) {
    for (const row of page.Items ?? []) {
      const { sk, content, dueAt } = rowSchema.parse(row);
      if (!sk.startsWith('OPPORTUNITY#')) continue;
      const { accountId, opportunityId, checks, reconsider, refresh } = screeningSchema.parse(content);
      if ([reconsider, refresh].some((planned) => (planned?.attempts ?? 0) > 0)) seen.parked += 1;
      if (dueAt !== undefined && dueAt <= nowMs) seen.parkedDue += 1;
      for (const check of checks) {
        const { workerId, turnId, progress, state } = check;
        const checkId = checkIdOf(opportunityId, check.enteredAt);
        seen.checks.push({ accountId, opportunityId, checkId, workerId, turnId, state: progress?.status ?? state });
      }
    }
  }
  client.destroy();
  return seen;
};
