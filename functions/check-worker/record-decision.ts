import type { Account } from '#shared/domain/account.ts';
import { type Check, newCheck, problemNow } from '#shared/domain/check.ts';
import { type Decision, isHeldUp } from '#shared/domain/decide.ts';
import { desiredDisplay, planWrites } from '#shared/domain/lever-display.ts';
import { isPutOff, nudged, type Planned } from '#shared/domain/planned.ts';
import { type Screening, withCheck } from '#shared/domain/screening.ts';
import { problemLookMs } from '#shared/domain/waiting.ts';
import type { Loaded } from '#shared/stores/screening-store.ts';
import type { CheckWorkerPorts } from './ports.ts';

/** What was decided, other than to order. `lookAt`: when a problem solves itself, where that is known. */
export type NoOrder = Exclude<Decision, { kind: 'start' }> & { readonly lookAt?: number };

/** Records why no check was ordered, and has Lever show it where a recruiter must know. The same reason again changes nothing. */
export const recordDecision = async (
  loaded: Loaded,
  screening: Screening,
  decision: NoOrder,
  account: Account,
  ports: CheckWorkerPorts,
): Promise<'finished' | 'outrun'> => {
  const { accountId, opportunityId } = screening;
  const known = loaded.screening.checks.find(
    (each) => 'enteredAt' in decision && each.enteredAt === decision.enteredAt,
  );
  const check = checkFor(decision, known, ports.now());
  const decided = check === null ? screening : withCheck(screening, check);
  // A problem that stood before another check began to run again is still there when that one ends.
  const standing = isHeldUp(decision) ? (screening.checks.at(-1) ?? null) : null;
  const isNews = check !== null && (known?.state !== check.state || known.problem !== check.problem);
  const display = desiredDisplay(decided, account);
  const isToShow = planWrites(display, decided.lever, account.tagPolicy, ports.now()).length > 0;
  // What is known to fail has its time: asking for it again and again would call a service that is out of order all the time.
  const needsUpdate = isToShow && (isNews || !isPutOff(screening.refresh, ports.now()));
  if (loaded.version !== null || check !== null || decision.kind === 'wait') {
    const saved = await ports.screenings.save(loaded, {
      ...decided,
      reconsider: nextLook(decision, check ?? standing, ports),
      refresh: needsUpdate ? nudged(screening.refresh, ports.now(), ports.waiting) : screening.refresh,
    });
    if (saved === null) return 'outrun';
  }
  if (needsUpdate) await ports.nudgeCheckUpdate({ accountId, opportunityId });
  const reason =
    decision.kind === 'ignore' ? decision.reason : decision.kind === 'problem' ? decision.code : decision.kind;
  const isNewProblem = decision.kind === 'problem' && isNews;
  if (isNewProblem) await ports.journal.record(accountId, { kind: 'problem', opportunityId, detail: reason });
  else if (decision.kind !== 'problem' && (isNews || toldReasons.has(reason))) {
    await ports.journal.record(accountId, { kind: 'stage_change_ignored', opportunityId, detail: reason });
  }
  if (reason === 'cap_reached') ports.report('cap_reached', { accountId, opportunityId });
  ports.report(isNewProblem ? 'problem_found' : 'stage_change_ignored', { accountId, opportunityId, reason });
  return 'finished';
};

/** Why somebody who entered the stage got no check, where Lever shows nothing of it; other moves would only fill the log. */
const toldReasons: ReadonlySet<string> = new Set([
  ...['archived', 'anonymized', 'confidential', 'check_is_live', 'before_start'],
]);

const checkFor = (decision: NoOrder, known: Check | undefined, now: number): Check | null => {
  if (decision.kind === 'ignore' || decision.kind === 'wait') return null;
  if (decision.kind === 'not_rerun') {
    return known?.state === 'not_rerun' ? known : newCheck(decision.enteredAt, 'not_rerun', now);
  }
  const problem = problemNow(decision.code, null, known, now);
  // It only waits for its hour: should Turn have the order after all, it is still adopted.
  if (known?.state === 'claimed' && decision.code === 'cap_reached') return { ...known, problem };
  return { ...newCheck(decision.enteredAt, 'problem', now), changedAt: problem.since, problem };
};

/** A problem may be mended without a word to us: it is looked at again as long as the candidate is in the stage. */
const nextLook = (decision: NoOrder, check: Check | null, { now, waiting }: CheckWorkerPorts): Planned | null => {
  if (decision.kind === 'wait') return { dueAt: decision.until, attempts: 0 };
  const problem = check?.problem ?? null;
  if (problem === null) return null;
  return { dueAt: decision.lookAt ?? now() + problemLookMs(now() - problem.since, waiting), attempts: 0 };
};
