import type { LeverShown, NoteShown } from './screening.ts';
import { isStatusTag } from './texts.ts';

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

/** What is known of Lever after its tags were read: a person may have deleted one of ours, or an earlier integration left some. Not while a pass is changing them. */
export const tagsSeen = (shown: LeverShown, tags: readonly string[], now: number): LeverShown => {
  if (shown.pass !== null && shown.pass.until > now) return shown;
  const seen = tags.filter(isStatusTag);
  const isThere = shown.tag !== null && seen.includes(shown.tag);
  return { ...shown, tag: isThere ? shown.tag : null, otherTags: seen.filter((tag) => tag !== shown.tag) };
};

/** The same call has the same name. */
export const nameOf = (write: LeverWrite): string => {
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
