import type { Account } from '#shared/domain/account.ts';
import type { Activity } from '#shared/domain/activity.ts';
import { stagesGone } from '#shared/domain/trigger-stage.ts';
import type { Report } from '#shared/observability/log-codes.ts';

/** Lever's list no longer holds a trigger stage that it held: says so, once for each. */
export const noteStagesGone = async (
  before: Account,
  after: Account,
  ports: { record: (accountId: string, activity: Omit<Activity, 'at'>) => Promise<void>; report: Report },
): Promise<void> => {
  const { accountId } = after;
  for (const name of stagesGone(before, after)) {
    const gone = { kind: 'trigger_stage_missing', opportunityId: null, by: null, detail: name } as const;
    await ports.record(accountId, gone);
    ports.report('trigger_stage_missing', { accountId });
  }
};
