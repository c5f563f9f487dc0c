import { hiddenEntry, newCheck } from '#shared/domain/check.ts';
import { type Decision, decide, isHeldUp } from '#shared/domain/decide.ts';
import { Failure } from '#shared/domain/failure.ts';
import { tagsSeen } from '#shared/domain/lever-knowledge.ts';
import type { Nudge } from '#shared/domain/nudge.ts';
import { failuresFor, isPutOff } from '#shared/domain/planned.ts';
import { isOfAnotherLever, nothingShown, type Screening } from '#shared/domain/screening.ts';
import type { Loaded } from '#shared/stores/screening-store.ts';
import { hearTurn } from './hear-turn.ts';
import { learnStage } from './learn-stage.ts';
import { mayOrderNow, orderCheck } from './order-check.ts';
import type { CheckWorkerPorts } from './ports.ts';
import { type NoOrder, recordDecision } from './record-decision.ts';
import { settleOrder } from './settle-order.ts';
import { tellUncertainty } from './tell-uncertainty.ts';

const mostTries = 10;
const triesBeforeGone = 3;

/** Reads the opportunity from Lever, decides, and starts at most one check for its entry into the trigger stage. Safe to do again at any time. Throws `Failure`s that are to be tried again. */
export const considerOpportunity = async (nudge: Nudge, ports: CheckWorkerPorts): Promise<void> => {
  for (let tries = 0; tries < mostTries; tries++) {
    if ((await considerOnce(nudge, ports)) === 'finished') return;
  }
  throw new Failure('table_contended', 'Others kept changing the same record.');
};

/** `outrun`: somebody saved the record in between; what was decided no longer counts. */
const considerOnce = async (
  { accountId, opportunityId }: Nudge,
  ports: CheckWorkerPorts,
): Promise<'finished' | 'outrun'> => {
  const found = await ports.accounts.find(accountId);
  if (found === null || !found.enabled) {
    ports.report('stage_change_ignored', { accountId, opportunityId, reason: 'no_active_account' });
    return 'finished';
  }
  if (found.connection === 'not_connected') {
    // Nobody has connected Lever yet, or somebody disconnected it by choice: nothing is held for a connection that may never come.
    ports.report('stage_change_ignored', { accountId, opportunityId, reason: 'not_connected' });
    return 'finished';
  }
  if (found.connection !== 'connected') {
    throw new Failure('lever_not_connected', 'Lever is not connected.', ports.waiting.retryLongestMs);
  }
  const loaded = await ports.screenings.load(accountId, opportunityId);
  const unsettled = loaded.screening.checks.find((check) => check.state === 'claimed');
  if (unsettled !== undefined) {
    const settled = await settleOrder(loaded, unsettled, ports).catch(async (error: unknown) => {
      await tellUncertainty({ accountId, opportunityId }, unsettled, ports);
      throw error;
    });
    if (settled === 'waiting') return 'finished';
    if (settled === 'settled') return 'outrun';
  }

  const lever = ports.leverOf(accountId, { holder: `${opportunityId}/consider` });
  const read = await lever
    .readOpportunity(opportunityId)
    .catch((error) => whyUnread(error, loaded.screening, ports.now()));
  if (read === 'gone' && isOfAnotherLever(loaded.screening, found)) {
    return recordDecision(loaded, loaded.screening, { kind: 'ignore', reason: 'in_another_lever' }, found, ports);
  }
  if (read === 'gone') return erase(loaded, ports);
  if (read === 'hidden') return recordDecision(loaded, loaded.screening, hidden(loaded.screening), found, ports);
  const { account, opportunity } = await learnStage(found, read, lever, ports);

  const screening: Screening = {
    ...loaded.screening,
    leverAccountId: account.granter?.leverAccountId ?? loaded.screening.leverAccountId,
    checks: loaded.screening.checks.filter((check) => check !== unsettled && check.enteredAt !== hiddenEntry),
    lever: tagsSeen(loaded.screening.lever, opportunity.tags, ports.now()),
    reconsider: null,
    erasedAt: null,
  };
  const { reconsider: planned } = loaded.screening;
  const atFirst = decide(opportunity, account, screening, ports.now());
  const decision = restsOnChecks(atFirst)
    ? decide(opportunity, account, { checks: await hearTurn(screening, planned, ports) }, ports.now())
    : atFirst;
  if (decision.kind !== 'start') return recordDecision(loaded, screening, decision, account, ports);
  const start = { ...decision, countedAt: ports.now() };
  const may = await mayOrderNow(loaded.screening, start, account, ports);
  if (may === 'yes') return orderCheck(loaded, screening, start, account, ports);
  if (may !== 'refused_before') return recordDecision(loaded, screening, may, account, ports);
  ports.report('stage_change_ignored', { accountId, opportunityId, reason: may });
  return 'finished';
};

/** Would it be another one, had a check of an earlier entry ended, or begun to run again? */
const restsOnChecks = (decision: Decision): boolean =>
  decision.kind === 'start' || decision.kind === 'not_rerun' || isHeldUp(decision);

/** Who has a check already was seen before: whether there is a new entry cannot be known. */
const hidden = ({ checks }: Screening): NoOrder =>
  checks.some(({ state }) => state === 'started')
    ? { kind: 'ignore', reason: 'confidential' }
    : { kind: 'problem', enteredAt: hiddenEntry, code: 'confidential' };

/**
 * Why there is nothing to decide from: Lever does not let us see the opportunity, or has said often enough that it knows
 * none. One "not found", or many at once, may come of a webhook that was faster than Lever's own replicas, and one refusal after it says no more.
 */
const whyUnread = (error: unknown, { reconsider, erasedAt }: Screening, now: number): 'hidden' | 'gone' => {
  const wasNotFound = reconsider?.why === 'lever_not_found';
  if (error instanceof Failure && error.code === 'lever_forbidden' && !wasNotFound) return 'hidden';
  const isNotFound = error instanceof Failure && error.code === 'lever_not_found';
  const isOften = failuresFor('lever_not_found', reconsider) >= triesBeforeGone && !isPutOff(reconsider, now);
  if (isNotFound && (erasedAt !== null || isOften)) return 'gone';
  throw error;
};

/** Lever no longer has the opportunity: everything goes but the entries, so that a delivery that comes late orders nothing. */
const erase = async ({ screening, version }: Loaded, ports: CheckWorkerPorts): Promise<'finished' | 'outrun'> => {
  const { accountId, opportunityId } = screening;
  if (version === null || screening.erasedAt !== null) {
    // Whatever was still planned for it is done with.
    const isPlanned = screening.reconsider !== null || screening.refresh !== null;
    const rested = { ...screening, reconsider: null, refresh: null };
    if (isPlanned && (await ports.screenings.save({ screening, version }, rested)) === null) return 'outrun';
    ports.report('stage_change_ignored', { accountId, opportunityId, reason: 'not_in_lever' });
    return 'finished';
  }
  const erased: Screening = {
    ...screening,
    checks: screening.checks.map((check) => ({
      ...newCheck(check.enteredAt, check.state, ports.now()),
      progress: { status: 'withdrawn', hasEnded: true, isWithdrawn: true, hasReport: false },
    })),
    lever: nothingShown,
    reconsider: null,
    refresh: null,
    erasedAt: ports.now(),
  };
  if ((await ports.screenings.save({ screening, version }, erased)) === null) return 'outrun';
  ports.report('screening_erased', { accountId, opportunityId });
  return 'finished';
};
