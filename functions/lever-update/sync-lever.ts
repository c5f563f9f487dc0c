import type { Account } from '#shared/domain/account.ts';
import { desiredLeverState, diffLeverState } from '#shared/domain/desired-lever-state.ts';
import { type DueMove, decideMove, dueMove, moveSettled } from '#shared/domain/due-move.ts';
import { Failure, kindOf } from '#shared/domain/failure.ts';
import { isLeased, isLookDue, type LeverWrite, withPolledTags } from '#shared/domain/lever-state.ts';
import { isOfAnotherLever, nextPoll, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { awaitingDelivery, workerClockSkewMs, writeLeaseMs } from '#shared/domain/retry-policy.ts';
import { isOrdered, isRunning, type OrderedEntry } from '#shared/domain/stage-entry.ts';
import type { StageMove } from '#shared/domain/stage-move.ts';
import type { Transition } from '#shared/domain/transition.ts';
import { leaseContended, leaseTaken, statusRead, syncPostponed, syncSettled } from '#shared/domain/transitions.ts';
import type { WorkItem } from '#shared/domain/work-item.ts';
import type { Loaded } from '#shared/stores/records.ts';
import { refreshChecks } from '#shared/turn/refresh-checks.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { applyWrites, type SyncOutcome } from './apply-writes.ts';
import { noteStatusLag } from './note-status-lag.ts';
import { withLeverReadBack } from './read-back.ts';

const mostRounds = 20;

/**
 * Makes Lever show what Turn says. It compares what should be there with what we know to be there and writes only the
 * difference: a repeat does nothing, order does not matter. One worker at a time writes for one opportunity; whoever comes
 * meanwhile has it look once more at its end. Throws `Failure`s that are to be tried again.
 */
export const syncLever = async (item: WorkItem, ports: AppPorts): Promise<void> => {
  for (let round = 0; round < mostRounds; round++) {
    if ((await syncOnce(item, ports)) === 'finished') return;
  }
  throw new Failure('write_conflict', 'There was always something new to show.');
};

const syncOnce = async (item: WorkItem, ports: AppPorts): Promise<SyncOutcome> => {
  const account = await ports.accounts.find(item.accountId);
  const loaded = await ports.records.load(item.accountId, item.opportunityId);
  const { record } = loaded;
  if (account === null || !account.enabled || loaded.version === null || record.erasedAt !== null) {
    await ports.emit('callback_unknown', item);
    const isOver = record.erasedAt !== null && record.nextSync !== null;
    return isOver ? commit(loaded, syncPostponed(record, null), ports) : 'finished';
  }
  if (account.connectionState !== 'connected') {
    throw new Failure('lever_not_connected', 'Lever is not connected.', ports.config.retryPolicy.retryLongestMs);
  }
  if (isOfAnotherLever(record, account)) {
    // Nothing can be shown there; should the customer come back to that Lever, it is.
    return commit(loaded, syncPostponed(record, ports.now() + ports.config.retryPolicy.retryLongestMs), ports);
  }
  const current = await withChecksRefreshed(record, ports);
  if (isLeased(current.lever, ports.now())) return commit(loaded, leaseContended(record), ports);
  const known = await withLeverReadBack(current, account, ports);
  const due = dueMove(known, account, ports.now());
  const writesFor = (each: OpportunityRecord): LeverWrite[] =>
    diffLeverState(desiredLeverState(each, account), each.lever, account.tagPolicy, ports.now());
  const isAtRest = due === null && writesFor(known).length === 0;
  const seen = isAtRest ? await refreshObservedTags(known, ports) : known;
  const writes = writesFor(seen);
  if (writes.length > 0) return writeUnderLease(loaded, seen, writes, due !== null, account, ports);
  if (due !== null) return seeToMove(loaded, seen, due, account, ports);
  return commit(loaded, syncSettled(record, seen, ports.moment()), ports);
};

const commit = async (loaded: Loaded, transition: Transition, ports: AppPorts): Promise<SyncOutcome> => {
  const saved = await ports.records.commit(loaded, transition);
  if (saved === null) return 'again';
  await tellOthers(loaded.record, saved.record, ports);
  return transition.effects.some(({ kind }) => kind === 'sync_again') ? 'again' : 'finished';
};

/** With what Turn says now of the last check that was ordered, which a recheck may reopen whatever Lever shows, and of any other that is still running. */
const withChecksRefreshed = async (record: OpportunityRecord, ports: AppPorts): Promise<OpportunityRecord> => {
  const last = record.entries.findLast(isOrdered);
  const entries = await refreshChecks(
    record,
    (entry) => entry === last || isRunning(entry),
    () => false,
    ports,
  );
  return { ...record, entries };
};

/**
 * Has the person's other opportunities that show the same check look too: Turn's callback names one of them at times, and a poll
 * none. Only of what has been saved, and only those that do not know it, or all would go on telling one another.
 */
const tellOthers = async (
  before: OpportunityRecord,
  { accountId, opportunityId, entries }: OpportunityRecord,
  ports: AppPorts,
): Promise<void> => {
  for (const news of entries.filter((entry) => !before.entries.includes(entry)).filter(isOrdered)) {
    for (const id of await ports.sharers.ofWorker(accountId, news.workerId)) {
      if (id === opportunityId) continue;
      const { record } = await ports.records.load(accountId, id);
      const isNews = record.entries.some((entry) => isOrdered(entry) && isNewsOf(entry, news));
      if (isNews) await ports.enqueueSync({ accountId, opportunityId: id });
    }
  }
};

const isNewsOf = (known: OrderedEntry, news: OrderedEntry): boolean =>
  known.workerId === news.workerId &&
  news.status !== null &&
  statusRead(known, { ...news, status: news.status }, news.changedAt) !== known;

/** Reads where the candidate stands now, and moves who still stands in a trigger stage. The tags and notes were there before; the note that tells of it comes next. */
const seeToMove = async (
  loaded: Loaded,
  seen: OpportunityRecord,
  due: DueMove,
  account: Account,
  ports: AppPorts,
): Promise<SyncOutcome> => {
  const { accountId, opportunityId } = seen;
  const move = await ports
    .leverOf(accountId, { reservationId: `${opportunityId}/move` })
    .readOpportunity(opportunityId)
    .then((opportunity) => decideMove(due, opportunity, seen, account, ports.now()))
    .catch(refusedWhereUnseen(due.move));
  if (move.state !== 'moving') return commit(loaded, moveSettled(loaded.record, seen, move, ports.moment()), ports);
  return writeUnderLease(loaded, seen, [{ kind: 'move_stage', move }], true, account, ports);
};

/** Whom Lever does not let us see, we cannot move. */
const refusedWhereUnseen =
  (move: StageMove) =>
  (error: unknown): StageMove => {
    if (error instanceof Failure && error.code === 'lever_forbidden') return { ...move, state: 'refused' };
    throw error;
  };

const writeUnderLease = async (
  loaded: Loaded,
  seen: OpportunityRecord,
  writes: readonly LeverWrite[],
  isMoreDue: boolean,
  account: Account,
  ports: AppPorts,
): Promise<SyncOutcome> => {
  const { accountId, opportunityId } = seen;
  // All requests at once, and before the lease: who holds one must not wait.
  await ports.limiter.acquire(accountId, `${opportunityId}/sync`, writes.length);
  const lease = { leaseId: ports.newId(), until: ports.now() + writeLeaseMs };
  const taken = await ports.records.commit(loaded, leaseTaken(loaded.record, seen, writes, lease));
  if (taken === null) return 'again';
  await tellOthers(loaded.record, taken.record, ports);
  const moment = ports.moment();
  const nextSync = isMoreDue ? awaitingDelivery(seen.nextSync, moment) : nextPoll(seen, moment);
  const outcome = await applyWrites(seen, writes, lease, nextSync, account, ports);
  if (writes.some(({ kind }) => kind === 'add_tag')) await noteStatusLag(loaded.record, seen, ports);
  return isMoreDue ? 'again' : outcome;
};

/**
 * The record with the tags that Lever really has, where this is one of the polls that we make by ourselves and it is time to
 * look: a person may have deleted our tag. News from Turn cost no such read.
 */
const refreshObservedTags = async (record: OpportunityRecord, ports: AppPorts): Promise<OpportunityRecord> => {
  const { accountId, opportunityId, nextSync, lever } = record;
  // The sweep that sent us may go by a clock that is ahead of ours.
  const isPoll = nextSync !== null && nextSync.dueAt <= ports.now() + workerClockSkewMs;
  if (!isPoll || lever.tag === null || !isLookDue(lever, ports.moment())) return record;
  try {
    const { tags, contactId, isAnonymized } = await ports
      .leverOf(accountId, { reservationId: `${opportunityId}/poll` })
      .readOpportunity(opportunityId);
    // Contacts were merged: the check worker tells the person's other opportunities of this one. Who was anonymized, it forgets.
    const isMerged = contactId !== null && contactId !== record.contactId;
    if (isMerged || isAnonymized) await ports.enqueueDecision({ accountId, opportunityId });
    return { ...record, lever: withPolledTags(lever, tags, ports.now()) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const isUnreadable = error.code === 'lever_unexpected_answer';
    if (kindOf(error) !== 'permanent' && !isUnreadable) throw error;
    // Deleted, or no longer ours to see: the check worker finds out which. Of whom Lever shows too little, another look would find no more.
    if (!isUnreadable) await ports.enqueueDecision({ accountId, opportunityId });
    return { ...record, lever: { ...lever, lookedAt: ports.now() } };
  }
};
