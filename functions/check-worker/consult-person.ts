import type { Account } from '#shared/domain/account.ts';
import type { Decision } from '#shared/domain/decide.ts';
import { Failure } from '#shared/domain/failure.ts';
import type { Opportunity } from '#shared/domain/opportunity.ts';
import { entryAt, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { inOrderOfLead, isOrderFor, isSamePerson, standingOrder } from '#shared/domain/person.ts';
import { hasFailed, problemRecheckMs } from '#shared/domain/retry-policy.ts';
import { type OrderedEntry, type OrderingEntry, problemNow } from '#shared/domain/stage-entry.ts';
import { type NoOrder, orderWithdrawn } from '#shared/domain/transitions.ts';
import type { Sharers } from '#shared/stores/sharers.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { refreshedEntries } from './refreshed-entries.ts';
import { triesBeforeUnreadable } from './why-unread.ts';

/** So often Lever may refuse to show another opportunity before it counts as none of this person: some minutes. */
export const triesBeforeUnread = 3;
const marginMs = 500;

/** What is to be saved before the order, over the version that was read before anybody's record was: it fails where another opportunity of the person came in between. */
export type PersonClaim = { readonly person: Sharers; readonly opportunityIds: readonly string[] };

/** An order that is about to be placed. `own`: the one before it, of which Turn has nothing. */
type Wanted = Extract<Decision, { kind: 'start' }> & {
  readonly opportunity: Opportunity;
  readonly own: OrderingEntry | undefined;
};

/** `order`: nobody else has ordered, as far as one can know; `claim` is null where Lever tells of no person. `follow`: the check of another opportunity will do. */
type Consulted =
  | { readonly kind: 'order'; readonly claim: PersonClaim | null }
  | { readonly kind: 'follow'; readonly leader: OrderedEntry }
  | Extract<NoOrder, { kind: 'problem' }>;

/**
 * Does the person have a check of this package with another opportunity already? Everybody saves the own record first and
 * the person then, and reads the person first and the records then: of two that come at once, one at least sees the other.
 * Throws a `Failure` where the other's order is out, or the other cannot be read now.
 */
export const consultPerson = async (
  before: OpportunityRecord,
  { accountId, opportunityId, contactId }: OpportunityRecord,
  start: Wanted,
  account: Account,
  ports: AppPorts,
): Promise<Consulted> => {
  if (contactId === null) return { kind: 'order', claim: null };
  const { packageId, own } = start;
  const wanted = { ...start, opportunity: { ...start.opportunity, contactId } };
  const person = await ports.sharers.ofPerson(accountId, contactId, packageId);
  const others: OpportunityRecord[] = [];
  for (const id of person.opportunityIds.filter((each) => each !== opportunityId)) {
    const { record } = await ports.records.load(accountId, id);
    if (record.entries.some(isOrderFor(packageId))) others.push(record);
  }
  try {
    const leader = account.oneCheckPerPerson ? await findLeader(others, before, wanted, account, ports) : null;
    if (leader?.order.state === 'ordered') return { kind: 'follow', leader: leader.order };
    if (leader?.order.state === 'ordering')
      return await awaitAnswer(leader.record, leader.order, before, wanted, ports);
  } catch (error) {
    // Nobody must wait for an order of ours that Turn does not have, or two would wait for one another.
    if (own !== undefined) await ports.records.apply(before, (current) => orderWithdrawn(current, own));
    throw error;
  }
  return {
    kind: 'order',
    claim: { person, opportunityIds: [...others.map((record) => record.opportunityId), opportunityId] },
  };
};

/** An order that another opportunity holds. */
type Leader = { readonly record: OpportunityRecord; readonly order: OrderedEntry | OrderingEntry };

/** The order of another opportunity that speaks for this one too. */
const findLeader = async (
  others: readonly OpportunityRecord[],
  before: OpportunityRecord,
  { packageId, opportunity }: Wanted,
  account: Account,
  ports: AppPorts,
): Promise<Leader | null> => {
  const leaders: Leader[] = [];
  for (const record of others) {
    const known = { ...record, entries: record.entries.filter(isOrderFor(packageId)) };
    const entries = await refreshedEntries(known, before.nextDecision, ports);
    const order = standingOrder(entries.filter(isOrderFor(packageId)), packageId, account, ports.now());
    if (order !== undefined) leaders.push({ record, order });
  }
  // Our own opportunity has been read. Who comes back reads it again, and without a request for each would spend on it the one meant for the other, for ever.
  let reads = 1;
  for (const leader of leaders.toSorted((one, other) => inOrderOfLead(one.order, other.order))) {
    if (await isOfSamePerson(leader.record, opportunity, before, reads, ports)) return leader;
    reads += 1;
  }
  return null;
};

/** Reads the other opportunity as it is now. What Lever refuses to show is asked for again some minutes long: a check too many costs more than a late one. */
const isOfSamePerson = async (
  { accountId, opportunityId, contactId }: OpportunityRecord,
  opportunity: Opportunity,
  { nextDecision, opportunityId: ownId }: OpportunityRecord,
  again: number,
  ports: AppPorts,
): Promise<boolean> => {
  const lever = ports.leverOf(accountId, { reservationId: `${ownId}/decision`, again });
  try {
    const other = await lever.readOpportunity(opportunityId);
    // One answer may lack the contact; name or e-mail address must agree anyway.
    return isSamePerson(opportunity, { ...other, contactId: other.contactId ?? contactId });
  } catch (error) {
    const code = error instanceof Failure ? error.code : null;
    const isUnreadable = code === 'lever_unexpected_answer';
    if (code !== 'lever_not_found' && code !== 'lever_forbidden' && !isUnreadable) throw error;
    // Deleted, perhaps, without a word to us: the check worker finds out.
    if (code === 'lever_not_found') await ports.enqueueDecision({ accountId, opportunityId });
    const tries = isUnreadable ? triesBeforeUnreadable : triesBeforeUnread;
    if (hasFailed('person_unread', tries, nextDecision, ports.now())) return false;
    throw new Failure('person_unread', 'Lever does not show another opportunity of the person.');
  }
};

/** The other's order is out: its answer comes within seconds, or Turn must know of it soon. Where it is uncertain for a day, both say so. */
const awaitAnswer = async (
  { accountId, opportunityId }: OpportunityRecord,
  { attempt, problem }: OrderingEntry,
  own: OpportunityRecord,
  { enteredAt }: Wanted,
  ports: AppPorts,
) => {
  const { retryPolicy } = ports.config;
  const now = ports.now();
  const message = 'Another opportunity of the person is being ordered for.';
  const answeredAt = attempt.inFlightUntil ?? 0;
  if (answeredAt > now) throw new Failure('person_order_in_flight', message, answeredAt - now + marginMs);
  // We wait for its answer: so we see to it that somebody asks for it.
  await ports.enqueueDecision({ accountId, opportunityId });
  if (problem?.code === 'order_uncertain') {
    const code = 'order_uncertain';
    const { since } = problemNow(code, null, entryAt(own, enteredAt), now);
    const recheckAt = now + Math.min(problemRecheckMs(now - since, retryPolicy), retryPolicy.retryLongestMs);
    return { kind: 'problem', enteredAt, code, recheckAt } as const;
  }
  const knownAt = attempt.attemptedAt + retryPolicy.orderVisibilityMs;
  throw new Failure('person_order_uncertain', message, Math.max(0, knownAt - now) + marginMs);
};
