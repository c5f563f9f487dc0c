import type { Settings } from './account.ts';
import { type Check, checkIdOf } from './check.ts';
import { currentCheck, type LeverShown, type NoteShown, type Screening } from './screening.ts';
import {
  isStatusTag,
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
/** `errorTags`: the tags that say that something is wrong; unlike the others they never stay as history. */
export type Desired = {
  readonly tag: string | null;
  readonly errorTags: readonly string[];
  readonly notes: readonly DesiredNote[];
};

/** One call to Lever. */
export type LeverWrite =
  | { readonly kind: 'add_tag'; readonly tag: string }
  | { readonly kind: 'remove_tags'; readonly tags: readonly string[] }
  | { readonly kind: 'post_note'; readonly key: string; readonly text: string; readonly mayBeThere: boolean }
  /** `noteId` null: it may be there under an id that we were never told. */
  | {
      readonly kind: 'delete_note';
      readonly key: string;
      readonly noteId: string | null;
      readonly text: string | null;
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
    if (isOver) writes.push({ kind: 'delete_note', key: note.key, noteId: note.noteId, text: note.text });
  }
  const isWaiting = (write: LeverWrite): boolean =>
    stillRefused(shown, now).some((each) => each.write === nameOf(write));
  return writes.filter((write) => !isWaiting(write));
};

const staleTags = (desired: Desired, shown: LeverShown, policy: Settings['tagPolicy']): string[] => {
  const ours = shown.tag === null ? shown.otherTags : [...shown.otherTags, shown.tag];
  const stale = [...new Set(ours)].filter((tag) => tag !== desired.tag);
  return policy === 'latest' && desired.tag !== null ? stale : stale.filter((tag) => desired.errorTags.includes(tag));
};

const uniqueByKey = (notes: readonly DesiredNote[]): DesiredNote[] => [
  ...new Map(notes.map((note) => [note.key, note])).values(),
];

/** What is known of Lever after its tags were read: a person may have deleted one of ours, or an earlier integration left some. Not while a pass is changing them. */
export const tagsSeen = (shown: LeverShown, tags: readonly string[], now: number): LeverShown => {
  if (shown.pass !== null && shown.pass.until > now) return shown;
  const seen = tags.filter(isStatusTag);
  const isThere = shown.tag !== null && seen.includes(shown.tag);
  return { ...shown, tag: isThere ? shown.tag : null, otherTags: seen.filter((tag) => tag !== shown.tag) };
};

/** The same call has the same name. */
const nameOf = (write: LeverWrite): string => {
  switch (write.kind) {
    case 'add_tag':
      return `add_tag/${write.tag}`;
    case 'remove_tags':
      return `remove_tags/${write.tags.join('/')}`;
    case 'post_note':
    case 'delete_note':
      return `${write.kind}/${write.key}`;
  }
};

/** What is known of Lever once these writes may have been begun: nothing certain about what they touch. */
export const begun = (shown: LeverShown, writes: readonly LeverWrite[]): LeverShown => writes.reduce(begunOne, shown);

const begunOne = (shown: LeverShown, write: LeverWrite): LeverShown => {
  switch (write.kind) {
    case 'add_tag': {
      const before = shown.tag === null ? shown.otherTags : [...shown.otherTags, shown.tag];
      return { ...shown, tag: null, otherTags: [...new Set([...before, write.tag])] };
    }
    case 'post_note':
      return {
        ...shown,
        notes: withNote(shown.notes, { key: write.key, state: 'posting', noteId: null, text: write.text }),
      };
    case 'remove_tags':
      return withoutTag(shown, write.tags);
    case 'delete_note':
      return shown;
  }
};

/** The current tag is no longer certain where it goes before its successor came: Lever may have refused that one. */
const withoutTag = (shown: LeverShown, tags: readonly string[]): LeverShown =>
  shown.tag !== null && tags.includes(shown.tag)
    ? { ...shown, tag: null, otherTags: [...shown.otherTags, shown.tag] }
    : shown;

/** What is known of Lever after this write was answered. `noteId`: of a note just posted or found. */
export const done = (before: LeverShown, write: LeverWrite, noteId: string | null): LeverShown => {
  const shown = { ...before, refused: withoutRefusal(before, write) };
  switch (write.kind) {
    case 'add_tag':
      return { ...shown, tag: write.tag, otherTags: shown.otherTags.filter((tag) => tag !== write.tag) };
    case 'remove_tags':
      return {
        ...withoutTag(shown, write.tags),
        otherTags: shown.otherTags.filter((tag) => !write.tags.includes(tag)),
      };
    case 'post_note':
      return { ...shown, notes: withNote(shown.notes, { key: write.key, state: 'posted', noteId, text: null }) };
    case 'delete_note':
      return { ...shown, notes: shown.notes.filter((note) => note.key !== write.key) };
  }
};

/** What is known of Lever after it would not have this write: nothing has changed, and it is not to be tried before `until`. */
export const refused = (shown: LeverShown, write: LeverWrite, until: number): LeverShown => ({
  ...shown,
  refused: [...withoutRefusal(shown, write), { write: nameOf(write), until }],
});

/** What Lever refused and is not to be tried yet. */
export const stillRefused = (shown: LeverShown, now: number): LeverShown['refused'] =>
  shown.refused.filter(({ until }) => until > now);

/** Tags come one after the other: what became of one says what was wrong with the ones before. */
const withoutRefusal = (shown: LeverShown, write: LeverWrite): LeverShown['refused'] =>
  shown.refused.filter((each) =>
    write.kind === 'add_tag' ? !each.write.startsWith('add_tag/') : each.write !== nameOf(write),
  );

const withNote = (notes: readonly NoteShown[], note: NoteShown): NoteShown[] => [
  ...notes.filter((each) => each.key !== note.key),
  note,
];
