import type { Account } from './account.ts';
import { isRequested } from './decide.ts';
import { enteredTriggerAt, type Opportunity, type StageChange } from './opportunity.ts';
import { entryAt, type OpportunityRecord } from './opportunity-record.ts';
import { vendorClockSkewMs } from './retry-policy.ts';
import { changedAt, type StageEntry } from './stage-entry.ts';
import { countsFrom, isTriggerStage, nameIn } from './trigger-stage.ts';

/** A webhook leads to a decision within minutes: of an older entry that the table does not know, it may have been told before, and have forgotten it. */
const knownWithinMs = 10 * 60_000;

/** More entries than anybody looks back at. */
const mostAskedFor = 5;

/** `restoredAt`: since when a table restored from a backup is in use; 0: it never was. */
export type Memory = { readonly restoredAt: number; readonly now: number };

/** So long after the table was restored, a person may have a check that it has forgotten: checks seldom run longer. */
const forgetfulForMs = 30 * 86_400_000;

export const isJustRestored = ({ restoredAt, now }: Memory): boolean => now - restoredAt < forgetfulForMs;

/** May the table have known more of an entry of this time than it does now? */
const mayBeForgotten = (enteredAt: number, { restoredAt, now }: Memory): boolean =>
  now - enteredAt > knownWithinMs || enteredAt < restoredAt + vendorClockSkewMs;

/** The moves into a stage that is known to start checks, whenever they were, in Lever's order. */
export const entriesInto = ({ stageChanges }: Opportunity, { triggerStages, stages }: Account): StageChange[] =>
  stageChanges.filter(({ toStageId }) =>
    isTriggerStage(triggerStages, { id: toStageId, name: nameIn(stages, toStageId) ?? null }),
  );

/**
 * The entries into a trigger stage for which Turn may have a check that the table does not know of, the latest first: those
 * that it does not know at all, those that came to nothing before it was restored, and the one that is about to be ordered
 * for (`starting`), unless Turn has just been asked for it.
 */
export const entriesToAskFor = (
  opportunity: Opportunity,
  account: Account,
  record: Pick<OpportunityRecord, 'entries' | 'requested'>,
  starting: number | null,
  memory: Memory,
): number[] => {
  const { triggerStages } = account;
  const moves = entriesInto(opportunity, account);
  const current = enteredTriggerAt(opportunity, triggerStages);
  const times = [...moves.map(({ updatedAt }) => updatedAt), ...(typeof current === 'number' ? [current] : [])];
  const from = countsFrom(account, opportunity.stage);
  const counts = (at: number): boolean => at >= from - vendorClockSkewMs || isRequested(record, at, from);
  const isOpen = (at: number): boolean => {
    const known = entryAt(record, at);
    return known === undefined || isUnsettled(known, at === starting, memory.restoredAt);
  };
  return [...new Set(times)]
    .filter((at) => counts(at) && mayBeForgotten(at, memory) && isOpen(at))
    .toSorted((one, other) => other - one)
    .slice(0, mostAskedFor);
};

const isUnsettled = (known: StageEntry, isStarting: boolean, restoredAt: number): boolean => {
  switch (known.state) {
    case 'ordered':
    case 'erased':
      return false;
    case 'ordering':
      return known.attempt.isRefused === true && known.attempt.attemptedAt < restoredAt;
    case 'blocked':
    case 'rerun_denied':
      return isStarting || changedAt(known) < restoredAt;
  }
};
