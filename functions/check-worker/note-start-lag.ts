import type { Account } from '#shared/domain/account.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { startLag } from '#shared/domain/service-levels.ts';
import type { OrderingEntry } from '#shared/domain/stage-entry.ts';
import type { Ports } from '#shared/ports.ts';

/** Tells how long the check that was just ordered took to start, if that says something of the service. */
export const noteStartLag = async (
  record: OpportunityRecord,
  claim: OrderingEntry,
  account: Account,
  { emit, now }: Pick<Ports, 'emit' | 'now'>,
): Promise<void> => {
  const { accountId, opportunityId } = record;
  const seconds = startLag(record, claim, account, now());
  if (seconds !== null) await emit('start_timed', { accountId, opportunityId, seconds });
};
