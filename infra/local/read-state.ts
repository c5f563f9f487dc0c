import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { clientConfig } from '#infra/operator/stack.ts';
import { referenceIdFor } from '#shared/domain/ids.ts';
import { isOrdered } from '#shared/domain/stage-entry.ts';
import { recordSchema } from '#shared/stores/record-schema.ts';

export type CheckSeen = {
  accountId: string;
  opportunityId: string;
  checkId: string;
  workerId: string | null;
  turnId: string | null;
  state: string;
};
export type RecordsSeen = { retryScheduled: number; due: number; checks: CheckSeen[] };

const rowSchema = z.object({ sk: z.string(), content: z.unknown(), dueAt: z.number().optional() });

/** Reads every record in the table that these variables lead to, for people and tests on one machine; `nowMs` says what is due. */
export const readRecords = async (environment: Record<string, string>, nowMs: number): Promise<RecordsSeen> => {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient(clientConfig(environment, 'AWS_ENDPOINT_URL_DYNAMODB')),
  );
  const seen: RecordsSeen = { retryScheduled: 0, due: 0, checks: [] };
  for await (const page of paginateScan(
    { client },
    { TableName: environment['TABLE_NAME'] ?? '', ConsistentRead: true },
  )) {
    for (const row of page.Items ?? []) {
      const { sk, content, dueAt } = rowSchema.parse(row);
      if (!sk.startsWith('OPPORTUNITY#')) continue;
      const { accountId, opportunityId, entries, nextDecision, nextSync } = recordSchema.parse(content);
      if ([nextDecision, nextSync].some((work) => (work?.attempts ?? 0) > 0)) seen.retryScheduled += 1;
      if (dueAt !== undefined && dueAt <= nowMs) seen.due += 1;
      for (const entry of entries) {
        const checkId = entry.enteredAt === null ? opportunityId : referenceIdFor(opportunityId, entry.enteredAt);
        const { workerId, turnId, status } = isOrdered(entry) ? entry : { workerId: null, turnId: null, status: null };
        seen.checks.push({ accountId, opportunityId, checkId, workerId, turnId, state: status?.name ?? entry.state });
      }
    }
  }
  client.destroy();
  return seen;
};
