import { Failure } from '#shared/domain/failure.ts';
import { withObservedTags } from '#shared/domain/lever-state.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { workerClockSkewMs } from '#shared/domain/retry-policy.ts';
import type { AppPorts } from '#shared/vendors.ts';

/**
 * The record with the tags that Lever really has, where this is one of the polls that we make now and then by
 * ourselves: a person may have deleted our tag. News from Turn costs no such read.
 */
export const refreshObservedTags = async (record: OpportunityRecord, ports: AppPorts): Promise<OpportunityRecord> => {
  const { accountId, opportunityId, nextSync, lever } = record;
  // The sweep that sent us may go by a clock that is ahead of ours.
  const isDue = nextSync !== null && nextSync.attempts === 0 && nextSync.dueAt <= ports.now() + workerClockSkewMs;
  if (!isDue || lever.tag === null) return record;
  try {
    const { tags } = await ports
      .leverOf(accountId, { reservationId: `${opportunityId}/poll` })
      .readOpportunity(opportunityId);
    return { ...record, lever: withObservedTags(lever, tags, ports.now()) };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'permanent') throw error;
    // Deleted, or no longer ours to see: the check worker finds out which.
    await ports.enqueueDecision({ accountId, opportunityId });
    return record;
  }
};
