import type { DesiredNote } from './desired-lever-state.ts';
import { referenceIdFor } from './ids.ts';
import type { LeverState, NoteState } from './lever-state.ts';
import { moveNote } from './move-note.ts';
import type { OpportunityRecord } from './opportunity-record.ts';
import { isOrdered, problemCodes } from './stage-entry.ts';
import { moveKey, moveOutcomes, type StageMove } from './stage-move.ts';
import { problemNote, reportNote, rerunDeniedNote, turnIdNote } from './texts.ts';

/** A note as Lever has it. */
export type FoundNote = { readonly noteId: string; readonly text: string };

/** What one of our notes about the start of a check says. `packageIds`: of the package that was ordered (null: Turn's default), and of those that Turn did not know. */
export type ToldCheck = { readonly turnId: string; readonly packageIds: readonly (string | null)[] };

const openingOf = (note: string): string => note.split(/[.:]\s/u)[0] ?? '';
const ofNoCheck = { turnId: '', packageId: null, warnings: [] };

/** How our notes begin, by what they tell of; the passing ones say how things stand, and go once that is no longer so. */
const noteBeginnings = {
  start: [openingOf(turnIdNote(ofNoCheck)), openingOf(turnIdNote({ ...ofNoCheck, isFollowed: true }))],
  report: [openingOf(reportNote('', null))],
  passing: [
    ...problemCodes.map((code) => openingOf(problemNote({ code, detail: null }))),
    openingOf(rerunDeniedNote({ kind: 'never' })),
  ],
} as const;

/** A note as it reads, whatever Lever made of its spaces. */
const plain = (text: string): string => text.replaceAll(/\s+/gu, ' ').trim();

const beginsLike = (text: string, beginnings: readonly string[]): boolean =>
  beginnings.some((beginning) => plain(text).startsWith(beginning));

const turnIdIn = (text: string): string | null => /\bTurn ID: (C\d{6,20})\b/u.exec(plain(text))?.[1] ?? null;

/** What a note says of a move but for the stage, which may be called otherwise by now; null: it tells of none. */
const movedIn = (text: string): string | null => {
  const [, how, why] = /^(Moved|Not moved) to “[^”]*”(.*)$/u.exec(plain(text)) ?? [];
  return how === undefined || why === undefined ? null : `${how}${why}`;
};

/** The check of which a note of ours gives the Turn ID; null: it is no such note. */
export const readToldCheck = (text: string): ToldCheck | null => {
  const turnId = turnIdIn(text);
  if (turnId === null || !beginsLike(text, noteBeginnings.start)) return null;
  const [, line = ''] = /^Package: (.*)$/mu.exec(text) ?? /Package: (.{0,200})/u.exec(plain(text)) ?? [];
  const ordered = /\((P\d{1,20})\)|^(P\d{1,20})\b/u.exec(line);
  const unknown = [...text.matchAll(/Turn does not know package (P\d{1,20})/gu)].map(([, id = '']) => id);
  return { turnId, packageIds: [ordered?.[1] ?? ordered?.[2] ?? null, ...unknown] };
};

/** Are these the same note? One about a check may have been written when more was known of it, or less. */
export const isSameNote = (one: string, other: string): boolean => {
  if (plain(one) === plain(other)) return true;
  const turnId = turnIdIn(one);
  if (turnId === null || turnId !== turnIdIn(other)) return false;
  const move = movedIn(one);
  if (move !== null) return move === movedIn(other);
  return [noteBeginnings.start, noteBeginnings.report].some((kind) => beginsLike(one, kind) && beginsLike(other, kind));
};

/** With the moves after a check that our notes tell of: none is made twice. */
export const withToldMoves = (record: OpportunityRecord, found: readonly FoundNote[]): LeverState => {
  const told = record.entries.filter(isOrdered).flatMap(({ enteredAt, turnId }) =>
    moveOutcomes.flatMap((outcome): StageMove[] => {
      const key = moveKey(outcome, referenceIdFor(record.opportunityId, enteredAt));
      const isTold =
        (state: 'moved' | 'refused') =>
        (note: FoundNote): boolean =>
          turnId !== null && isSameNote(note.text, moveNote(state, outcome, '', turnId));
      const state = (['moved', 'refused'] as const).find((each) => found.some(isTold(each)));
      if (state === undefined || record.lever.moves?.some((move) => move.key === key) === true) return [];
      return [{ key, state, stageId: null, stageName: '', from: null, startedAt: 0 }];
    }),
  );
  return told.length === 0 ? record.lever : { ...record.lever, moves: [...(record.lever.moves ?? []), ...told] };
};

/** What is known of Lever's notes after they were read: those that should be there and are, and those of ours that say what is no longer so. */
export const withFoundNotes = (
  state: LeverState,
  desired: readonly DesiredNote[],
  found: readonly FoundNote[],
): LeverState => {
  const there = desired.flatMap(({ key, text }): NoteState[] => {
    const note = found.find((each) => isSameNote(each.text, text));
    return note === undefined ? [] : [{ key, state: 'posted', noteId: note.noteId, text: null }];
  });
  const taken = new Set(there.map(({ noteId }) => noteId));
  const left = found.filter(({ noteId, text }) => !taken.has(noteId) && beginsLike(text, noteBeginnings.passing));
  const stale = left.map(({ noteId }): NoteState => {
    return { key: `problem/found/${noteId}`, state: 'posted', noteId, text: null };
  });
  // What the table knew, and Lever no longer has, is posted anew or is gone as it should be; of history nothing is written twice.
  const history = state.notes.filter(
    ({ key, noteId }) =>
      !there.some((note) => note.key === key) &&
      !key.startsWith('problem/') &&
      !taken.has(noteId) &&
      key !== 'rerun-denied',
  );
  return { ...state, notes: [...history, ...there, ...stale] };
};
