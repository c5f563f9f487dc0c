import type { Account } from './account.ts';
import { type Candidate, type PhoneNumber, readCandidate, withPhone } from './candidate.ts';
import { type Decision, decide } from './decide.ts';
import { type Desired, desiredLeverState } from './desired-lever-state.ts';
import { maskedAddress } from './mail-texts.ts';
import { choosePackage, type Opportunity, type PackageChoice } from './opportunity.ts';
import { newRecord, type OpportunityRecord } from './opportunity-record.ts';
import type { OrderedEntry, ProblemCode, StageEntry } from './stage-entry.ts';
import { isTriggerStage } from './trigger-stage.ts';

/** The opportunity as if it had just been moved into a trigger stage: the one that it is in, or else the account's first. */
export const asIfItHadEntered = (
  opportunity: Opportunity,
  { triggerStages }: Account,
  enteredAt: number,
): Opportunity => {
  const [first] = triggerStages;
  const isIn = isTriggerStage(triggerStages, opportunity.stage);
  // A stage that Lever does not have yet is one by its name.
  const stage = isIn || first === undefined ? opportunity.stage : { id: first.id ?? first.name, name: first.name };
  const stageChanges = [...opportunity.stageChanges, { toStageId: stage.id, updatedAt: enteredAt }];
  return { ...opportunity, stage, stageChanges, lastAdvancedAt: enteredAt };
};

/** What would be decided if it entered now, and stayed for the account's waiting time. */
export const decideAsIfEntered = (
  opportunity: Opportunity,
  account: Account,
  record: Pick<OpportunityRecord, 'entries'>,
  now: number,
): Decision => decide(asIfItHadEntered(opportunity, account, now), account, record, now + account.graceSeconds * 1000);

/** What of the candidate would reach Turn. `phone`: whether a number would, or why not. */
export type Sent = {
  readonly name: Pick<Candidate, 'firstName' | 'lastName'> | null;
  readonly maskedEmail: string | null;
  readonly phone: 'sent' | 'foreign' | 'unusable' | 'none';
};

/** Nothing of it is more than a person needs to recognize. A name or an address that is missing is said by the decision. */
export const sentOf = (opportunity: Opportunity, numbers: readonly PhoneNumber[]): Sent => {
  const read = readCandidate(opportunity);
  if (typeof read === 'string') return { name: null, maskedEmail: null, phone: 'none' };
  const { candidate, warnings } = withPhone({ candidate: read, warnings: [] }, numbers);
  const { firstName, lastName, email, phone } = candidate;
  const isForeign = warnings.some(({ kind }) => kind === 'foreign_phone');
  const leftOut = isForeign ? 'foreign' : numbers.length > 0 ? 'unusable' : 'none';
  return { name: { firstName, lastName }, maskedEmail: maskedAddress(email), phone: phone === null ? leftOut : 'sent' };
};

/** Where the package would come from. `packageId` null: Turn would choose, or none would be ordered. */
export type WantedPackage = {
  readonly from: (typeof packageChoices)[number];
  readonly packageId: string | null;
  readonly malformedTags: readonly string[];
};
export const packageChoices = ['tag', 'default', 'turn', 'several'] as const;

export const wantedPackage = (tags: readonly string[], { defaultPackageId }: Account): WantedPackage => {
  const choice: PackageChoice = choosePackage(tags);
  if (choice.kind === 'several') return { from: 'several', packageId: null, malformedTags: [] };
  const { malformedTags } = choice;
  if (choice.kind === 'one') return { from: 'tag', packageId: choice.packageId, malformedTags };
  return { from: defaultPackageId === null ? 'turn' : 'default', packageId: defaultPackageId, malformedTags };
};

/** Stands for the Turn ID that there is not yet. */
const placeholderId = 'C…';

/** The entry that would come of an order. */
export const previewedEntry = ({
  enteredAt,
  packageId,
  packageName,
  warnings,
}: Pick<OrderedEntry, 'enteredAt' | 'packageId' | 'packageName' | 'warnings'>): OrderedEntry => ({
  state: 'ordered',
  enteredAt,
  packageId,
  ...(packageName === undefined ? {} : { packageName }),
  warnings,
  workerId: placeholderId,
  turnId: placeholderId,
  dashboardUrl: null,
  status: { name: 'initiated', isComplete: false, isWithdrawn: false, hasReport: false },
  changedAt: enteredAt,
});

/** The entry that would come of a problem. */
export const previewedProblem = (code: ProblemCode, enteredAt: number): StageEntry => ({
  state: 'blocked',
  enteredAt,
  problem: { code, detail: null, since: enteredAt },
});

/** What Lever would show of it first, in the very words that it would show. */
export const previewedLever = (
  entries: readonly StageEntry[],
  account: Account,
): Pick<Desired, 'tag'> & { readonly notes: readonly string[] } => {
  const { tag, notes } = desiredLeverState({ ...newRecord(account.accountId, 'preview'), entries }, account);
  return { tag, notes: notes.map(({ text }) => text) };
};
