import type { Account } from '#shared/domain/account.ts';
import { desiredLeverState } from '#shared/domain/desired-lever-state.ts';
import { Failure, kindOf } from '#shared/domain/failure.ts';
import { needsReadBack, withObservedTags } from '#shared/domain/lever-state.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { withFoundNotes, withToldMoves } from '#shared/domain/read-note.ts';
import { failuresFor } from '#shared/domain/retry-policy.ts';
import type { AppPorts } from '#shared/vendors.ts';

/**
 * The record with the tags and notes of ours that Lever really has, where the table may have forgotten some: it was restored, or
 * never knew of the opportunity. Once for each; whoever is known as they are costs no call. What Lever has often refused to show stays as it was.
 */
export const withLeverReadBack = async (
  record: OpportunityRecord,
  account: Account,
  ports: AppPorts,
): Promise<OpportunityRecord> => {
  const { accountId, opportunityId } = record;
  if (!needsReadBack(record, await ports.restores.restoredAt())) return record;
  const lever = (again: number) => ports.leverOf(accountId, { reservationId: `${opportunityId}/read-back`, again });
  const opportunity = await lever(0).readOpportunity(opportunityId).catch(nullIfHidden(record));
  const notes = await lever(1).readNotes(opportunityId).catch(nullIfHidden(record));
  const { isUnsure: _, ...before } = record.lever;
  const tagged = opportunity === null ? before : withObservedTags(before, opportunity.tags, ports.now());
  const seen = { ...record, lever: { ...tagged, readBackAt: ports.now() } };
  if (notes === null) return seen;
  const moved = { ...seen, lever: withToldMoves(seen, notes) };
  return { ...moved, lever: withFoundNotes(moved.lever, desiredLeverState(moved, account).notes, notes) };
};

/** What is written unread may stand there twice. */
const triesBeforeUnread = 6;

const nullIfHidden =
  ({ nextSync }: OpportunityRecord) =>
  (error: unknown): null => {
    const isRefused = error instanceof Failure && kindOf(error) === 'permanent' && error.code !== 'lever_not_found';
    if (isRefused && failuresFor(error.code, nextSync) >= triesBeforeUnread) return null;
    throw error;
  };
