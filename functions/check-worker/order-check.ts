import type { Account } from '#shared/domain/account.ts';
import { type Check, checkIdOf, newCheck, type Warning } from '#shared/domain/check.ts';
import { type Decision, forbidsRerun } from '#shared/domain/decide.ts';
import { Failure } from '#shared/domain/failure.ts';
import { isHeld, postponed } from '#shared/domain/planned.ts';
import { type Screening, withCheck } from '#shared/domain/screening.ts';
import { callMarginMs, orderInFlightMs } from '#shared/domain/waiting.ts';
import type { Loaded } from '#shared/stores/screening-store.ts';
import type { CheckWorkerPorts } from './ports.ts';
import { type NoOrder, recordDecision } from './record-decision.ts';
import { markRefused, recordOutcome, recordProblem } from './record-outcome.ts';

/** `countedAt`: when it was asked whether the hour has a place for it; a second order under another package keeps that place. */
type Start = Extract<Decision, { kind: 'start' }> & { readonly countedAt: number };

/**
 * May this check be ordered now? Not what Turn refused before, until its time has come: retries of a message must not
 * repeat the order. Nor what is above the account's cap for this hour: it is held until another.
 */
export const mayOrderNow = async (
  { accountId, checks, reconsider }: Screening,
  { enteredAt }: Start,
  { hourlyCap }: Account,
  ports: CheckWorkerPorts,
): Promise<'yes' | 'refused_before' | NoOrder> => {
  const known = checks.find((check) => check.enteredAt === enteredAt);
  if (known?.state === 'started') return 'refused_before';
  const wasRefused = known?.problem?.code === 'turn_rejected' || known?.problem?.code === 'turn_account';
  const isForLater = reconsider !== null && reconsider.dueAt > ports.now() && !isHeld(reconsider);
  if (wasRefused && isForLater) return 'refused_before';
  const countedAt = known?.state === 'claimed' ? (known.attempt?.countedAt ?? null) : null;
  const freeAt = hourlyCap === null ? null : await ports.countOrder(accountId, hourlyCap, countedAt);
  return freeAt === null ? 'yes' : { kind: 'problem', enteredAt, code: 'cap_reached', lookAt: freeAt };
};

/**
 * Claims the entry and orders the check, once. The claim, with the time of the attempt, is saved before the call: whoever
 * comes after a crash finds it and asks Turn first. `outrun`: somebody else changed the record; nothing was ordered.
 */
export const orderCheck = async (
  loaded: Loaded,
  screening: Screening,
  start: Start,
  account: Account,
  ports: CheckWorkerPorts,
): Promise<'finished' | 'outrun'> => {
  const { accountId, opportunityId } = screening;
  const checkId = checkIdOf(opportunityId, start.enteredAt);
  const callbackUrl = await ports.callbackUrlOf(accountId, checkId);
  const known = loaded.screening.checks.find((check) => check.enteredAt === start.enteredAt);
  const attemptedAt = ports.now();
  const inFlightUntil = attemptedAt + orderInFlightMs;
  const claim: Check = {
    ...newCheck(start.enteredAt, 'claimed', known?.state === 'claimed' ? known.changedAt : attemptedAt),
    problem: known?.problem ?? null,
    packageId: start.packageId,
    warnings: start.warnings,
    attempt: { attemptedAt, inFlightUntil, revisit: false, countedAt: start.countedAt },
  };
  const turn = await ports.turnOf(accountId).catch(tokenMissing);
  if (turn === null) {
    await recordProblem(claim, 'turn_account', null, { accountId, opportunityId }, ports, known?.attempt ?? null);
    return 'finished';
  }
  const claimed = await ports.screenings.save(loaded, {
    ...withCheck(screening, claim),
    reconsider: postponed(loaded.screening.reconsider, inFlightUntil),
  });
  if (claimed === null) return 'outrun';
  ports.report('check_claimed', { accountId, opportunityId, checkId });
  const outcome = await turn.orderCheck({
    candidate: start.candidate,
    packageId: start.packageId,
    referenceId: checkId,
    callbackUrl,
    notAfter: inFlightUntil - callMarginMs,
  });
  if (outcome.kind === 'package_unknown' && start.packageId !== null) {
    const warning: Warning = { kind: 'unknown_package', packageId: start.packageId };
    const packageId = start.packageId === account.defaultPackageId ? null : account.defaultPackageId;
    const instead: Start = { ...start, packageId, warnings: [...start.warnings, warning] };
    const ended = forbidsRerun(account, start.earlier, packageId, ports.now())
      ? recordDecision(claimed, claimed.screening, { kind: 'not_rerun', enteredAt: start.enteredAt }, account, ports)
      : orderCheck(claimed, claimed.screening, instead, account, ports);
    if ((await ended) === 'outrun') await markRefused(claim, { accountId, opportunityId }, ports);
    return ended;
  }
  if (outcome.kind === 'rejected' && known?.state === 'claimed') {
    // An earlier attempt may have come through all the same, and this one be refused as its double.
    const status = await turn.findCheck(checkId);
    if (status !== null) {
      await recordOutcome(claimed, claim, { kind: 'ordered', workerId: status.workerId }, ports);
      return 'finished';
    }
  }
  await recordOutcome(claimed, claim, outcome, ports);
  return 'finished';
};

const tokenMissing = (error: unknown): null => {
  if (error instanceof Failure && error.code === 'turn_token_refused') return null;
  throw error;
};
