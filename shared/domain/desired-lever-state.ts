import type { Settings } from './account.ts';
import { referenceIdFor } from './ids.ts';
import { type LeverState, type LeverWrite, nameOf, stillDeferred } from './lever-state.ts';
import { moveNote } from './move-note.ts';
import { currentEntry, type OpportunityRecord } from './opportunity-record.ts';
import { hasReportToTell, isRunning, problemOf, type StageEntry } from './stage-entry.ts';
import { moveKey, moveOutcomes } from './stage-move.ts';
import {
  problemNote,
  problemStatus,
  reportNote,
  rerunDeniedNote,
  statusOfProblem,
  statusTag,
  tagsLockedNote,
  turnIdNote,
  waitingStatus,
} from './texts.ts';

/** A note that should stand on the opportunity; `key` names it for ever, the text follows from the check. */
export type DesiredNote = { readonly key: string; readonly text: string };
/**
 * `passingTags`: the tags that say that something is wrong, or waits; unlike the others they never stay as history. `isUndecided`: a check
 * is on its way of which there is nothing to show yet; what was wrong before it stays until there is.
 */
export type Desired = {
  readonly tag: string | null;
  readonly passingTags: readonly string[];
  readonly notes: readonly DesiredNote[];
  readonly isUndecided: boolean;
};

/** What Lever should show of ours for this opportunity, in the words and to the extent that the account chose. */
export const desiredLeverState = (record: OpportunityRecord, settings: Settings): Desired => {
  const current = currentEntry(record);
  const { statusLabels } = settings;
  const latest = record.entries.at(-1);
  const notes = record.entries.flatMap((entry) =>
    notesOf(record, entry, entry === current || entry === latest, settings),
  );
  const isWaiting = record.nextDecision?.isTold === true;
  const tag = (current && tagOf(current, statusLabels)) ?? (isWaiting ? statusTag(waitingStatus, statusLabels) : null);
  // Where a problem is told, nobody misses its tag.
  const isMissed = problemOf(current) === null && tag !== null && isLocked(record.lever, tag);
  return {
    tag,
    passingTags: [problemStatus, waitingStatus].flatMap((status) => [
      statusTag(status, statusLabels),
      statusTag(status, {}),
    ]),
    notes: isMissed ? [...notes, { key: tagsLockedKey, text: tagsLockedNote() }] : notes,
    isUndecided: tag === null && record.entries.some(isRunning),
  };
};

/** The key of the note that tells of a tag that Lever refuses. */
export const tagsLockedKey = 'problem/tags_locked';

/** Once or twice somebody may have deleted the tag. After that it is Lever that says yes and does nothing. */
const missedTimesBeforeTold = 3;

/** Does Lever not let us set this tag? Once told, it holds for others too, until one is set. */
const isLocked = ({ deferred, notes, tagMissedTimes = 0 }: LeverState, tag: string): boolean => {
  if (tagMissedTimes >= missedTimesBeforeTold) return true;
  const isTold = notes.some(({ key }) => key === tagsLockedKey);
  return deferred.some(({ write }) => (isTold ? write.startsWith('add_tag/') : write === `add_tag/${tag}`));
};

const tagOf = (entry: StageEntry, labels: Settings['statusLabels']): string | null => {
  const problem = problemOf(entry);
  if (problem !== null) return statusTag(statusOfProblem(problem.code), labels);
  return entry.state === 'ordered' && entry.status !== null ? statusTag(entry.status.name, labels) : null;
};

const notesOf = (
  { opportunityId, lever }: OpportunityRecord,
  entry: StageEntry,
  isOfNow: boolean,
  settings: Settings,
): DesiredNote[] => {
  switch (entry.state) {
    case 'ordering':
    case 'blocked': {
      const { enteredAt, problem } = entry;
      if (problem === null || !isOfNow) return [];
      const of = enteredAt === null ? opportunityId : referenceIdFor(opportunityId, enteredAt);
      return [{ key: `problem/${problem.code}/${of}`, text: problemNote(problem) }];
    }
    case 'rerun_denied':
      return isOfNow ? [{ key: rerunDeniedKey, text: rerunDeniedNote(settings.rerun) }] : [];
    case 'ordered': {
      const { turnId, dashboardUrl, status } = entry;
      const referenceId = referenceIdFor(opportunityId, entry.enteredAt);
      const moved = moveNotes(lever, referenceId, turnId);
      if (turnId === null || status === null) return moved;
      const notes = [{ key: `turn-id/${referenceId}`, text: turnIdNote({ ...entry, turnId }) }];
      if (hasReportToTell(entry) && settings.writesReportUrl) {
        notes.push({ key: `report/${referenceId}`, text: reportNote(turnId, dashboardUrl) });
      }
      return [...notes, ...moved];
    }
    case 'erased':
      return [];
  }
};

/** What became of the moves after this check, as far as there is something to tell. */
const moveNotes = ({ moves = [] }: LeverState, referenceId: string, turnId: string | null): DesiredNote[] =>
  moveOutcomes.flatMap((outcome) => {
    const key = moveKey(outcome, referenceId);
    const move = moves.find((each) => each.key === key);
    if (move?.state !== 'moved' && move?.state !== 'refused') return [];
    return [{ key: `${move.state}/${key}`, text: moveNote(move.state, outcome, move.stageName, turnId) }];
  });

/**
 * The difference between what Lever should show and what we know that it shows, as calls in the order to make them: the
 * new tag comes before the old one goes. What Lever refused is left out until its time has come.
 */
export const diffLeverState = (
  desired: Desired,
  shown: LeverState,
  policy: Settings['tagPolicy'],
  now: number,
): LeverWrite[] => {
  const writes: LeverWrite[] = [];
  if (desired.tag !== null && desired.tag !== shown.tag) writes.push({ kind: 'add_tag', tag: desired.tag });
  const stale = staleTags(desired, shown, policy);
  if (stale.length > 0) writes.push({ kind: 'remove_tags', tags: stale });
  for (const { key, text } of uniqueByKey(desired.notes)) {
    const known = shown.notes.find((note) => note.key === key);
    if (known?.state !== 'posted') {
      // Where the table was forgetful once, a note may be older than what it knows of the check.
      const mayBeThere = known !== undefined || shown.readBackAt !== undefined;
      // What may be there reads as it was written first, whatever its text would be by now.
      writes.push({ kind: 'post_note', key, text: known?.text ?? text, mayBeThere });
    }
  }
  for (const note of shown.notes) {
    const isOver = saysHowItIs(note.key) && !desired.notes.some((each) => each.key === note.key);
    if (isOver && !desired.isUndecided)
      writes.push({ kind: 'delete_note', key: note.key, noteId: note.noteId, text: note.text });
  }
  const isWaiting = (write: LeverWrite): boolean =>
    stillDeferred(shown, now).some((each) => each.write === nameOf(write));
  return writes.filter((write) => !isWaiting(write));
};

const rerunDeniedKey = 'rerun-denied';

/** Does the note say how things stand, rather than what has happened? It goes once that is no longer so. */
const saysHowItIs = (key: string): boolean => key.startsWith('problem/') || key === rerunDeniedKey;

const staleTags = (desired: Desired, shown: LeverState, policy: Settings['tagPolicy']): string[] => {
  if (desired.isUndecided) return [];
  const ours = shown.tag === null ? shown.otherTags : [...shown.otherTags, shown.tag];
  const stale = [...new Set(ours)].filter((tag) => tag !== desired.tag);
  return policy === 'latest' && desired.tag !== null ? stale : stale.filter((tag) => desired.passingTags.includes(tag));
};

const uniqueByKey = (notes: readonly DesiredNote[]): DesiredNote[] => [
  ...new Map(notes.map((note) => [note.key, note])).values(),
];
