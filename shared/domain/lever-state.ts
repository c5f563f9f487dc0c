import { dayMs, type Moment, vendorClockSkewMs } from './retry-policy.ts';
import { type StageMove, withMove } from './stage-move.ts';
import { isStatusTag } from './texts.ts';

/** A note of ours. `posting`: the call may have reached Lever, nobody knows; read the notes back before posting again. */
export type NoteState = {
  readonly key: string;
  readonly state: 'posting' | 'posted';
  readonly noteId: string | null;
  /** What to look for while it is not known whether it is there; null once it is. */
  readonly text: string | null;
};

/** What Lever shows of ours, as far as we know. */
export type LeverState = {
  /** The tag that is certainly there and current. */
  readonly tag: string | null;
  /** Tags of ours that may be there and should not be. */
  readonly otherTags: readonly string[];
  readonly notes: readonly NoteState[];
  /** Writes that Lever refused, each not to be tried again before a time. */
  readonly deferred: readonly { readonly write: string; readonly until: number }[];
  /** When we last looked at the opportunity itself for what people changed there; epoch milliseconds, absent: look with the next poll. */
  readonly lookedAt?: number;
  /** At how many looks in a row the tag was not there, although Lever had taken it; absent: none. */
  readonly tagMissedTimes?: number;
  /** The moves after a check; absent: none. */
  readonly moves?: readonly StageMove[];
  /** It was made of an entry that the table may have known before: our notes are read before one is written. */
  readonly isUnsure?: true;
  /** When our tags and notes were last read because of that, or because the table was restored; epoch milliseconds, absent: never. */
  readonly readBackAt?: number;
  /** Somebody writes to Lever right now: until then nobody else does. `dirty`: somebody had news meanwhile, so sync once more at its end. */
  readonly lease: WriteLease | null;
};

export type WriteLease = { readonly leaseId: string; readonly until: number; readonly dirty: boolean };

/** What Lever shows of ours before we ever wrote. */
export const emptyLeverState: LeverState = { tag: null, otherTags: [], notes: [], deferred: [], lease: null };

/** Is somebody writing to Lever? */
export const isLeased = ({ lease }: LeverState, now: number): boolean => lease !== null && lease.until > now;

/** Does Lever show something of ours of which nothing is known? */
export const isForgotten = ({ isUnsure, otherTags }: LeverState): boolean => isUnsure === true && otherTags.length > 0;

/**
 * May Lever show more of ours than is known? `restoredAt`: since when a restored table is in use (0: none is); who came in later is known as they are.
 */
export const needsReadBack = (
  {
    lever,
    entries,
  }: { readonly lever: LeverState; readonly entries: readonly { readonly enteredAt: number | null }[] },
  restoredAt: number,
): boolean => {
  if (lever.isUnsure === true) return true;
  const isOlder = entries.some(({ enteredAt }) => (enteredAt ?? 0) < restoredAt + vendorClockSkewMs);
  return restoredAt > (lever.readBackAt ?? 0) && (isOlder || entries.length === 0);
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
    }
  | { readonly kind: 'move_stage'; readonly move: StageMove };

/** What is known of Lever after its tags were read: a person may have deleted one of ours, or an earlier integration left some. Not while somebody is writing to it. */
export const withObservedTags = (state: LeverState, tags: readonly string[], now: number): LeverState => {
  if (isLeased(state, now)) return state;
  const seen = tags.filter(isStatusTag);
  const isThere = state.tag !== null && seen.includes(state.tag);
  const { tagMissedTimes = 0, ...known } = state;
  const observed = { ...known, tag: isThere ? state.tag : null, otherTags: seen.filter((tag) => tag !== state.tag) };
  return isThere || tagMissedTimes === 0 ? observed : { ...observed, tagMissedTimes };
};

/** Is it time that a poll of ours looks at Lever too? About once a day; sooner where the tag was missing the last time. */
export const isLookDue = ({ lookedAt, tagMissedTimes = 0 }: LeverState, { now, retryPolicy }: Moment): boolean =>
  // Polls are a little early or late.
  lookedAt === undefined || tagMissedTimes > 0 || now - lookedAt > dayMs(retryPolicy) - retryPolicy.pollIntervalMs / 2;

/** What is known of Lever after such a look, for which there was time to show what it took. Each time that the tag is not there counts. */
export const withPolledTags = (state: LeverState, tags: readonly string[], now: number): LeverState => {
  const observed = { ...withObservedTags(state, tags, now), lookedAt: now };
  const isMissed = state.tag !== null && observed.tag === null;
  return isMissed ? { ...observed, tagMissedTimes: (state.tagMissedTimes ?? 0) + 1 } : observed;
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
    case 'move_stage':
      return `${write.kind}/${write.move.key}`;
  }
};

/** What is known of Lever once these writes may have been started: nothing certain about what they touch. */
export const writeStarted = (state: LeverState, writes: readonly LeverWrite[]): LeverState =>
  writes.reduce(writeStartedOne, state);

const writeStartedOne = (state: LeverState, write: LeverWrite): LeverState => {
  switch (write.kind) {
    case 'add_tag': {
      const before = state.tag === null ? state.otherTags : [...state.otherTags, state.tag];
      return { ...state, tag: null, otherTags: [...new Set([...before, write.tag])] };
    }
    case 'post_note':
      return {
        ...state,
        notes: withNote(state.notes, { key: write.key, state: 'posting', noteId: null, text: write.text }),
      };
    case 'remove_tags':
      return withoutTag(state, write.tags);
    case 'delete_note':
      return state;
    case 'move_stage':
      return { ...state, moves: withMove(state.moves, write.move) };
  }
};

/** The current tag is no longer certain where it goes before its successor came: Lever may have refused that one. */
const withoutTag = (state: LeverState, tags: readonly string[]): LeverState =>
  state.tag !== null && tags.includes(state.tag)
    ? { ...state, tag: null, otherTags: [...state.otherTags, state.tag] }
    : state;

/** What is known of Lever after this write was answered. `noteId`: of a note just posted or found. */
export const writeConfirmed = (before: LeverState, write: LeverWrite, noteId: string | null): LeverState => {
  const state = { ...before, deferred: withoutDeferral(before, write) };
  switch (write.kind) {
    case 'add_tag':
      return { ...state, tag: write.tag, otherTags: state.otherTags.filter((tag) => tag !== write.tag) };
    case 'remove_tags':
      return {
        ...withoutTag(state, write.tags),
        otherTags: state.otherTags.filter((tag) => !write.tags.includes(tag)),
      };
    case 'post_note':
      return { ...state, notes: withNote(state.notes, { key: write.key, state: 'posted', noteId, text: null }) };
    case 'delete_note':
      return { ...state, notes: state.notes.filter((note) => note.key !== write.key) };
    case 'move_stage':
      return { ...state, moves: withMove(state.moves, { ...write.move, state: 'moved' }) };
  }
};

/** What is known of Lever after it would not have this write: nothing has changed, and it is not to be tried before `until`. A move is not tried again: the recruiter is told. */
export const writeDeferred = (state: LeverState, write: LeverWrite, until: number): LeverState =>
  write.kind === 'move_stage'
    ? { ...state, moves: withMove(state.moves, { ...write.move, state: 'refused' }) }
    : { ...state, deferred: [...withoutDeferral(state, write), { write: nameOf(write), until }] };

/** What Lever refused and is not to be tried yet. */
export const stillDeferred = (state: LeverState, now: number): LeverState['deferred'] =>
  state.deferred.filter(({ until }) => until > now);

/** Tags come one after the other: what became of one says what was wrong with the ones before. */
const withoutDeferral = (state: LeverState, write: LeverWrite): LeverState['deferred'] =>
  state.deferred.filter((each) =>
    write.kind === 'add_tag' ? !each.write.startsWith('add_tag/') : each.write !== nameOf(write),
  );

const withNote = (notes: readonly NoteState[], note: NoteState): NoteState[] => [
  ...notes.filter((each) => each.key !== note.key),
  note,
];
