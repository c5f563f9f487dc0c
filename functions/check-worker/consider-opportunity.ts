import { type Check, newCheck } from '#shared/domain/check.ts';
import { type Decision, decide } from '#shared/domain/decide.ts';
import { Failure } from '#shared/domain/failure.ts';
import { tagsSeen } from '#shared/domain/lever-display.ts';
import type { Nudge } from '#shared/domain/nudge.ts';
import { type Screening, withCheck } from '#shared/domain/screening.ts';
import type { Loaded } from '#shared/stores/screening-store.ts';
import { learnStage } from './learn-stage.ts';
import { orderCheck } from './order-check.ts';
import type { CheckWorkerPorts } from './ports.ts';
import { settleOrder } from './settle-order.ts';

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
  if (found.connection !== 'connected') {
    throw new Failure('lever_not_connected', 'Lever is not connected.', ports.waiting.retryLongestMs);
  }
  const loaded = await ports.screenings.load(accountId, opportunityId);
  const unsettled = loaded.screening.checks.find((check) => check.state === 'claimed');
  if (unsettled !== undefined) {
    const settled = await settleOrder(loaded, unsettled, ports);
    if (settled === 'waiting') return 'finished';
    if (settled === 'started') return 'outrun';
  }

  const lever = ports.leverOf(accountId, { holder: `${opportunityId}/consider` });
  const read = await lever.readOpportunity(opportunityId).catch((error) => gone(error, loaded.screening));
  if (read === null) return erase(loaded, ports);
  const { account, opportunity } = await learnStage(found, read, lever, ports);

  const ordered = loaded.screening.checks.filter((check) => check !== unsettled);
  const screening: Screening = {
    ...loaded.screening,
    checks: ordered,
    lever: tagsSeen(loaded.screening.lever, opportunity.tags, ports.now()),
    reconsider: null,
    erasedAt: null,
  };
  const decision = decide(opportunity, account, screening, ports.now());
  if (decision.kind === 'start') return orderCheck(loaded, screening, decision, account, ports);
  return record(loaded, screening, decision, ports);
};

/** Null where Lever has said often enough that it knows no such opportunity: one "not found" may come of a webhook that was faster than Lever's own replicas. */
const gone = (error: unknown, { reconsider, erasedAt }: Screening): null => {
  const isNotFound = error instanceof Failure && error.code === 'lever_not_found';
  const times = reconsider?.why === 'lever_not_found' ? reconsider.attempts : 0;
  if (isNotFound && (erasedAt !== null || times >= triesBeforeGone)) return null;
  throw error;
};

/** Lever no longer has the opportunity: everything goes but the entries, so that a delivery that comes late orders nothing. */
const erase = async ({ screening, version }: Loaded, ports: CheckWorkerPorts): Promise<'finished' | 'outrun'> => {
  const { accountId, opportunityId } = screening;
  if (version === null || screening.erasedAt !== null) {
    ports.report('stage_change_ignored', { accountId, opportunityId, reason: 'not_in_lever' });
    return 'finished';
  }
  const erased: Screening = {
    ...screening,
    checks: screening.checks.map((check) => ({
      ...newCheck(check.enteredAt, check.state, ports.now()),
      progress: { status: 'withdrawn', hasEnded: true, isWithdrawn: true, hasReport: false },
    })),
    lever: { tag: null, otherTags: [], notes: [], pass: null },
    reconsider: null,
    refresh: null,
    erasedAt: ports.now(),
  };
  if ((await ports.screenings.save({ screening, version }, erased)) === null) return 'outrun';
  ports.report('screening_erased', { accountId, opportunityId });
  return 'finished';
};

const record = async (
  loaded: Loaded,
  screening: Screening,
  decision: Exclude<Decision, { kind: 'start' }>,
  ports: CheckWorkerPorts,
): Promise<'finished' | 'outrun'> => {
  const { accountId, opportunityId } = screening;
  const check = checkFor(decision, ports.now());
  const isNews = check !== null && !loaded.screening.checks.some((known) => isSame(known, check));
  const needsUpdate = isNews || screening.lever.tag !== loaded.screening.lever.tag;
  if (loaded.version !== null || check !== null || decision.kind === 'wait') {
    const saved = await ports.screenings.save(loaded, {
      ...(check === null ? screening : withCheck(screening, check)),
      reconsider: decision.kind === 'wait' ? { dueAt: decision.until, attempts: 0 } : null,
      refresh: needsUpdate ? { dueAt: ports.now() + ports.waiting.retryFirstMs, attempts: 0 } : screening.refresh,
    });
    if (saved === null) return 'outrun';
  }
  if (needsUpdate) await ports.nudgeCheckUpdate({ accountId, opportunityId });
  const reason =
    decision.kind === 'ignore' ? decision.reason : decision.kind === 'problem' ? decision.code : decision.kind;
  ports.report(decision.kind === 'problem' ? 'problem_found' : 'stage_change_ignored', {
    accountId,
    opportunityId,
    reason,
  });
  return 'finished';
};

const checkFor = (decision: Exclude<Decision, { kind: 'start' }>, now: number): Check | null => {
  if (decision.kind === 'ignore' || decision.kind === 'wait') return null;
  const check = newCheck(decision.enteredAt, decision.kind, now);
  return decision.kind === 'problem' ? { ...check, problem: { code: decision.code, detail: null } } : check;
};

const isSame = (known: Check, check: Check): boolean =>
  known.enteredAt === check.enteredAt && known.state === check.state && known.problem?.code === check.problem?.code;
