/** What can be wrong so that the recruiter must know: each becomes one note and (but for `tags_locked`) the tag `TurnStatus:error`. */
export const problemCodes = [
  'no_email',
  'no_full_name',
  'several_packages',
  'contact_not_allowed',
  'confidential',
  'cap_reached',
  'turn_rejected',
  'turn_account',
  'order_uncertain',
  'tags_locked',
] as const;
export type ProblemCode = (typeof problemCodes)[number];

/** `detail`: words of ours that the code alone does not say. `since`: when it was first found, epoch milliseconds. */
export type Problem = { readonly code: ProblemCode; readonly detail: string | null; readonly since: number };

/** Something that the recruiter should know although the check could start. `tag` is the beginning of a tag, text from Lever: clean it before it is written anywhere. `usedDefault`: no other tag named a package. */
export type Warning =
  | { readonly kind: 'near_miss_tag'; readonly tag: string; readonly usedDefault: boolean }
  | { readonly kind: 'unknown_package'; readonly packageId: string };

/** How far a check is, in the words that Lever will show. */
export type Progress = {
  /** What follows `TurnStatus:`. */
  readonly status: string;
  /** Turn is done with it for now: nothing more is expected by itself. */
  readonly hasEnded: boolean;
  readonly isWithdrawn: boolean;
  readonly hasReport: boolean;
};

/** The last attempt to order. `inFlightUntil` is set while the answer is out: until then nobody else may conclude that Turn never got it. */
export type OrderAttempt = {
  readonly attemptedAt: number;
  readonly inFlightUntil: number | null;
  /** Somebody came with news of the opportunity meanwhile: consider it once more when the answer is there. */
  readonly revisit: boolean;
  /** When it was counted among the orders of its hour, which may be over by the time of the attempt; absent: nobody knows, and it counts again. */
  readonly countedAt?: number;
  /** Turn refused it: nothing was ordered, and nobody has to wait until Turn would know of it. */
  readonly isRefused?: boolean;
};

/**
 * One entry of one opportunity into the trigger stage, and what became of it. `claimed`: an order may have reached Turn;
 * `started`: Turn told us the worker; `problem`: nothing was ordered, the recruiter is told why; `not_rerun`: an earlier
 * check has ended and the account's rule forbids another. A problem stays with a check that is claimed until it is solved.
 */
export type Check = {
  readonly enteredAt: number;
  readonly state: 'claimed' | 'started' | 'problem' | 'not_rerun';
  readonly problem: Problem | null;
  readonly packageId: string | null;
  readonly warnings: readonly Warning[];
  readonly attempt: OrderAttempt | null;
  readonly workerId: string | null;
  readonly turnId: string | null;
  readonly dashboardUrl: string | null;
  readonly progress: Progress | null;
  /** When the progress last changed, epoch milliseconds. */
  readonly changedAt: number;
};

/** The entry of an opportunity that Lever does not let us see: no time is known of it, and no entry of Lever's has this one. */
export const hiddenEntry = -1;

/** The problem as it stands now: one that was known before has stood since then. */
export const problemNow = (
  code: ProblemCode,
  detail: string | null,
  known: Check | undefined,
  now: number,
): Problem => {
  const before = known?.problem ?? null;
  return before?.code === code && before.detail === detail ? before : { code, detail, since: now };
};

/** The id under which Turn knows the check as `reference_id`: the same for every attempt at the same entry. */
export const checkIdOf = (opportunityId: string, enteredAt: number): string => `${opportunityId}-${enteredAt}`;

/** The opportunity that a check id belongs to, or null where it is no check id. */
export const opportunityIdOf = (checkId: string): string | null =>
  /^([A-Za-z0-9-]{1,64})-\d{1,16}$/.exec(checkId)?.[1] ?? null;

/** A check of which nothing is known yet but the entry. */
export const newCheck = (enteredAt: number, state: Check['state'], now: number): Check => ({
  enteredAt,
  state,
  problem: null,
  packageId: null,
  warnings: [],
  attempt: null,
  workerId: null,
  turnId: null,
  dashboardUrl: null,
  progress: null,
  changedAt: now,
});

/** Is something still expected to happen to this check by itself? */
export const isLive = (check: Check): boolean =>
  check.state === 'claimed' || (check.state === 'started' && !(check.progress?.hasEnded ?? false));
