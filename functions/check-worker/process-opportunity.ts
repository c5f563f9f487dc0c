import { reportStagesGone } from '#shared/accounts/report-stages-gone.ts';
import type { Account } from '#shared/domain/account.ts';
import { type Decision, decide, isBlockedByRunningCheck, unreadable } from '#shared/domain/decide.ts';
import { Failure, type FailureCode } from '#shared/domain/failure.ts';
import { isNamedByLastMove, type Opportunity } from '#shared/domain/opportunity.ts';
import { entryAt, isOfAnotherLever, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { failuresFor, isBackingOff, type ScheduledWork } from '#shared/domain/retry-policy.ts';
import { isOrdered, isOrdering, isRunning, problemOf, type StageEntry } from '#shared/domain/stage-entry.ts';
import { decided, erased, type NoOrder, observed, type Transition } from '#shared/domain/transitions.ts';
import { mayBeMadeAnew, withStageName, withStages } from '#shared/domain/trigger-stage.ts';
import type { WorkItem } from '#shared/domain/work-item.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import type { Loaded } from '#shared/stores/opportunity-store.ts';
import { refreshChecks } from '#shared/turn/refresh-checks.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { orderCheck, reserveOrder } from './order-check.ts';
import { type Outcome, reportUncertainOrder, resolveUncertainOrder } from './resolve-uncertain-order.ts';

const mostTries = 10;
const triesBeforeGone = 3;
/** About an hour of tries that double their distance. */
const triesBeforeUnreadable = 6;
/** Some minutes: longer than Lever's replicas are apart. */
const triesBeforeLastMoveCounts = 3;
/** So often Turn may fail to speak of a completed check before we go by what we know of it. */
const triesBeforeKnown = 3;

/** Reads the opportunity from Lever, decides, and starts at most one check for its entry into the trigger stage. Safe to do again at any time. Throws `Failure`s that are to be tried again. */
export const processOpportunity = async (item: WorkItem, ports: AppPorts): Promise<void> => {
  for (let tries = 0; tries < mostTries; tries++) {
    if ((await processOnce(item, ports)) === 'finished') return;
  }
  throw new Failure('write_conflict', 'Others kept changing the same record.');
};

const processOnce = async (item: WorkItem, ports: AppPorts): Promise<Outcome> => {
  const account = await findActiveAccount(item, ports);
  if (account === null) return 'finished';
  const loaded = await ports.records.load(item.accountId, item.opportunityId);
  const uncertain = loaded.record.entries.find(isOrdering);
  if (uncertain !== undefined) {
    const resolved = await resolveUncertainOrder(loaded, uncertain, ports).catch(async (error: unknown) => {
      await reportUncertainOrder(item, uncertain, ports);
      throw error;
    });
    if (resolved !== 'not_ordered') return resolved;
  }

  const lever = ports.leverOf(item.accountId, { reservationId: `${item.opportunityId}/decision` });
  const read = await lever
    .readOpportunity(item.opportunityId)
    .catch((error) => whyUnread(error, loaded.record, ports.now()));
  if (read === 'gone' && !isOfAnotherLever(loaded.record, account)) {
    return commit(loaded, erased(loaded.record, ports.now()), ports);
  }
  if (typeof read === 'string') {
    const decision = withoutReading(read, loaded.record);
    return commit(loaded, decided(loaded.record, loaded.record, decision, account, ports.moment()), ports);
  }
  const { account: known, opportunity } = await resolveStage(account, read, lever, ports);

  awaitItsEntry(opportunity, known, loaded.record, ports.now());
  const leverAccountId = known.connection?.leverAccountId ?? null;
  const seen = observed(loaded.record, { leverAccountId, tags: opportunity.tags }, uncertain, ports.now());
  const atFirst = decide(opportunity, known, seen, ports.now());
  if (atFirst.kind === 'problem' && atFirst.code === 'unreadable') {
    whyUnread(new Failure('lever_unexpected_answer', 'Lever showed no time of entry.'), loaded.record, ports.now());
  }
  const decision = restsOnChecks(atFirst)
    ? decide(
        opportunity,
        known,
        { entries: await refreshedEntries(seen, loaded.record.nextDecision, ports) },
        ports.now(),
      )
    : atFirst;
  if (decision.kind !== 'start') {
    return commit(loaded, decided(loaded.record, seen, decision, known, ports.moment()), ports);
  }
  const start = { ...decision, countedAt: ports.now() };
  const reserved = await reserveOrder(loaded.record, start, known, ports);
  if (reserved === 'reserved') return orderCheck(loaded, seen, start, known, ports);
  if (reserved === 'refused_before') {
    await ports.emit('stage_change_ignored', { ...item, reason: reserved });
    return 'finished';
  }
  return commit(loaded, decided(loaded.record, seen, reserved, known, ports.moment()), ports);
};

const commit = async (loaded: Loaded, transition: Transition, { records }: AppPorts): Promise<Outcome> =>
  (await records.commit(loaded, transition)) === null ? 'conflict' : 'finished';

/** The account, if anything is done for it now. Where nobody has connected Lever yet, or somebody disconnected it by choice, nothing waits for a connection that may never come. */
const findActiveAccount = async (item: WorkItem, ports: AppPorts): Promise<Account | null> => {
  const account = await ports.accounts.find(item.accountId);
  if (account?.enabled !== true || account.connectionState === 'not_connected') {
    const reason = account?.enabled === true ? 'not_connected' : 'no_active_account';
    await ports.emit('stage_change_ignored', { ...item, reason });
    return null;
  }
  if (account.connectionState === 'connected') return account;
  throw new Failure('lever_not_connected', 'Lever is not connected.', ports.config.retryPolicy.retryLongestMs);
};

/** Would it be another decision, had a check of an earlier entry ended, or begun to run again? */
const restsOnChecks = (decision: Decision): boolean =>
  decision.kind === 'start' || decision.kind === 'rerun_denied' || isBlockedByRunningCheck(decision);

/**
 * The entries with what Turn says now of every check: one may have ended without a word, and an entry that was ignored
 * because of it would be lost; one that was complete may run again. A complete one that Turn will not speak of must not
 * keep a new one from starting. What is new is for lever-update to keep and to show. `scheduled`: why we come now.
 */
const refreshedEntries = async (
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

/** Who has a check already was seen before: whether there is a new entry cannot be known. */
const hidden = ({ entries }: OpportunityRecord): NoOrder =>
  entries.some(isOrdered)
    ? { kind: 'ignore', reason: 'confidential' }
    : { kind: 'problem', enteredAt: null, code: 'confidential' };

/** What is decided of an opportunity that was not read. */
const withoutReading = (why: Unread, record: OpportunityRecord): NoOrder => {
  switch (why) {
    case 'gone':
      return { kind: 'ignore', reason: 'in_another_lever' };
    case 'hidden':
      return hidden(record);
    case 'unreadable':
      return unreadable(record);
  }
};

type Unread = 'hidden' | 'gone' | 'unreadable';

/**
 * Why there is nothing to decide from: Lever does not let us see the opportunity, has said often enough that it knows
 * none, or has long shown none that can be read. One "not found", or many at once, may come of a webhook that was faster
 * than Lever's own replicas, and one refusal after it says no more. Throws what is to be tried again.
 */
const whyUnread = (error: unknown, record: OpportunityRecord, now: number): Unread => {
  const { nextDecision, erasedAt, entries } = record;
  const wasNotFound = nextDecision?.lastFailure === 'lever_not_found';
  const code = error instanceof Failure ? error.code : null;
  if (code === 'lever_forbidden' && !wasNotFound) return 'hidden';
  const isGone = erasedAt !== null || hasFailed('lever_not_found', triesBeforeGone, nextDecision, now);
  if (code === 'lever_not_found' && isGone) return 'gone';
  const isTold = entries.some((entry) => problemOf(entry)?.code === 'unreadable');
  const isUnreadable = isTold || hasFailed('lever_unexpected_answer', triesBeforeUnreadable, nextDecision, now);
  // Who has a check may have no other entry: of them no problem can be told, and we go on trying.
  if (code === 'lever_unexpected_answer' && isUnreadable && !entries.some(isOrdered)) return 'unreadable';
  throw error;
};

/** Has it failed in this way so often, and was the last wait for its next try waited out? */
const hasFailed = (code: FailureCode, tries: number, scheduled: ScheduledWork | null, now: number): boolean =>
  failuresFor(code, scheduled) >= tries && !isBackingOff(scheduled, now);

/** Throws where the list of moves lacks the one that we are to decide about: that may be half of an old state, so it is read again some minutes long. */
const awaitItsEntry = (opportunity: Opportunity, account: Account, record: OpportunityRecord, now: number): void => {
  if (opportunity.isArchived || !isNamedByLastMove(opportunity, account.triggerStages)) return;
  if (entryAt(record, opportunity.lastAdvancedAt) !== undefined) return;
  if (hasFailed('lever_half_read', triesBeforeLastMoveCounts, record.nextDecision, now)) return;
  throw new Failure('lever_half_read', 'Lever showed a stage without the move into it.');
};

/** Makes sure that the name of the opportunity's stage is known, and remembers it for the account: the next move into a stage that starts nothing then costs no call. */
export const resolveStage = async (
  account: Account,
  opportunity: Opportunity,
  lever: Lever,
  ports: AppPorts,
): Promise<{ account: Account; opportunity: Opportunity }> => {
  const { id, name } = opportunity.stage;
  const known = account.stages?.names[id] ?? null;
  if (name === null && known !== null) {
    return { account, opportunity: { ...opportunity, stage: { id, name: known } } };
  }
  if (name !== null && name === known) return { account, opportunity };
  if (name !== null && !mayBeMadeAnew(account, { id, name })) {
    const learn = (before: Account): Account => withStageName(before, { id, name }, ports.now());
    const update = await ports.accounts.update(account.accountId, learn);
    return { account: update?.after ?? learn(account), opportunity };
  }
  const names = await lever.readStages();
  const learn = (before: Account): Account => withStages(before, { readAt: ports.now(), names });
  const learnt = (await ports.accounts.update(account.accountId, learn))?.after ?? learn(account);
  await reportStagesGone(account, learnt, ports.emit);
  return { account: learnt, opportunity: { ...opportunity, stage: { id, name: name ?? names[id] ?? null } } };
};
