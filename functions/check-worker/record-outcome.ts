import { type Check, checkIdOf, type OrderAttempt, type ProblemCode, problemNow } from '#shared/domain/check.ts';
import type { Nudge } from '#shared/domain/nudge.ts';
import { failedAgain, nudged } from '#shared/domain/planned.ts';
import { type Screening, withAttempt, withCheck } from '#shared/domain/screening.ts';
import { problemLookMs } from '#shared/domain/waiting.ts';
import type { Loaded } from '#shared/stores/screening-store.ts';
import type { OrderOutcome } from '#shared/turn/turn-client.ts';
import type { CheckWorkerPorts } from './ports.ts';
import { recordStarted, revisitOf } from './record-started.ts';
import { tellUncertainty } from './tell-uncertainty.ts';

/** Records what became of an order. A refusal, or none, counts only as long as nobody else has ordered since: of theirs it says nothing. */
export const recordOutcome = async (
  { screening: { accountId, opportunityId, reconsider } }: Loaded,
  claim: Check,
  outcome: OrderOutcome,
  ports: CheckWorkerPorts,
): Promise<void> => {
  const nudge = { accountId, opportunityId };
  const checkId = checkIdOf(opportunityId, claim.enteredAt);
  switch (outcome.kind) {
    case 'ordered':
      await recordStarted(nudge, claim, outcome.workerId, reconsider, ports);
      ports.report('check_started', { ...nudge, checkId });
      return;
    case 'uncertain':
      await ports.screenings.update(accountId, opportunityId, (screening) => withAnswerLost(screening, claim, ports));
      ports.report('check_order_uncertain', { ...nudge, checkId, reason: outcome.why });
      await tellUncertainty(nudge, claim, ports);
      return;
    case 'token_refused':
      return recordProblem(claim, 'turn_account', null, nudge, ports);
    case 'package_unknown':
      return recordProblem(claim, 'turn_rejected', 'package', nudge, ports);
    case 'rejected':
      return recordProblem(claim, 'turn_rejected', outcome.fields.join(', ') || null, nudge, ports);
  }
};

const withAnswerLost = (screening: Screening, claim: Check, ports: CheckWorkerPorts): Screening => {
  const ended = withAttempt(screening, claim, { inFlightUntil: null });
  if (ended === null) return screening;
  const reconsider = failedAgain(screening.reconsider, 'turn_unavailable', ports.now(), ports.waiting, 0.5);
  return { ...ended, reconsider };
};

/** What Turn refused is mended by people: it is tried again now and then, and meanwhile shown. `standing`: the attempt that must still be the last one. */
export const recordProblem = async (
  claim: Check,
  code: ProblemCode,
  detail: string | null,
  nudge: Nudge,
  ports: CheckWorkerPorts,
  standing: OrderAttempt | null = claim.attempt,
): Promise<void> => {
  const now = ports.now();
  let isNews = false;
  await ports.screenings.update(nudge.accountId, nudge.opportunityId, (screening) => {
    const known = screening.checks.find((check) => check.enteredAt === claim.enteredAt);
    isNews = false;
    if (known?.state === 'started' || known?.attempt?.attemptedAt !== standing?.attemptedAt) return screening;
    const problem = problemNow(code, detail, known, now);
    isNews = problem !== known?.problem;
    return {
      ...withCheck(screening, { ...claim, state: 'problem', attempt: null, problem }),
      reconsider: revisitOf(known, now) ?? {
        dueAt: now + problemLookMs(now - problem.since, ports.waiting),
        attempts: 0,
      },
      refresh: nudged(screening.refresh, now, ports.waiting),
    };
  });
  await ports.nudgeCheckUpdate(nudge);
  if (isNews)
    await ports.journal.record(nudge.accountId, {
      kind: 'problem',
      opportunityId: nudge.opportunityId,
      detail: code,
    });
  ports.report(isNews ? 'problem_found' : 'stage_change_ignored', { ...nudge, reason: code });
};

/** Nothing is in flight any more: we decide anew at once, and must not wait for ourselves. */
export const markRefused = async (
  claim: Check,
  { accountId, opportunityId }: Nudge,
  ports: CheckWorkerPorts,
): Promise<void> => {
  const refused = { inFlightUntil: null, isRefused: true };
  await ports.screenings.update(
    accountId,
    opportunityId,
    (screening) => withAttempt(screening, claim, refused) ?? screening,
  );
};
