/** What can be wrong so that the recruiter must know: each becomes one note and (but for `tags_locked`) the tag `TurnStatus:error`. */
export const problemCodes = [
  'no_email',
  'no_full_name',
  'several_packages',
  'contact_not_allowed',
  'confidential',
  'unreadable',
  'cap_reached',
  'turn_rejected',
  'turn_token_rejected',
  'order_uncertain',
  'tags_locked',
  /** Another version of this software stored a code that this one does not know. */
  'unknown',
] as const;
export type ProblemCode = (typeof problemCodes)[number];

/** `detail`: words of ours that the code alone does not say. `since`: when it was first found, epoch milliseconds. */
export type Problem = { readonly code: ProblemCode; readonly detail: string | null; readonly since: number };

/** Something that the recruiter should know although the check could start; nothing that a person could be known by. `tag` is the beginning of a tag, text from Lever: clean it before it is written anywhere. `usedDefault`: no other tag named a package. */
export type Warning =
  | { readonly kind: 'malformed_package_tag'; readonly tag: string; readonly usedDefault: boolean }
  | { readonly kind: 'unknown_package'; readonly packageId: string }
  | { readonly kind: 'invitation_not_sent'; readonly by: InvitationChannel }
  /** A phone number of a country that Turn cannot reach was left out. */
  | { readonly kind: 'foreign_phone' }
  /** Turn did not take the candidate's phone number, or first e-mail address: the check was ordered without the number, or with the next address. */
  | { readonly kind: 'refused_phone' }
  | { readonly kind: 'refused_email' };

/** How Turn invites a candidate. */
export type InvitationChannel = 'email' | 'sms';

/** How far a check is at Turn. */
export type CheckStatus = {
  /** In our own words: what follows `TurnStatus:` unless the account calls it otherwise. */
  readonly name: string;
  /** Turn is done with it for now: nothing more is expected by itself. A recheck reopens it. */
  readonly isComplete: boolean;
  readonly isWithdrawn: boolean;
  readonly hasReport: boolean;
};

/** The last attempt to order. `inFlightUntil` is set while the answer is awaited: until then nobody else may conclude that Turn never got the order. */
export type OrderAttempt = {
  readonly attemptedAt: number;
  readonly inFlightUntil: number | null;
  /** Somebody came with news of the opportunity meanwhile: decide once more when the answer is there. */
  readonly revisit: boolean;
  /** When it was counted among the orders of its hour, which may be over by the time of the attempt; absent: nobody knows, and it counts again. */
  readonly countedAt?: number;
  /** Turn refused it: nothing was ordered, and nobody has to wait until Turn would know of it. */
  readonly isRefused?: boolean;
};

type Order = {
  readonly enteredAt: number;
  readonly packageId: string | null;
  /** What the package was called when it was ordered, by a tag or by the account; text from outside. Absent: nobody said. */
  readonly packageName?: string;
  /** Lever's id of the user whose move into the stage ordered it; absent: Lever did not tell. */
  readonly movedBy?: string;
  readonly warnings: readonly Warning[];
  readonly changedAt: number;
};

/** An order may have reached Turn, whose answer we do not have. `changedAt`: when it was first attempted. A problem that was known before stays until it is solved. */
export type OrderingEntry = Order & {
  readonly state: 'ordering';
  readonly attempt: OrderAttempt;
  readonly problem: Problem | null;
};

/** Turn has the check. `changedAt`: when its status last changed. */
export type OrderedEntry = Order & {
  readonly state: 'ordered';
  readonly workerId: string;
  readonly turnId: string | null;
  readonly dashboardUrl: string | null;
  /** Turn gives an address that is none of its dashboard's: a report is told of without one. */
  readonly isAddressUnusable?: true;
  readonly status: CheckStatus | null;
  /** It was ordered for another opportunity of the same person, and is shown here too. */
  readonly isFollowed?: true;
};

/** Nothing was ordered, and the recruiter is told why. `enteredAt` null: Lever does not let us see the opportunity, or shows no time of its entry. */
export type BlockedEntry = { readonly state: 'blocked'; readonly enteredAt: number | null; readonly problem: Problem };

/** An earlier check is complete, and the account's rule forbids another. */
export type RerunDeniedEntry = {
  readonly state: 'rerun_denied';
  readonly enteredAt: number;
  readonly changedAt: number;
};

/** A check was ordered, and everything else about it was erased with the candidate: this entry orders nothing again. */
export type ErasedEntry = { readonly state: 'erased'; readonly enteredAt: number };

/** One entry of one opportunity into a trigger stage, and what became of it. Times in epoch milliseconds. */
export type StageEntry = OrderingEntry | OrderedEntry | BlockedEntry | RerunDeniedEntry | ErasedEntry;

/** Who moved the candidate in, if anybody is known. */
export const movedByOf = (entry: object & { readonly movedBy?: string }): { readonly movedBy?: string } =>
  entry.movedBy === undefined ? {} : { movedBy: entry.movedBy };

/** Is something still expected to happen to its check by itself? */
export const isRunning = (entry: StageEntry): boolean =>
  entry.state === 'ordering' || (entry.state === 'ordered' && !(entry.status?.isComplete ?? false));

export const isOrdered = (entry: StageEntry): entry is OrderedEntry => entry.state === 'ordered';
export const isOrdering = (entry: StageEntry): entry is OrderingEntry => entry.state === 'ordering';

/** Is there a report of which the recruiter can be told? */
export const hasReportToTell = (entry: StageEntry | undefined): boolean =>
  entry?.state === 'ordered' &&
  entry.status?.hasReport === true &&
  (entry.dashboardUrl !== null || entry.isAddressUnusable === true);

/** Was a check ordered for it, of which there may be nothing left but that? */
export const wasOrdered = ({ state }: StageEntry): boolean => state === 'ordered' || state === 'erased';

/** What is wrong with it, as far as the recruiter has to know. */
export const problemOf = (entry: StageEntry | undefined): Problem | null =>
  entry?.state === 'ordering' || entry?.state === 'blocked' ? entry.problem : null;

/** The problem as it stands now: one that was known before has stood since then. */
export const problemNow = (
  code: ProblemCode,
  detail: string | null,
  known: StageEntry | undefined,
  now: number,
): Problem => {
  const before = problemOf(known);
  return before?.code === code && before.detail === detail ? before : { code, detail, since: now };
};

/** The detail of a started check's activity: which package was ordered, then what was done otherwise than the tags or the settings asked; null: Turn's default, as it was asked. */
export const startedDetail = ({ packageId, warnings }: Pick<OrderedEntry, 'packageId' | 'warnings'>): string | null => {
  const told = warnings.map((warning) =>
    warning.kind === 'unknown_package' ? `not_${warning.packageId}` : warning.kind,
  );
  return told.length === 0 ? packageId : [packageId ?? 'default', ...new Set(told)].join(' ');
};

/** The package that a started check's activity names; null: Turn's default. */
export const startedPackage = (detail: string | null): string | null => {
  const packageId = detail?.split(' ')[0] ?? 'default';
  return packageId === 'default' ? null : packageId;
};

/** When it last changed, epoch milliseconds; 0 where nothing is kept that says so. */
export const changedAt = (entry: StageEntry): number => {
  switch (entry.state) {
    case 'blocked':
      return entry.problem.since;
    case 'erased':
      return 0;
    case 'ordering':
    case 'ordered':
    case 'rerun_denied':
      return entry.changedAt;
  }
};
