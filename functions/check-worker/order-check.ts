import { withPackageName } from '#shared/accounts/name-package.ts';
import type { Account } from '#shared/domain/account.ts';
import { type Candidate, withoutRefused } from '#shared/domain/candidate.ts';
import { type Decision, forbidsRerun } from '#shared/domain/decide.ts';
import { Failure } from '#shared/domain/failure.ts';
import { referenceIdFor } from '#shared/domain/ids.ts';
import type { Opportunity } from '#shared/domain/opportunity.ts';
import { entryAt, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { callMarginMs } from '#shared/domain/retry-policy.ts';
import type { OrderingEntry, Warning } from '#shared/domain/stage-entry.ts';
import {
  answerLost,
  claimed,
  decided,
  type NoOrder,
  orderingEntry,
  orderWithdrawn,
  type Refusal,
  refused,
} from '#shared/domain/transitions.ts';
import type { Loaded } from '#shared/stores/records.ts';
import type { OrderOutcome } from '#shared/turn/order.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { consultPerson, type PersonClaim } from './consult-person.ts';
import { noteDefaultPackage } from './note-default-package.ts';
import { noteStartLag } from './note-start-lag.ts';
import { type Outcome, recordOrdered, reportUncertainOrder } from './resolve-uncertain-order.ts';
import { followCheck } from './share-check.ts';

/**
 * `countedAt`: when it was asked whether the hour has a place for it; a second order under another package keeps that place.
 * `claim`: of the person; null where there is none to claim, or it is claimed already.
 */
type Start = Extract<Decision, { kind: 'start' }> & {
  readonly candidate: Candidate;
  readonly opportunity: Opportunity;
  readonly countedAt: number;
  readonly claim: PersonClaim | null;
};

/**
 * Claims the entry, then the person, and orders the check, once. The claim, with the time of the attempt, is saved before the
 * call: whoever comes after a crash finds it and asks Turn first. `conflict`: somebody else changed the record, or came for
 * the same person; nothing was ordered.
 */
export const orderCheck = async (
  loaded: Loaded,
  seen: OpportunityRecord,
  start: Start,
  account: Account,
  ports: AppPorts,
): Promise<Outcome> => {
  const { accountId, opportunityId } = seen;
  const known = entryAt(loaded.record, start.enteredAt);
  const referenceId = referenceIdFor(opportunityId, start.enteredAt);
  const callbackUrl = await ports.callbackUrlOf(account, referenceId);
  const claim = orderingEntry(known, start, ports.now());
  const turn = await ports.turnOf(accountId).catch(nullIfTokenMissing);
  if (turn === null) {
    const standing = known?.state === 'ordering' ? known.attempt : null;
    await recordRefusal(seen, claim, { code: 'turn_token_rejected', detail: null, standing }, ports);
    return 'finished';
  }
  const claimedRecord = await ports.records.commit(loaded, claimed(loaded.record, seen, claim));
  if (claimedRecord === null) return 'conflict';
  if (start.claim !== null && !(await ports.sharers.replace(start.claim.person, start.claim.opportunityIds))) {
    await ports.records.apply(seen, (current) => orderWithdrawn(current, claim));
    return 'conflict';
  }
  const outcome = await turn.orderCheck({
    candidate: start.candidate,
    packageId: start.packageId,
    referenceId,
    callbackUrl,
    deadline: (claim.attempt.inFlightUntil ?? 0) - callMarginMs,
  });
  if (outcome.kind === 'package_unknown' && start.packageId !== null) {
    return orderDefaultInstead(claimedRecord, claim, start, account, ports);
  }
  if (outcome.kind === 'rejected' && known?.state === 'ordering') {
    // An earlier attempt may have come through all the same, and this one be refused as its double.
    const found = await turn.findCheck(referenceId);
    if (found !== null) {
      await recordOutcome(
        claimedRecord,
        claim,
        { kind: 'ordered', workerId: found.workerId, notInvitedBy: null },
        ports,
      );
      await noteDefaultPackage(account, start.packageId, 'known', ports);
      return 'finished';
    }
  }
  const instead = outcome.kind === 'rejected' ? withoutRefused(start.candidate, outcome.fields) : null;
  if (instead !== null) {
    const { candidate, warning } = instead;
    return orderInstead(claimedRecord, claim, { ...start, candidate, claim: null }, warning, account, ports);
  }
  await recordOutcome(claimedRecord, claim, outcome, ports);
  if (outcome.kind === 'ordered') {
    await noteDefaultPackage(account, start.packageId, 'known', ports);
    await noteStartLag(loaded.record, claim, account, ports);
  }
  return 'finished';
};

/** Turn refused the claimed order, and so has nothing: it is ordered once more, for the same entry and under a claim of its own, in a way that Turn may take. */
const orderInstead = async (
  claimedRecord: Loaded,
  claim: OrderingEntry,
  start: Start,
  warning: Warning,
  account: Account,
  ports: AppPorts,
): Promise<Outcome> => {
  const { record } = claimedRecord;
  const instead: Start = { ...start, warnings: [...start.warnings, warning] };
  const outcome = await orderCheck(claimedRecord, record, instead, account, ports);
  if (outcome === 'conflict') await ports.records.apply(record, (current) => orderWithdrawn(current, claim));
  return outcome;
};

/** Turn does not know the package: the account's default is ordered instead, or Turn's own where it was the default; unless the person has that already. */
const orderDefaultInstead = async (
  claimedRecord: Loaded,
  claim: OrderingEntry,
  start: Start & { readonly packageId: string | null },
  account: Account,
  ports: AppPorts,
): Promise<Outcome> => {
  const unknownId = start.packageId ?? '';
  const warning: Warning = { kind: 'unknown_package', packageId: unknownId };
  const packageId = unknownId === account.defaultPackageId ? null : account.defaultPackageId;
  const { record } = claimedRecord;
  await noteDefaultPackage(account, unknownId, 'unknown', ports);
  const settle = async (outcome: Promise<Outcome>): Promise<Outcome> => {
    if ((await outcome) === 'conflict') await ports.records.apply(record, (current) => orderWithdrawn(current, claim));
    return outcome;
  };
  const orderNothing = async (decision: NoOrder): Promise<Outcome> => {
    const transition = decided(record, record, decision, account, ports.moment());
    return (await ports.records.commit(claimedRecord, transition)) === null ? 'conflict' : 'finished';
  };
  if (forbidsRerun(account, start.earlier, packageId, ports.now())) {
    return settle(orderNothing({ kind: 'rerun_denied', enteredAt: start.enteredAt }));
  }
  const { packageName: _, ...unnamed } = start;
  const changed: Start = { ...unnamed, packageId, warnings: [...start.warnings, warning] };
  const instead = await withPackageName(record.accountId, changed, ports);
  const consulted = await consultPerson(record, record, { ...instead, own: claim }, account, ports);
  if (consulted.kind === 'follow') {
    return settle(followCheck(claimedRecord, record, instead, consulted.leader, ports));
  }
  if (consulted.kind === 'problem') return settle(orderNothing(consulted));
  return settle(orderCheck(claimedRecord, record, { ...instead, claim: consulted.claim }, account, ports));
};

const nullIfTokenMissing = (error: unknown): null => {
  if (error instanceof Failure && error.code === 'turn_token_rejected') return null;
  throw error;
};

/** Records what became of an order. A refusal, or none, counts only as long as nobody else has ordered since: of theirs it says nothing. */
const recordOutcome = async (
  { record }: Loaded,
  claim: OrderingEntry,
  outcome: OrderOutcome,
  ports: AppPorts,
): Promise<void> => {
  const standing = claim.attempt;
  switch (outcome.kind) {
    case 'ordered': {
      const { workerId, notInvitedBy } = outcome;
      const check = { workerId, isAdopted: false, notInvitedBy, scheduled: record.nextDecision };
      return recordOrdered(record, claim, check, ports);
    }
    case 'uncertain':
      await ports.records.apply(record, (current) => answerLost(current, claim, outcome.reason, ports.moment()));
      return reportUncertainOrder(record, claim, ports);
    case 'token_rejected':
      return recordRefusal(record, claim, { code: 'turn_token_rejected', detail: null, standing }, ports);
    case 'package_unknown':
      return recordRefusal(record, claim, { code: 'turn_rejected', detail: 'package', standing }, ports);
    case 'rejected': {
      const detail = outcome.fields.join(', ') || null;
      return recordRefusal(record, claim, { code: 'turn_rejected', detail, standing }, ports);
    }
  }
};

const recordRefusal = async (
  record: OpportunityRecord,
  claim: OrderingEntry,
  refusal: Refusal,
  ports: AppPorts,
): Promise<void> => {
  await ports.records.apply(record, (current) => refused(current, claim, refusal, ports.moment()));
};
