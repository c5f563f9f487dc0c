import type { Account } from './account.ts';
import { type Check, checkIdOf } from './check.ts';
import { currentCheck, type LeverShown, type NoteShown, type Screening } from './screening.ts';
import { isStatusTag, notRerunNote, problemNote, problemTag, reportNote, statusTag, turnIdNote } from './texts.ts';

/** A note that should stand on the opportunity; `key` names it for ever, the text follows from the check. */
export type DesiredNote = { readonly key: string; readonly text: string };
export type Desired = { readonly tag: string | null; readonly notes: readonly DesiredNote[] };

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

/** What Lever should show of ours for this opportunity. */
export const desiredDisplay = (screening: Screening): Desired => {
  const current = currentCheck(screening);
  return {
    tag: current === undefined ? null : tagOf(current),
    notes: screening.checks.flatMap((check) => notesOf(screening.opportunityId, check, check === current)),
  };
};

const tagOf = (check: Check): string | null => {
  if (check.state === 'problem') return problemTag;
  return check.progress === null ? null : statusTag(check.progress.status);
};

const notesOf = (opportunityId: string, check: Check, isCurrent: boolean): DesiredNote[] => {
  const checkId = checkIdOf(opportunityId, check.enteredAt);
  if (check.state === 'problem') {
    const isShown = check.problem !== null && isCurrent;
    return isShown ? [{ key: `problem/${check.problem.code}/${checkId}`, text: problemNote(check.problem) }] : [];
  }
  if (check.state === 'not_rerun') return [{ key: 'not-rerun', text: notRerunNote() }];
  const { turnId, dashboardUrl, progress } = check;
  if (turnId === null || progress === null) return [];
  const notes = [{ key: `turn-id/${checkId}`, text: turnIdNote(turnId, check.packageId, check.warnings) }];
  if (progress.hasReport && dashboardUrl !== null) {
    notes.push({ key: `report/${checkId}`, text: reportNote(turnId, dashboardUrl) });
  }
  return notes;
};

/** The difference between what Lever should show and what we know that it shows, as calls in the order to make them: the new tag comes before the old one goes. */
export const planWrites = (desired: Desired, shown: LeverShown, policy: Account['tagPolicy']): LeverWrite[] => {
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
  return writes;
};

const staleTags = (desired: Desired, shown: LeverShown, policy: Account['tagPolicy']): string[] => {
  if (desired.tag === null) return [];
  const candidates = shown.tag === null ? shown.otherTags : [...shown.otherTags, shown.tag];
  const stale = [...new Set(candidates)].filter((tag) => tag !== desired.tag);
  return policy === 'latest' ? stale : stale.filter((tag) => tag === problemTag);
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
    case 'delete_note':
      return shown;
  }
};

/** What is known of Lever after this write was answered. `noteId`: of a note just posted or found. */
export const done = (shown: LeverShown, write: LeverWrite, noteId: string | null): LeverShown => {
  switch (write.kind) {
    case 'add_tag':
      return { ...shown, tag: write.tag, otherTags: shown.otherTags.filter((tag) => tag !== write.tag) };
    case 'remove_tags':
      return { ...shown, otherTags: shown.otherTags.filter((tag) => !write.tags.includes(tag)) };
    case 'post_note':
      return { ...shown, notes: withNote(shown.notes, { key: write.key, state: 'posted', noteId, text: null }) };
    case 'delete_note':
      return { ...shown, notes: shown.notes.filter((note) => note.key !== write.key) };
  }
};

const withNote = (notes: readonly NoteShown[], note: NoteShown): NoteShown[] => [
  ...notes.filter((each) => each.key !== note.key),
  note,
];
