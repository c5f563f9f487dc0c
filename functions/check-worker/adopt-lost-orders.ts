import type { Account } from '#shared/domain/account.ts';
import { decide } from '#shared/domain/decide.ts';
import { Failure, nullIfPermanent } from '#shared/domain/failure.ts';
import { referenceIdFor } from '#shared/domain/ids.ts';
import { entriesToAskFor, isJustRestored } from '#shared/domain/lost-entries.ts';
import { choosePackage, type Opportunity } from '#shared/domain/opportunity.ts';
import { entryAt, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { readToldCheck } from '#shared/domain/read-note.ts';
import { type ClaimedOrder, orderingEntry } from '#shared/domain/transitions.ts';
import type { Loaded } from '#shared/stores/records.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { recordOrdered } from './resolve-uncertain-order.ts';

/** What is left to decide. `seen`: the record, which may know less than Lever shows. `unanswered`: why Turn did not say what it has; null: it did. */
type Remembered = {
  readonly seen: OpportunityRecord;
  readonly unanswered: Failure | null;
  /** May the person have a check with another opportunity that the table has forgotten? */
  readonly mayHaveLeader: (start: { readonly enteredAt: number }) => boolean;
};

/**
 * Asks Turn by our reference for each entry that the table may have forgotten an order of, and adopts the checks that it has.
 * `found`: the record with what Lever showed. While Turn leaves it open, nothing may be ordered.
 */
export const adoptLostOrders = async (
  { record }: Loaded,
  found: OpportunityRecord,
  opportunity: Opportunity,
  account: Account,
  ports: AppPorts,
): Promise<'adopted' | Remembered> => {
  const memory = { restoredAt: await ports.restores.restoredAt(), now: ports.now() };
  const decision = decide(opportunity, account, found, memory.now);
  const starting = decision.kind === 'start' ? decision.enteredAt : null;
  const entries = entriesToAskFor(opportunity, account, record, starting, memory);
  const checks = await askTurn(record, entries, ports);
  const told = checks instanceof Failure || checks.length === 0 ? new Map() : await readTold(record, ports);
  for (const { enteredAt, workerId, turnId } of checks instanceof Failure ? [] : checks) {
    const order = { enteredAt, ...(told.get(turnId) ?? chosen(opportunity, account)), countedAt: enteredAt };
    const claim = orderingEntry(entryAt(record, enteredAt), order, memory.now);
    const check = { workerId, isAdopted: true, notInvitedBy: null, scheduled: record.nextDecision };
    await recordOrdered(record, claim, check, ports);
  }
  const unanswered = checks instanceof Failure ? checks : null;
  if (!(checks instanceof Failure) && checks.length > 0) return 'adopted';
  const { notes, tag, readBackAt } = record.lever;
  // A retry alone makes a record too.
  const knowsNothing = notes.length === 0 && tag === null && readBackAt === undefined;
  const isUnknown = knowsNothing && entries.some((enteredAt) => entryAt(record, enteredAt) === undefined);
  return {
    seen: isUnknown ? { ...found, lever: { ...found.lever, isUnsure: true } } : found,
    unanswered,
    mayHaveLeader: ({ enteredAt }) =>
      isJustRestored(memory) || (entryAt(record, enteredAt) === undefined && entries.includes(enteredAt)),
  };
};

type Ordered = Pick<ClaimedOrder, 'packageId' | 'packageName' | 'warnings'>;

/** The packages that our notes say were ordered, by the Turn ID: Turn does not say. */
const readTold = async (
  { accountId, opportunityId }: OpportunityRecord,
  ports: AppPorts,
): Promise<ReadonlyMap<string | null, Ordered>> => {
  const lever = ports.leverOf(accountId, { reservationId: `${opportunityId}/decision`, again: 1 });
  const notes = (await lever.readNotes(opportunityId).catch(nullIfPermanent)) ?? [];
  const told = notes.flatMap(({ text }) => readToldCheck(text) ?? []);
  return new Map(
    told.map(({ turnId, packageIds: [packageId = null, ...unknown] }) => {
      const warnings = unknown.map((id) => ({ kind: 'unknown_package' as const, packageId: id ?? '' }));
      return [turnId, { packageId, warnings }];
    }),
  );
};

/** The package that would be ordered now. */
const chosen = ({ tags }: Opportunity, { defaultPackageId }: Account): Ordered => {
  const choice = choosePackage(tags);
  if (choice.kind !== 'one') return { packageId: defaultPackageId, warnings: [] };
  const { packageId, packageName } = choice;
  return { packageId, ...(packageName === null ? {} : { packageName }), warnings: [] };
};

type LostCheck = { readonly enteredAt: number; readonly workerId: string; readonly turnId: string | null };

const askTurn = async (
  { accountId, opportunityId }: OpportunityRecord,
  entries: readonly number[],
  ports: AppPorts,
): Promise<LostCheck[] | Failure> => {
  const checks: LostCheck[] = [];
  try {
    for (const enteredAt of entries) {
      const turn = await ports.turnOf(accountId);
      const found = await turn.findCheck(referenceIdFor(opportunityId, enteredAt));
      if (found !== null) checks.push({ enteredAt, workerId: found.workerId, turnId: found.turnId });
    }
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  return checks;
};
