import type { Account } from '#shared/domain/account.ts';
import type { Decision } from '#shared/domain/decide.ts';
import { nullIfPermanent } from '#shared/domain/failure.ts';
import type { Opportunity } from '#shared/domain/opportunity.ts';
import { inOrderOfLead, isOrderFor, isSamePerson, standingOrder } from '#shared/domain/person.ts';
import type { OrderedEntry, OrderingEntry } from '#shared/domain/stage-entry.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import type { AppPorts } from '#shared/vendors.ts';

/** More applications of one person than anybody has; each costs a call to Lever. */
const mostRead = 5;

/** The check, or the order, of the same person's other opportunity that would be shown in place of an order; null: there is none, as far as we know. Reads, and nothing else. */
export const findPersonsCheck = async (
  opportunity: Opportunity,
  { packageId }: Extract<Decision, { kind: 'start' }>,
  account: Account,
  lever: Lever,
  ports: AppPorts,
): Promise<OrderedEntry | OrderingEntry | null> => {
  const { contactId, opportunityId } = opportunity;
  if (contactId === null || !account.oneCheckPerPerson) return null;
  const { opportunityIds } = await ports.sharers.ofPerson(account.accountId, contactId, packageId);
  const found: { id: string; order: OrderedEntry | OrderingEntry }[] = [];
  for (const id of opportunityIds.filter((each) => each !== opportunityId)) {
    const { record } = await ports.records.load(account.accountId, id);
    const order = standingOrder(record.entries.filter(isOrderFor(packageId)), packageId, account, ports.now());
    if (order !== undefined) found.push({ id, order });
  }
  found.sort((one, other) => inOrderOfLead(one.order, other.order));
  for (const { id, order } of found.slice(0, mostRead)) {
    const other = await lever.readOpportunity(id).catch(nullIfPermanent);
    if (other !== null && isSamePerson(opportunity, { ...other, contactId: other.contactId ?? contactId }))
      return order;
  }
  return null;
};
