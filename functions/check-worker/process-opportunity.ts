import { forgetOpportunity, removeTraces } from '#shared/accounts/forget-opportunity.ts';
import { markDenied } from '#shared/accounts/mark-denied.ts';
import { withPackageName } from '#shared/accounts/name-package.ts';
import { reportStagesGone } from '#shared/accounts/report-stages-gone.ts';
import type { Account } from '#shared/domain/account.ts';
import { withPhone } from '#shared/domain/candidate.ts';
import { type Decision, decide, isBlockedByRunningCheck } from '#shared/domain/decide.ts';
import { Failure } from '#shared/domain/failure.ts';
import type { Opportunity } from '#shared/domain/opportunity.ts';
import { isOfAnotherLever } from '#shared/domain/opportunity-record.ts';
import { failuresFor } from '#shared/domain/retry-policy.ts';
import { isOrdering } from '#shared/domain/stage-entry.ts';
import type { Transition } from '#shared/domain/transition.ts';
import { decided, observed } from '#shared/domain/transitions.ts';
import { mayBeMadeAnew, nameIn, withStageName, withStages } from '#shared/domain/trigger-stage.ts';
import type { WorkItem } from '#shared/domain/work-item.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import { readPhone } from '#shared/lever/read-phone.ts';
import type { Loaded } from '#shared/stores/records.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { adoptLostOrders } from './adopt-lost-orders.ts';
import { consultPerson } from './consult-person.ts';
import { findLostLeader } from './find-lost-leader.ts';
import { orderCheck } from './order-check.ts';
import { refreshedEntries } from './refreshed-entries.ts';
import { assertNotPaused, reserveOrder } from './reserve-order.ts';
import { type Outcome, reportUncertainOrder, resolveUncertainOrder } from './resolve-uncertain-order.ts';
import { followCheck, keepShared } from './share-check.ts';
import { assertLetIn, awaitItsEntry, whyUnread, withoutReading } from './why-unread.ts';

const mostTries = 10;

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
  // What a crash, or whoever was at work then, left of one that was erased.
  if (loaded.record.erasedAt !== null) await removeTraces(item, ports);
  const uncertain = loaded.record.entries.find(isOrdering);
  if (uncertain !== undefined) {
    const resolved = await resolveUncertainOrder(loaded, uncertain, ports).catch(async (error: unknown) => {
      await reportUncertainOrder(item, uncertain, ports);
      throw error;
    });
    if (resolved !== 'not_ordered') return resolved;
  }

  const lever = ports.leverOf(item.accountId, { reservationId: `${item.opportunityId}/decision` });
  const read = await lever.readOpportunity(item.opportunityId).catch(async (error) => {
    const why = whyUnread(error, loaded.record, ports.now());
    if (why === 'hidden') await assertLetIn(account, lever, ports);
    return why;
  });
  if (read === 'gone' && !isOfAnotherLever(loaded.record, account)) {
    return forgetOpportunity(loaded, uncertain, ports);
  }
  if (typeof read === 'string') {
    // Turn has none of it, and whoever is of the same person must not wait for it.
    const standing = { ...loaded.record, entries: loaded.record.entries.filter((entry) => entry !== uncertain) };
    const decision = withoutReading(read, standing);
    return commit(loaded, decided(loaded.record, standing, decision, account, ports.moment()), ports);
  }
  // Of whom we hold nothing, there is nothing to forget: why nothing comes of the move is told.
  if (read.isAnonymized && loaded.version !== null) return forgetOpportunity(loaded, uncertain, ports);
  // Who lets us read one candidate does not forbid everything.
  await markDenied(account, false, ports);
  const { account: known, opportunity } = await resolveStage(account, read, lever, ports);

  awaitItsEntry(opportunity, known, loaded.record, ports.now());
  const leverAccountId = known.connection?.leverAccountId ?? null;
  const observation = { leverAccountId, contactId: opportunity.contactId, tags: opportunity.tags };
  const found = observed(loaded.record, observation, uncertain, ports.now());
  const remembered = await adoptLostOrders(loaded, found, opportunity, known, ports);
  if (remembered === 'adopted') return 'conflict';
  const { seen, unanswered } = remembered;
  await keepShared(loaded.record, seen, ports);
  const atFirst = decide(opportunity, known, seen, ports.now());
  if (atFirst.kind === 'problem' && atFirst.code === 'unreadable') {
    whyUnread(new Failure('lever_unexpected_answer', 'Lever showed no time of entry.'), loaded.record, ports.now());
  }
  const decision = restsOnChecks(atFirst)
    ? decide(
        opportunity,
        known,
        { ...seen, entries: await refreshedEntries(seen, loaded.record.nextDecision, ports) },
        ports.now(),
      )
    : atFirst;
  const isTurnClosed = unanswered?.code === 'turn_token_rejected';
  if (decision.kind !== 'start') {
    if (unanswered !== null && !isTurnClosed) throw unanswered;
    return commit(loaded, decided(loaded.record, seen, decision, known, ports.moment()), ports);
  }
  if (isTurnClosed) {
    // It does not say whether it has the order, and would take none either.
    const { enteredAt } = decision;
    const refused = { kind: 'problem', enteredAt, code: 'turn_token_rejected' } as const;
    return commit(loaded, decided(loaded.record, seen, refused, known, ports.moment()), ports);
  }
  const consult = () => consultPerson(loaded.record, seen, { ...decision, opportunity, own: uncertain }, known, ports);
  const consulted = await consult();
  if (consulted.kind === 'problem') {
    return commit(loaded, decided(loaded.record, seen, consulted, known, ports.moment()), ports);
  }
  if (unanswered !== null) throw unanswered;
  if (consulted.kind === 'follow') return followCheck(loaded, seen, decision, consulted.leader, ports);
  const mayHaveLeader = remembered.mayHaveLeader(decision);
  // The search costs Lever many calls: one that a pause made useless is not repeated before the pause ends.
  const wasPaused = failuresFor('ordering_paused', loaded.record.nextDecision) > 0;
  if (mayHaveLeader && wasPaused) await assertNotPaused(known, ports);
  const lost = mayHaveLeader
    ? await findLostLeader(seen, loaded.record.nextDecision, { ...decision, opportunity }, known, ports)
    : null;
  if (lost !== null) return followCheck(loaded, seen, decision, lost, ports);
  const named = await withPackageName(item.accountId, decision, ports);
  const ready = withPhone(named, opportunity.phones.map(readPhone));
  const start = { ...ready, opportunity, claim: consulted.claim, countedAt: ports.now() };
  const reserved = await reserveOrder(loaded.record, start, known, ports);
  if (reserved === 'reserved') return orderCheck(loaded, seen, start, known, ports);
  if (reserved === 'refused_before') {
    await ports.emit('stage_change_ignored', { ...item, reason: reserved });
    return 'finished';
  }
  // Whoever took the last place of the hour may have ordered for the same person.
  const since = await consult();
  if (since.kind === 'follow') return followCheck(loaded, seen, decision, since.leader, ports);
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

/** Makes sure that the name of the opportunity's stage is known, and remembers it for the account: the next move into a stage that starts nothing then costs no call. */
export const resolveStage = async (
  account: Account,
  opportunity: Opportunity,
  lever: Lever,
  ports: AppPorts,
): Promise<{ account: Account; opportunity: Opportunity }> => {
  const { id, name } = opportunity.stage;
  const known = nameIn(account.stages, id) ?? null;
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
  return {
    account: learnt,
    opportunity: { ...opportunity, stage: { id, name: name ?? nameIn(learnt.stages, id) ?? null } },
  };
};
