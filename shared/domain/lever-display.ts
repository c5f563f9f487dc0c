import type { Settings } from './account.ts';
import { type Check, checkIdOf, isLive } from './check.ts';
import { type LeverWrite, nameOf, stillRefused } from './lever-knowledge.ts';
import { currentCheck, type LeverShown, type Screening } from './screening.ts';
import {
  notRerunNote,
  problemNote,
  problemStatus,
  reportNote,
  statusTag,
  tagsLockedNote,
  turnIdNote,
} from './texts.ts';

/** A note that should stand on the opportunity; `key` names it for ever, the text follows from the check. */
export type DesiredNote = { readonly key: string; readonly text: string };
/**
 * `errorTags`: the tags that say that something is wrong; unlike the others they never stay as history. `isUndecided`: a check
 * is on its way of which there is nothing to show yet; what was wrong before it stays until there is.
 */
export type Desired = {
  readonly tag: string | null;
  readonly errorTags: readonly string[];
  readonly notes: readonly DesiredNote[];
  readonly isUndecided: boolean;
};

/** What Lever should show of ours for this opportunity, in the words and to the extent that the account chose. */
export const desiredDisplay = (screening: Screening, settings: Settings): Desired => {
  const current = currentCheck(screening);
  const { statusLabels } = settings;
  const notes = screening.checks.flatMap((check) =>
    notesOf(screening.opportunityId, check, check === current, settings),
  );
  const tag = current === undefined ? null : tagOf(current, statusLabels);
  // Where a problem is told, nobody misses its tag.
  const isMissed = current?.problem === null && tag !== null && isLocked(screening.lever, tag);
  return {
    tag,
    errorTags: [statusTag(problemStatus, statusLabels), statusTag(problemStatus, {})],
    notes: isMissed ? [...notes, { key: tagsLockedKey, text: tagsLockedNote() }] : notes,
    isUndecided: tag === null && screening.checks.some(isLive),
  };
};

/** The key of the note that tells of a tag that Lever refuses. */
export const tagsLockedKey = 'problem/tags_locked';

/** Does Lever not let us set this tag? Once told, it holds for others too, until one is set. */
const isLocked = ({ refused, notes }: LeverShown, tag: string): boolean => {
  const isTold = notes.some(({ key }) => key === tagsLockedKey);
  return refused.some(({ write }) => (isTold ? write.startsWith('add_tag/') : write === `add_tag/${tag}`));
};

const tagOf = (check: Check, labels: Settings['statusLabels']): string | null => {
  if (check.problem !== null) return statusTag(problemStatus, labels);
  return check.progress === null ? null : statusTag(check.progress.status, labels);
};

const notesOf = (opportunityId: string, check: Check, isCurrent: boolean, settings: Settings): DesiredNote[] => {
  const checkId = checkIdOf(opportunityId, check.enteredAt);
  if (check.problem !== null) {
    return isCurrent ? [{ key: `problem/${check.problem.code}/${checkId}`, text: problemNote(check.problem) }] : [];
  }
  if (check.state === 'not_rerun') return [{ key: 'not-rerun', text: notRerunNote(settings.rerun) }];
  const { turnId, dashboardUrl, progress } = check;
  if (turnId === null || progress === null) return [];
  const notes = [{ key: `turn-id/${checkId}`, text: turnIdNote(turnId, check.packageId, check.warnings) }];
  if (progress.hasReport && dashboardUrl !== null && settings.writesReportUrl) {
    notes.push({ key: `report/${checkId}`, text: reportNote(turnId, dashboardUrl) });
  }
  return notes;
};

/**
 * The difference between what Lever should show and what we know that it shows, as calls in the order to make them: the
 * new tag comes before the old one goes. What Lever refused is left out until its time has come.
 */
export const planWrites = (
  desired: Desired,
  shown: LeverShown,
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
      writes.push({ kind: 'post_note', key, text, mayBeThere: known !== undefined });
    }
  }
  for (const note of shown.notes) {
    const isOver = note.key.startsWith('problem/') && !desired.notes.some((each) => each.key === note.key);
    if (isOver && !desired.isUndecided)
      writes.push({ kind: 'delete_note', key: note.key, noteId: note.noteId, text: note.text });
  }
  const isWaiting = (write: LeverWrite): boolean =>
    stillRefused(shown, now).some((each) => each.write === nameOf(write));
  return writes.filter((write) => !isWaiting(write));
};

const staleTags = (desired: Desired, shown: LeverShown, policy: Settings['tagPolicy']): string[] => {
  if (desired.isUndecided) return [];
  const ours = shown.tag === null ? shown.otherTags : [...shown.otherTags, shown.tag];
  const stale = [...new Set(ours)].filter((tag) => tag !== desired.tag);
  return policy === 'latest' && desired.tag !== null ? stale : stale.filter((tag) => desired.errorTags.includes(tag));
};

const uniqueByKey = (notes: readonly DesiredNote[]): DesiredNote[] => [
  ...new Map(notes.map((note) => [note.key, note])).values(),
];
