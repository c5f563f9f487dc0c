import type { Activity, ActivityKind } from '#shared/domain/activity.ts';
import type { Candidate } from '#shared/domain/candidate-state.ts';

/** One page of the account's candidates. `order`: by the newest change, or by id where there are too many to sort. */
export type Candidates = {
  readonly candidates: readonly Candidate[];
  readonly order: 'newest' | 'id';
  readonly next: string | null;
};

/** Who did something, by what their own token called them; null: not known. */
type Named = { readonly byName: string | null };

export type ActivityLine = Activity & Named;

/** One page of the activity log, newest first. */
export type Activities = { readonly activities: readonly ActivityLine[]; readonly next: string | null };

export type TimelineLine = Pick<Activity, 'at' | 'detail' | 'by' | 'movedBy'> &
  Named & { readonly kind: ActivityKind | 'moved_in' };

/** A candidate with what happened to them, newest first. */
export type CandidateStory = Candidate & { readonly timeline: readonly TimelineLine[]; readonly isComplete: boolean };

/** The checks started in a month, by package; null: Turn's default. */
export type Usage = {
  readonly month: string;
  readonly packages: readonly { readonly packageId: string | null; readonly started: number }[];
};

/** What packages are called, by their ids, as far as that is known. */
export type PackageNames = Readonly<Partial<Record<string, string>>>;
