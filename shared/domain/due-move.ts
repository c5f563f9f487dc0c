import type { Account } from './account.ts';
import { type Decision, decide } from './decide.ts';
import { referenceIdFor } from './ids.ts';
import type { LeverState } from './lever-state.ts';
import { enteredTriggerAt, type Opportunity } from './opportunity.ts';
import { currentEntry, type OpportunityRecord } from './opportunity-record.ts';
import { awaitingDelivery, type Moment } from './retry-policy.ts';
import { isOrdering } from './stage-entry.ts';
import { lookAgainAt, moveKey, moveOutcomes, type StageMove, withMove } from './stage-move.ts';
import type { Transition } from './transition.ts';
import { syncSettled } from './transitions.ts';
import { isTriggerStage, nameIn } from './trigger-stage.ts';

/** A move to see to now. `isNew`: Lever was never asked for it; otherwise it was, and the answer was lost. `isWanted`: the account still wants it. */
export type DueMove = { readonly move: StageMove; readonly isNew: boolean; readonly isWanted: boolean };

/** A move whose answer was lost, once its call must have ended; else one that the account wants and that was never made; null: none. */
export const dueMove = (record: OpportunityRecord, account: Account, now: number): DueMove | null => {
  const wanted = wantedMove(record, account, now);
  const { moves = [] } = record.lever;
  const open = moves.find(({ state }) => state === 'moving');
  if (open !== undefined) {
    const isWanted = wanted?.key === open.key && wanted.stageId === open.stageId;
    if (lookAgainAt(open) <= now) return { move: open, isNew: false, isWanted };
    return null;
  }
  if (wanted === null || moves.some(({ key }) => key === wanted.key)) return null;
  return { move: wanted, isNew: true, isWanted: true };
};

/** Only if the check came to its outcome after the stage was chosen: the choice moves nobody who stands there already. Nor while there is something newer than that check. */
const wantedMove = (record: OpportunityRecord, account: Account, now: number): StageMove | null => {
  const entry = currentEntry(record);
  if (entry?.state !== 'ordered' || record.entries.some(isOrdering)) return null;
  const outcome = moveOutcomes.find((name) => name === entry.status?.name);
  const target = outcome === undefined ? null : account.stageAfter[outcome];
  if (outcome === undefined || target === null || entry.changedAt < (target.since ?? 0)) return null;
  // Whether Lever has such a stage is not known yet.
  if (target.id === null && account.stages === null) return null;
  return {
    key: moveKey(outcome, referenceIdFor(record.opportunityId, entry.enteredAt)),
    state: 'moving',
    stageId: target.id,
    stageName: target.name,
    from: null,
    startedAt: now,
  };
};

/**
 * What becomes of a move, by the opportunity as Lever has it now: `moving` where Lever is to be asked, otherwise how it ended.
 * Whoever stands in no trigger stage was moved by a recruiter, and is left alone; so is who was moved in again and has yet to get
 * what comes of that: out of the stage, they would get nothing. What was asked for already is asked for once more only if the
 * candidate still stands there by the same entry: then nobody has moved them since, not even we.
 */
export const decideMove = (
  { move, isNew, isWanted }: DueMove,
  opportunity: Opportunity,
  record: Pick<OpportunityRecord, 'entries' | 'requested'>,
  account: Account,
  now: number,
): StageMove => {
  const { triggerStages, stages } = account;
  const { stageId, stageName, from } = move;
  const { stage, stageChanges, isArchived, isAnonymized } = opportunity;
  const entered = enteredTriggerAt(opportunity, triggerStages);
  const standing = entered === 'unknown' ? null : entered;
  const wasMoved = stageChanges.some(({ toStageId, updatedAt }) => toStageId === stageId && updatedAt > (from ?? now));
  if (!isNew && (stage.id === stageId || wasMoved)) return { ...move, state: 'moved' };
  const isUntouched = isNew || (standing !== null && standing === from);
  const isStanding = entered !== null && !awaitsMore(decide(opportunity, account, record, now));
  const mayMove = isWanted && isUntouched && isStanding && !isArchived && !isAnonymized;
  if (!mayMove) return { ...move, state: 'stayed' };
  // A move of ours must never start a check, whatever the stage is called by now.
  const target = stageId === null ? null : { id: stageId, name: nameIn(stages, stageId) ?? stageName };
  const isPossible = target !== null && target.id !== stage.id && !isTriggerStage(triggerStages, target);
  return isPossible ? { ...move, from: standing, startedAt: now } : { ...move, state: 'refused' };
};

/** Is there something to come of an entry that nobody has decided about yet? */
const awaitsMore = (decision: Decision): boolean =>
  decision.kind === 'start' ||
  decision.kind === 'wait' ||
  (decision.kind === 'problem' && decision.code !== 'unreadable');

/** It is known how a move ended, without a call or after one whose answer was lost; the note is still to come. `seen` as for `syncSettled`. */
export const moveSettled = (
  before: OpportunityRecord,
  seen: OpportunityRecord,
  move: StageMove,
  moment: Moment,
): Transition => {
  const lever = { ...seen.lever, moves: withMove(seen.lever.moves, move) };
  const { record, effects } = syncSettled(before, { ...seen, lever }, moment);
  const nextSync = awaitingDelivery(record.nextSync, moment);
  return {
    record: { ...record, nextSync },
    effects: [...effects, ...moveEvents(seen.lever, record.lever), { kind: 'sync_again' }],
  };
};

/** What is worth telling of moves that ended between the two states. */
export const moveEvents = (before: LeverState, { moves = [] }: LeverState): MoveEvent[] =>
  moves.flatMap((move): MoveEvent[] => {
    const known = before.moves?.find(({ key }) => key === move.key);
    if (known?.state === move.state || (move.state !== 'moved' && move.state !== 'refused')) return [];
    const code = move.state === 'moved' ? 'stage_moved' : 'stage_not_moved';
    return [{ kind: 'emit', code, detail: move.stageName }];
  });

type MoveEvent = {
  readonly kind: 'emit';
  readonly code: 'stage_moved' | 'stage_not_moved';
  readonly detail: string;
};
