import type { FailureCode } from './failure.ts';
import { currentEntry, nextDue, type OpportunityRecord } from './opportunity-record.ts';
import { isAwaitingReconnect, type ScheduledWork } from './retry-policy.ts';
import { type ProblemCode, problemOf } from './stage-entry.ts';

/** What the work on an account's candidates shows to be wrong. */
export const workProblemCodes = [
  'lever_app_rejected',
  'lever_not_answering',
  'turn_token_rejected',
  'turn_not_answering',
  'work_overdue',
  'work_failing',
  'candidates_need_attention',
  'hourly_limit_reached',
] as const;
export type WorkProblemCode = (typeof workProblemCodes)[number];

/** How many candidates something concerns, and since when the first of them, epoch milliseconds. */
export type Concern = { readonly candidates: number; readonly since: number | null };

/** What is wrong, as far as the candidates' records say. `awaitingReconnect`: those whose work waits for Lever to let us in; `awaitingResume`: whose order waits for the end of a pause. */
export type WorkProblems = {
  readonly found: Readonly<Partial<Record<WorkProblemCode, Concern>>>;
  readonly awaitingReconnect: number;
  readonly awaitingResume: number;
  /** Candidates of whom somebody has to be told, the longest waiting first. */
  readonly open: readonly OpenProblem[];
};

/** Why a candidate has no check, and since when, epoch milliseconds. */
export type OpenProblem = { readonly opportunityId: string; readonly code: ProblemCode; readonly since: number };

/** So long a vendor may fail us, or work be late, before it counts. */
export const toleratedMs = 15 * 60_000;

/** What work that keeps failing says of the account; null: that is told otherwise. */
const failureProblems: Readonly<Record<FailureCode, WorkProblemCode | null>> = {
  // Those who wait for Lever to let us in are counted apart.
  lever_not_connected: null,
  lever_grant_lapsed: null,
  // So are those who wait for the end of a pause.
  ordering_paused: null,
  lever_app_rejected: 'lever_app_rejected',
  lever_unavailable: 'lever_not_answering',
  lever_rate_limited: 'lever_not_answering',
  lever_unexpected_answer: 'work_failing',
  lever_half_read: 'work_failing',
  lever_access_denied: 'work_failing',
  lever_forbidden: 'work_failing',
  lever_not_found: 'work_failing',
  lever_refused: 'work_failing',
  turn_token_rejected: 'turn_token_rejected',
  turn_unavailable: 'turn_not_answering',
  turn_check_unknown: 'work_failing',
  turn_unexpected_answer: 'work_failing',
  person_order_in_flight: 'work_failing',
  person_order_uncertain: 'work_failing',
  person_unread: 'work_failing',
  lever_budget_used: 'work_overdue',
  lease_conflict: 'work_overdue',
  write_conflict: 'work_overdue',
  table_unavailable: 'work_overdue',
  unknown: 'work_failing',
};

/** Nobody has to wait before these are believed. */
const believedAtOnce: ReadonlySet<WorkProblemCode> = new Set(['lever_app_rejected', 'turn_token_rejected']);

const ownProblems: Readonly<Partial<Record<ProblemCode, WorkProblemCode>>> = {
  turn_token_rejected: 'turn_token_rejected',
  cap_reached: 'hourly_limit_reached',
};

/** Surveys the records of an account. What a vendor fails us in counts once it has lasted; a refusal counts at once. */
export const workProblems = (records: readonly OpportunityRecord[], now: number): WorkProblems => {
  const found: Partial<Record<WorkProblemCode, Concern>> = {};
  const open: OpenProblem[] = [];
  let awaitingReconnect = 0;
  let awaitingResume = 0;
  for (const record of records) {
    // Nobody waits for a check of who is archived.
    if (record.erasedAt !== null || record.nextDecision?.archivedLook !== undefined) continue;
    const scheduled = [record.nextDecision, record.nextSync].filter((work) => work !== null);
    if (scheduled.some(isAwaitingReconnect)) awaitingReconnect += 1;
    if (record.nextDecision?.lastFailure === 'ordering_paused') awaitingResume += 1;
    const concerns = new Map<WorkProblemCode, number>();
    const note = (code: WorkProblemCode, since: number): void => {
      concerns.set(code, Math.min(since, concerns.get(code) ?? since));
    };
    const problem = problemOf(currentEntry(record));
    if (problem !== null) {
      note(ownProblems[problem.code] ?? 'candidates_need_attention', problem.since);
      open.push({ opportunityId: record.opportunityId, code: problem.code, since: problem.since });
    }
    for (const work of scheduled) noteFailure(work, now, note);
    const dueAt = nextDue(record)?.dueAt ?? now;
    if (now - dueAt >= toleratedMs && !scheduled.some(isAwaitingReconnect)) note('work_overdue', dueAt);
    for (const [code, since] of concerns) found[code] = withOneMore(found[code], since);
  }
  return { found, awaitingReconnect, awaitingResume, open: open.toSorted((one, other) => one.since - other.since) };
};

const noteFailure = (
  { lastFailure, failingSince }: ScheduledWork,
  now: number,
  note: (code: WorkProblemCode, since: number) => void,
): void => {
  const code = lastFailure === undefined ? null : failureProblems[lastFailure];
  if (code === null || failingSince === undefined) return;
  if (believedAtOnce.has(code) || now - failingSince >= toleratedMs) note(code, failingSince);
};

const withOneMore = (concern: Concern | undefined, since: number): Concern => ({
  candidates: (concern?.candidates ?? 0) + 1,
  since: Math.min(since, concern?.since ?? since),
});
