import { referenceIdFor } from '#shared/domain/ids.ts';
import { hasOrdered } from '#shared/domain/person.ts';
import { uncertainAfterMs } from '#shared/domain/retry-policy.ts';
import type { OrderingEntry } from '#shared/domain/stage-entry.ts';
import { ordered, revisitRequested, uncertaintyFound, visibilityAwaited } from '#shared/domain/transitions.ts';
import type { WorkItem } from '#shared/domain/work-item.ts';
import type { Loaded } from '#shared/stores/records.ts';
import type { AppPorts } from '#shared/vendors.ts';

/** `conflict`: somebody saved the record in between; what was decided no longer counts. */
export type Outcome = 'finished' | 'conflict';

/**
 * Finds out what became of an order whose answer we do not have. Turn is asked by our reference before anything is ever
 * ordered again; "not found" counts only once the attempt is older than the order-visibility time, for Turn may be slow to know.
 */
export const resolveUncertainOrder = async (
  { record }: Loaded,
  entry: OrderingEntry,
  ports: AppPorts,
): Promise<Outcome | 'not_ordered'> => {
  const { attempt } = entry;
  if ((attempt.inFlightUntil ?? 0) > ports.now()) {
    // What brought us here must not be lost: whoever has the order in flight sees to it, or else the sweep.
    const { before, after } = await ports.records.apply(record, (current) => revisitRequested(current, entry));
    return after === before ? 'conflict' : 'finished';
  }
  if (attempt.isRefused === true) return 'not_ordered';
  const turn = await ports.turnOf(record.accountId);
  const askedAt = ports.now();
  const found = await turn.findCheck(referenceIdFor(record.opportunityId, entry.enteredAt));
  if (found !== null) {
    await recordOrdered(
      record,
      entry,
      { workerId: found.workerId, isAdopted: true, notInvitedBy: null, scheduled: record.nextDecision },
      ports,
    );
    return 'conflict';
  }
  const visibleAt = attempt.attemptedAt + ports.config.retryPolicy.orderVisibilityMs;
  // By the time at which Turn was asked: we may have stood still since.
  if (visibleAt <= askedAt) return 'not_ordered';
  await ports.records.apply(record, (current) => visibilityAwaited(current, visibleAt));
  return 'finished';
};

/** Records that Turn has the check: its answer may name one that another opportunity ordered. The worker is remembered first: a callback may come at once. */
export const recordOrdered = async (
  { accountId, opportunityId }: WorkItem,
  entry: OrderingEntry,
  check: Omit<Parameters<typeof ordered>[2], 'isShared'>,
  ports: AppPorts,
): Promise<void> => {
  const sharers = await ports.sharers.joinWorker(accountId, check.workerId, opportunityId);
  let isShared = false;
  // Whoever found our check at Turn may show it before we do.
  for (const id of sharers.filter((each) => each !== opportunityId)) {
    const { record } = await ports.records.load(accountId, id);
    isShared ||= hasOrdered(record, check.workerId);
  }
  const { after } = await ports.records.apply({ accountId, opportunityId }, (record) =>
    ordered(record, entry, { ...check, isShared }, ports.moment()),
  );
  if (after.erasedAt !== null) await ports.sharers.leaveWorker(accountId, check.workerId, opportunityId);
};

/** Has Lever say that Turn has left it open for a day whether it has the order. We go on asking. */
export const reportUncertainOrder = async (item: WorkItem, entry: OrderingEntry, ports: AppPorts): Promise<void> => {
  if (ports.now() - entry.changedAt < uncertainAfterMs(ports.config.retryPolicy)) return;
  if (entry.problem?.code === 'order_uncertain') return;
  await ports.records.apply(item, (record) => uncertaintyFound(record, entry, ports.moment()));
};
