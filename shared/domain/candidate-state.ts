import { currentEntry, type OpportunityRecord } from './opportunity-record.ts';
import {
  changedAt,
  isOrdered,
  isOrdering,
  isRunning,
  type OrderedEntry,
  type ProblemCode,
  problemOf,
  type StageEntry,
} from './stage-entry.ts';
import { type WaitingReason, waitingReason } from './waiting-work.ts';

/** What people look for: whom they have to see to, who still waits, whose check runs, and with whom we are done. */
export const candidateGroups = ['attention', 'waiting', 'running', 'ended'] as const;
export type CandidateGroup = (typeof candidateGroups)[number];

export const candidateStateKinds = [
  'problem',
  'waiting',
  'ordering',
  'check',
  'rerun_denied',
  'archived',
  'no_check',
] as const;

/**
 * Where a candidate stands. `code`: of a problem or of the reason to wait; of a check the name of its status, null while Turn
 * has told none. `since` in epoch milliseconds; null: nobody knows.
 */
export type CandidateState = { readonly group: CandidateGroup; readonly since: number | null } & (
  | { readonly kind: 'problem'; readonly code: ProblemCode }
  | { readonly kind: 'waiting'; readonly code: WaitingReason }
  | { readonly kind: 'check'; readonly code: string | null }
  | { readonly kind: 'ordering' | 'rerun_denied' | 'archived' | 'no_check'; readonly code: null }
);

/** A candidate in one line. `packageId` null: Turn's default, or nothing was ordered. `isFollowed`: the check was ordered for another opportunity of the person. */
export type Candidate = {
  readonly opportunityId: string;
  readonly state: CandidateState;
  readonly turnId: string | null;
  readonly packageId: string | null;
  readonly isFollowed: boolean;
};

/** The candidate of a record that is not erased. */
export const candidateOf = (record: OpportunityRecord): Candidate => {
  const current = currentEntry(record);
  const ordered = current !== undefined && isOrdered(current) ? current : undefined;
  const order = ordered ?? record.entries.findLast(isOrdering);
  return {
    opportunityId: record.opportunityId,
    state: stateOf(record, current, ordered),
    turnId: ordered?.turnId ?? null,
    packageId: order?.packageId ?? null,
    isFollowed: ordered?.isFollowed === true,
  };
};

const stateOf = (
  record: OpportunityRecord,
  current: StageEntry | undefined,
  ordered: OrderedEntry | undefined,
): CandidateState => {
  const latest = record.entries.at(-1);
  if (ordered !== undefined && isRunning(ordered)) return checkState(ordered);
  // What an archived candidate had stays to be read in the timeline; nobody waits for it.
  if (record.nextDecision?.archivedLook !== undefined && ordered === undefined)
    return { kind: 'archived', code: null, group: 'ended', since: null };
  const problem = problemOf(current);
  if (problem !== null && problem.code !== 'cap_reached')
    return { kind: 'problem', code: problem.code, group: 'attention', since: problem.since };
  if (latest?.state === 'ordering') return { kind: 'ordering', code: null, group: 'waiting', since: latest.changedAt };
  const waiting = waitingReason(record);
  if (waiting !== null && ordered === undefined)
    return { kind: 'waiting', code: waiting, group: 'waiting', since: problem?.since ?? failingSince(record) };
  if (latest?.state === 'rerun_denied')
    return { kind: 'rerun_denied', code: null, group: 'ended', since: latest.changedAt };
  return ordered === undefined ? { kind: 'no_check', code: null, group: 'ended', since: null } : checkState(ordered);
};

const checkState = (entry: OrderedEntry): CandidateState => ({
  kind: 'check',
  code: entry.status?.name ?? null,
  group: isRunning(entry) ? 'running' : 'ended',
  since: entry.changedAt,
});

const failingSince = ({ nextDecision, nextSync }: OpportunityRecord): number | null =>
  nextDecision?.failingSince ?? nextSync?.failingSince ?? null;

/** When anything last changed for the candidate, as far as the record says; epoch milliseconds. */
export const lastChangeOf = ({ entries }: Pick<OpportunityRecord, 'entries'>): number =>
  Math.max(0, ...entries.map(changedAt));
