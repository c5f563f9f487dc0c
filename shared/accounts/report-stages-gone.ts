import type { Account } from '#shared/domain/account.ts';
import { stagesGone } from '#shared/domain/trigger-stage.ts';
import type { Emit } from '#shared/observability/events.ts';

/** Lever's list no longer holds a trigger stage that it held: says so, once for each. */
export const reportStagesGone = async (before: Account, after: Account, emit: Emit): Promise<void> => {
  for (const name of stagesGone(before, after)) {
    await emit('trigger_stage_missing', { accountId: after.accountId, detail: name });
  }
};
