import type { Failure } from '#shared/domain/failure.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { failuresFor, type ScheduledWork } from '#shared/domain/retry-policy.ts';
import { isOrdered, isRunning, type StageEntry } from '#shared/domain/stage-entry.ts';
import { refreshChecks } from '#shared/turn/refresh-checks.ts';
import type { AppPorts } from '#shared/vendors.ts';

/** So often Turn may fail to speak of a completed check before we go by what we know of it. */
const triesBeforeKnown = 3;

/**
 * The entries with what Turn says now of every check: one may have ended without a word, and an entry that was ignored
 * because of it would be lost; one that was complete may run again. A complete one that Turn will not speak of must not
 * keep a new one from starting. What is new is for lever-update to keep and to show. `scheduled`: why we come now.
 */
export const refreshedEntries = async (
  record: OpportunityRecord,
  scheduled: ScheduledWork | null,
  ports: AppPorts,
): Promise<readonly StageEntry[]> => {
  const isKnown = ({ code }: Failure, entry: StageEntry): boolean => {
    if (code === 'turn_check_unknown') return true;
    if (isRunning(entry)) return false;
    // A token that Turn rejects is found out by the order, and told.
    if (code === 'turn_token_rejected') return true;
    return scheduled?.lastFailure === code && failuresFor(code, scheduled) >= triesBeforeKnown;
  };
  const entries = await refreshChecks(record, isOrdered, isKnown, ports);
  const isNews = entries.some((entry, n) => entry !== record.entries[n]);
  if (isNews) await ports.enqueueSync({ accountId: record.accountId, opportunityId: record.opportunityId });
  return entries;
};
