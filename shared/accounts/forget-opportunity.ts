import type { OrderingEntry } from '#shared/domain/stage-entry.ts';
import { isOrdered } from '#shared/domain/stage-entry.ts';
import { erased } from '#shared/domain/transitions.ts';
import type { WorkItem } from '#shared/domain/work-item.ts';
import type { Loaded } from '#shared/stores/records.ts';
import type { AppPorts } from '#shared/vendors.ts';

/** As much as forgetting takes: whoever does it for an operator has no vendors. */
type ForgetPorts = Pick<AppPorts, 'now' | 'records' | 'sharers' | 'activities' | 'hints' | 'presses'>;

/**
 * Forgets an opportunity that Lever no longer has, or has anonymized, or that an operator was told to forget. All that stays is a
 * mark that orders nothing again, for 30 days; the person's other opportunities keep the check that they share. `notOrdered` as for
 * `erased`. `conflict`: somebody changed the record meanwhile, and it is to be done again. What a crash leaves, or whoever was at
 * work meanwhile, the next look at the mark takes away, which the mark itself brings about.
 */
export const forgetOpportunity = async (
  loaded: Loaded,
  notOrdered: OrderingEntry | undefined,
  ports: ForgetPorts,
): Promise<'finished' | 'conflict'> => {
  const { record } = loaded;
  const { accountId, opportunityId, contactId } = record;
  // First what only the record leads to.
  if (contactId !== null) await ports.sharers.leavePerson(accountId, contactId, opportunityId);
  for (const { workerId } of record.entries.filter(isOrdered)) {
    await ports.sharers.leaveWorker(accountId, workerId, opportunityId);
  }
  await ports.records.removeTurnIds(record);
  if ((await ports.records.commit(loaded, erased(record, notOrdered, ports.now()))) === null) return 'conflict';
  await removeTraces(record, ports);
  return 'finished';
};

/** Everything about an opportunity that is found by its id alone: what happened to it, what people pressed, and what Turn told of it. */
export const removeTraces = async (
  { accountId, opportunityId }: WorkItem,
  { activities, hints, presses }: Pick<ForgetPorts, 'activities' | 'hints' | 'presses'>,
): Promise<void> => {
  await hints.forget(accountId, opportunityId);
  await presses.forget(accountId, opportunityId);
  await activities.forget(accountId, opportunityId);
};
