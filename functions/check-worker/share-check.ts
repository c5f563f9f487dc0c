import type { Decision } from '#shared/domain/decide.ts';
import { entryAt, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { followedEntry, packagesOf } from '#shared/domain/person.ts';
import { isOrdered, type OrderedEntry } from '#shared/domain/stage-entry.ts';
import { followed } from '#shared/domain/transitions.ts';
import type { Loaded } from '#shared/stores/records.ts';
import type { AppPorts } from '#shared/vendors.ts';
import type { Outcome } from './resolve-uncertain-order.ts';

/** Shows the check of another opportunity of the person here too, in place of an order. From then on it is kept current like one of its own, whatever becomes of the other. */
export const followCheck = async (
  loaded: Loaded,
  seen: OpportunityRecord,
  start: Extract<Decision, { kind: 'start' }>,
  leader: OrderedEntry,
  ports: AppPorts,
): Promise<Outcome> => {
  const { accountId, opportunityId } = seen;
  const { workerId } = leader;
  const before = await ports.sharers.joinWorker(accountId, workerId, opportunityId);
  const entry = followedEntry(start, leader);
  const saved = await ports.records.commit(loaded, followed(loaded.record, seen, entry, ports.moment()));
  if (saved === null) {
    const { record } = await ports.records.load(accountId, opportunityId);
    const isShown = before.includes(opportunityId) || record.entries.filter(isOrdered).some(isOf(workerId));
    if (!isShown) await ports.sharers.leaveWorker(accountId, workerId, opportunityId);
    return 'conflict';
  }
  await joinPerson(saved.record, ports);
  // An order of our own was counted in its hour, and lost the person to another.
  const claim = entryAt(loaded.record, start.enteredAt);
  if (claim?.state === 'ordering' && claim.attempt.countedAt !== undefined) {
    await ports.returnOrder(accountId, claim.attempt.countedAt);
  }
  return 'finished';
};

const isOf =
  (workerId: string) =>
  (entry: OrderedEntry): boolean =>
    entry.workerId === workerId;

/** Sees to it that news of the checks of this one find it, and the person's other opportunities its checks: after a merge of contacts, or where a crash kept it from being saved. */
export const keepShared = async (
  { contactId: before }: OpportunityRecord,
  seen: OpportunityRecord,
  ports: AppPorts,
): Promise<void> => {
  const { accountId, opportunityId, contactId } = seen;
  for (const { workerId } of seen.entries.filter(isOrdered)) {
    await ports.sharers.joinWorker(accountId, workerId, opportunityId);
  }
  await joinPerson(seen, ports);
  if (before !== null && before !== contactId) await ports.sharers.leavePerson(accountId, before, opportunityId);
};

const joinPerson = async (record: OpportunityRecord, { sharers }: AppPorts): Promise<void> => {
  const { accountId, opportunityId, contactId } = record;
  if (contactId === null) return;
  for (const packageId of new Set(record.entries.filter(isOrdered).flatMap(packagesOf))) {
    await sharers.joinPerson(accountId, contactId, packageId, opportunityId);
  }
};
