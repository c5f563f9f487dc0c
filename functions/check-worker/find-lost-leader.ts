import type { Account } from '#shared/domain/account.ts';
import { Failure, kindOf } from '#shared/domain/failure.ts';
import { referenceIdFor } from '#shared/domain/ids.ts';
import { entriesInto } from '#shared/domain/lost-entries.ts';
import { choosePackage, type Opportunity } from '#shared/domain/opportunity.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { inOrderOfLead, isSamePerson, standingOrder } from '#shared/domain/person.ts';
import { readToldCheck } from '#shared/domain/read-note.ts';
import { hasFailed, type ScheduledWork } from '#shared/domain/retry-policy.ts';
import { isOrdered, type OrderedEntry } from '#shared/domain/stage-entry.ts';
import type { Lever, OpportunityPage } from '#shared/lever/lever-client.ts';
import type { WorkerStatus } from '#shared/turn/turn-client.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { triesBeforeUnread } from './consult-person.ts';

/** Of a hundred each: more applications than one person has. */
const mostPages = 5;

/** An order that is about to be placed. */
type Wanted = { readonly packageId: string | null; readonly opportunity: Opportunity };

/**
 * The check of this package that another opportunity of the person has and that the table may have forgotten: our notes in Lever
 * tell of it, or Turn knows it by our reference. `scheduled`: why we come now. Null: there is none that keeps this one from an order of its own.
 */
export const findLostLeader = async (
  { accountId, opportunityId, contactId }: OpportunityRecord,
  scheduled: ScheduledWork | null,
  wanted: Wanted,
  account: Account,
  ports: AppPorts,
): Promise<OrderedEntry | null> => {
  if (contactId === null || !account.oneCheckPerPerson) return null;
  // Whoever has to come back for its requests makes all of them once more: our own opportunity has been read.
  let made = 0;
  const lever = (): Lever => {
    made += 1;
    return ports.leverOf(accountId, { reservationId: `${opportunityId}/decision`, again: made });
  };
  const orders: OrderedEntry[] = [];
  for (const other of await othersOf(contactId, wanted.opportunity, lever)) {
    const notes = await lever().readNotes(other.opportunityId).catch(noneIfUnread(scheduled, ports.now()));
    const found = await checksOf(other, notes, wanted.packageId, account, ports);
    orders.push(...found);
    // It has forgotten them too.
    if (found.length > 0) await ports.enqueueDecision({ accountId, opportunityId: other.opportunityId });
  }
  const leaders = orders.filter(
    (order) => standingOrder([order], wanted.packageId, account, ports.now()) !== undefined,
  );
  return leaders.toSorted(inOrderOfLead).find(isOrdered) ?? null;
};

const othersOf = async (contactId: string, own: Opportunity, lever: () => Lever): Promise<Opportunity[]> => {
  const others: Opportunity[] = [];
  let offset: string | null = null;
  for (let pages = 0; pages < mostPages; pages++) {
    const page: OpportunityPage = await lever().listOfContact(contactId, offset);
    others.push(...page.opportunities.filter(({ opportunityId }) => opportunityId !== own.opportunityId));
    offset = page.next;
    if (offset === null) break;
  }
  const person = { ...own, contactId };
  return others.filter((other) => isSamePerson(person, { ...other, contactId: other.contactId ?? contactId }));
};

/** What Lever refuses to show is asked for again some minutes long: a check too many costs more than a late one. */
const noneIfUnread =
  (scheduled: ScheduledWork | null, now: number) =>
  (error: unknown): [] => {
    if (!(error instanceof Failure) || kindOf(error) !== 'permanent') throw error;
    if (hasFailed('person_unread', triesBeforeUnread, scheduled, now)) return [];
    throw new Failure('person_unread', 'Lever does not show the notes of another opportunity of the person.');
  };

/** The checks of this package that an opportunity has, by its notes, or else by its entries, whose package its tags name. */
const checksOf = async (
  other: Opportunity,
  notes: readonly { readonly text: string }[],
  packageId: string | null,
  account: Account,
  ports: AppPorts,
): Promise<OrderedEntry[]> => {
  const entries = entriesInto(other, account);
  const told = notes.flatMap(({ text }) => readToldCheck(text) ?? []);
  const choice = choosePackage(other.tags);
  const isWanted = (choice.kind === 'one' ? choice.packageId : account.defaultPackageId) === packageId;
  const untold = isWanted && told.length === 0 ? entries : [];
  const ids = [
    ...told.filter(({ packageIds }) => packageIds.includes(packageId)).map(({ turnId }) => turnId),
    ...untold.map(({ updatedAt }) => referenceIdFor(other.opportunityId, updatedAt)),
  ];
  const turn = await ports.turnOf(account.accountId);
  const enteredAt = entries.at(-1)?.updatedAt ?? ports.now();
  const found: OrderedEntry[] = [];
  for (const id of new Set(ids)) {
    const check = await turn.findCheck(id);
    if (check !== null) found.push(orderedEntry(check, enteredAt, packageId));
  }
  return found;
};

/** When its status last changed, nobody knows: after the last entry at the earliest. */
const orderedEntry = (
  { workerId, turnId, dashboardUrl, isAddressUnusable, status }: WorkerStatus,
  enteredAt: number,
  packageId: string | null,
): OrderedEntry => ({
  state: 'ordered',
  enteredAt,
  packageId,
  warnings: [],
  workerId,
  turnId,
  dashboardUrl,
  ...(isAddressUnusable ? { isAddressUnusable } : {}),
  status,
  changedAt: enteredAt,
});
