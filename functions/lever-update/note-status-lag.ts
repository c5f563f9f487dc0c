import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { statusLag } from '#shared/domain/service-levels.ts';
import { messageSentAt } from '#shared/observability/correlation.ts';
import type { Ports } from '#shared/ports.ts';

/** Tells how long the news took that Lever shows from now on, if they are news. */
export const noteStatusLag = async (
  before: OpportunityRecord,
  seen: OpportunityRecord,
  { emit, now }: Pick<Ports, 'emit' | 'now'>,
): Promise<void> => {
  const { accountId, opportunityId } = seen;
  const seconds = statusLag(before, seen, messageSentAt(), now());
  if (seconds !== null) await emit('status_timed', { accountId, opportunityId, seconds });
};
