import type { Account } from './account.ts';
import { readEmails, readName } from './candidate.ts';
import { forbidsRerun } from './decide.ts';
import { folded } from './folded.ts';
import type { Opportunity } from './opportunity.ts';
import type { OpportunityRecord } from './opportunity-record.ts';
import { isOrdered, isRunning, type OrderedEntry, type OrderingEntry, type StageEntry } from './stage-entry.ts';

/**
 * Are two opportunities of one person, who needs one check alone? Lever merges contacts by mistake at times, so that the name
 * or a valid e-mail address must be the same too; and what is confidential is not shown where the other is not.
 */
export const isSamePerson = (one: Opportunity, other: Opportunity): boolean => {
  if (one.contactId === null || one.contactId !== other.contactId) return false;
  if (one.confidentiality !== other.confidentiality || one.isAnonymized || other.isAnonymized) return false;
  const name = nameOf(one);
  if (name !== '' && name === nameOf(other)) return true;
  const emails = readEmails(other.emails).map(folded);
  return readEmails(one.emails).some((email) => emails.includes(folded(email)));
};

const nameOf = ({ name }: Opportunity): string => {
  const read = readName(name);
  return folded(read === null ? name : `${read.firstName} ${read.lastName}`);
};

/** The packages that an entry was ordered for: the one that was ordered, and the one that Turn did not know. */
export const packagesOf = ({ packageId, warnings }: OrderedEntry | OrderingEntry): (string | null)[] => [
  packageId,
  ...warnings.flatMap((warning) => (warning.kind === 'unknown_package' ? [warning.packageId] : [])),
];

/** Was this check ordered with the opportunity, and not only shown there too? */
export const hasOrdered = ({ entries }: Pick<OpportunityRecord, 'entries'>, workerId: string): boolean =>
  entries.filter(isOrdered).some((entry) => entry.workerId === workerId && entry.isFollowed !== true);

/** Was there an order for this package, or may there have been one? One that Turn refused was none. */
export const isOrderFor =
  (packageId: string | null) =>
  (entry: StageEntry): entry is OrderedEntry | OrderingEntry => {
    if (entry.state === 'ordering' && entry.attempt.isRefused === true) return false;
    return (entry.state === 'ordered' || entry.state === 'ordering') && packagesOf(entry).includes(packageId);
  };

/** Of one opportunity's orders for a package the one that keeps its person's other opportunities from an order of their own: it runs, or the account's rule forbids another. */
export const standingOrder = (
  orders: readonly (OrderedEntry | OrderingEntry)[],
  packageId: string | null,
  account: Account,
  now: number,
): OrderedEntry | OrderingEntry | undefined =>
  orders.findLast(isRunning) ??
  (forbidsRerun(account, orders, packageId, now) ? orders.findLast(isOrdered) : undefined);

/** Which of two orders of one person is shown where both could be: a check before an order whose answer is awaited, one that runs before a complete one, then the one whose status changed last. */
export const inOrderOfLead = (one: OrderedEntry | OrderingEntry, other: OrderedEntry | OrderingEntry): number =>
  rankOf(one) - rankOf(other) || other.changedAt - one.changedAt;

const rankOf = (order: OrderedEntry | OrderingEntry): number => {
  if (order.state === 'ordering') return 2;
  return isRunning(order) ? 0 : 1;
};

/** The check of another opportunity as an entry of this one. `start`: what this one would have ordered. */
export const followedEntry = (
  { enteredAt, packageId, warnings, movedBy }: Pick<OrderedEntry, 'enteredAt' | 'packageId' | 'warnings' | 'movedBy'>,
  { movedBy: _, ...leader }: OrderedEntry,
): OrderedEntry => ({
  ...leader,
  ...(movedBy === undefined ? {} : { movedBy }),
  enteredAt,
  warnings: [
    ...warnings.filter(({ kind }) => kind === 'malformed_package_tag' || kind === 'unknown_package'),
    ...leader.warnings.filter((warning) =>
      warning.kind === 'unknown_package' ? warning.packageId === packageId : warning.kind === 'invitation_not_sent',
    ),
  ],
  isFollowed: true,
});
