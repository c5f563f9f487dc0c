import type { Account } from './account.ts';
import {
  accessDenied,
  appRejected,
  disconnected,
  disconnectedByRestore,
  leverNotAnswering,
  limitReached,
  needAttention,
  notConnected,
  pausedByAccount,
  pausedByTurn,
  secretMissing,
  secretWrong,
  type Told,
  turnNotAnswering,
  turnTokenMissing,
  turnTokenRejected,
  webhooksMissing,
  webhooksSilent,
  workFailing,
  workOverdue,
} from './account-problem-texts.ts';
import type { Pause } from './pause.ts';
import { daysUntil, reauthorizeBy } from './reauthorization.ts';
import { nameIn } from './trigger-stage.ts';
import type { Concern, WorkProblems } from './work-problems.ts';

/** What can be wrong with an account, the worst first. */
export const accountProblemCodes = [
  'lever_not_connected',
  'lever_disconnected',
  'lever_access_denied',
  'lever_app_rejected',
  'turn_token_missing',
  'paused',
  'turn_token_rejected',
  'lever_not_answering',
  'turn_not_answering',
  'work_overdue',
  'webhook_secret_missing',
  'webhook_secret_wrong',
  'webhooks_silent',
  'trigger_stage_missing',
  'work_failing',
  'candidates_need_attention',
  'hourly_limit_reached',
  'default_package_unknown',
  'reauthorization_due',
] as const;
export type AccountProblemCode = (typeof accountProblemCodes)[number];

/** Something that a Super Admin should see to: what it is, and what to do, in a sentence or two each. `since`: epoch milliseconds; null: nobody knows. `candidates`: how many of them it is known to keep waiting. */
export type AccountProblem = {
  readonly code: AccountProblemCode;
  readonly message: string;
  readonly todo: string;
  readonly since: number | null;
  readonly candidates: number;
};

/** What is known of an account beside what it chose. */
export type AccountState = {
  /** Lever can tell us of moves: by webhooks that we registered, or by those set up by hand whose secret somebody saved. */
  readonly receivesMoves: boolean;
  readonly hasTurnToken: boolean;
  /** Null: orders are placed. */
  readonly pause: Pause | null;
  /** When Lever last sent something that was signed with a secret of ours, and when something came that was not; epoch milliseconds, null: never. */
  readonly lastSignedAt: number | null;
  readonly lastRefusedAt: number | null;
  /** Since when a table restored from a backup is in use, epoch milliseconds; 0: it never was. */
  readonly restoredAt: number;
  /** Since when Lever shows stage changes that no webhook told of, epoch milliseconds. */
  readonly silentSince: number | null;
  /** What the account calls its default package; absent: nobody has said, or it does not matter now. */
  readonly defaultPackageName?: string;
};

const dayMs = 86_400_000;
const warnDaysBefore = 30;
/** Good deliveries are noted no oftener than once a minute: one that was not noted may be the last all the same. */
const notedEveryMs = 60_000;
/** Anybody who knows the address can send something that is signed wrongly: one such must not alarm for longer. */
const refusalCountsForMs = dayMs;

/** What is wrong with an account now, the worst first; empty: all is well. */
export const accountProblems = (
  account: Account,
  state: AccountState,
  work: WorkProblems,
  now: number,
): AccountProblem[] => {
  const { connectionState, connectionChangedAt, leverDeniedSince } = account;
  const isConnected = connectionState === 'connected';
  const { found, awaitingReconnect, awaitingResume } = work;
  const told: Readonly<Record<AccountProblemCode, Told | null>> = {
    lever_not_connected: connectionState === 'not_connected' ? notConnected : null,
    lever_disconnected:
      connectionState === 'disconnected'
        ? { ...endOf(connectionChangedAt, state), since: connectionChangedAt, candidates: awaitingReconnect }
        : null,
    lever_access_denied:
      isConnected && leverDeniedSince !== undefined ? { ...accessDenied, since: leverDeniedSince } : null,
    lever_app_rejected: concerned(found.lever_app_rejected, appRejected),
    turn_token_missing: state.hasTurnToken ? null : turnTokenMissing,
    paused: pausedBy(state.pause, awaitingResume),
    // The work that waits failed for the token that there was.
    turn_token_rejected: state.hasTurnToken ? concerned(found.turn_token_rejected, turnTokenRejected) : null,
    lever_not_answering: isConnected ? concerned(found.lever_not_answering, leverNotAnswering) : null,
    turn_not_answering: concerned(found.turn_not_answering, turnNotAnswering),
    work_overdue: isConnected ? concerned(found.work_overdue, workOverdue) : null,
    // Connecting brings webhooks with secrets of their own.
    webhook_secret_missing:
      state.receivesMoves || connectionState === 'not_connected' ? null : missingWebhooks(account),
    webhook_secret_wrong: isSecretWrong(state, now) ? { ...secretWrong, since: state.lastRefusedAt } : null,
    webhooks_silent:
      state.silentSince === null || !state.receivesMoves ? null : { ...webhooksSilent, since: state.silentSince },
    trigger_stage_missing: missingStages(account),
    work_failing: isConnected ? concerned(found.work_failing, workFailing) : null,
    candidates_need_attention: concerned(found.candidates_need_attention, needAttention),
    hourly_limit_reached: concerned(found.hourly_limit_reached, limitReached),
    default_package_unknown: packageUnknown(account, state),
    reauthorization_due: reauthorizationDue(account, now),
  };
  return accountProblemCodes.flatMap((code) => {
    const problem = told[code];
    return problem === null ? [] : [{ code, since: null, candidates: 0, ...problem }];
  });
};

/** An access that ends soon after its table was restored was renewed since the backup: Lever takes each refresh token once. */
const endOf = (endedAt: number | null, { restoredAt }: AccountState): Told => {
  const since = (endedAt ?? 0) - restoredAt;
  return restoredAt > 0 && since >= 0 && since < dayMs ? disconnectedByRestore : disconnected;
};

const concerned = (concern: Concern | undefined, words: Told): Told | null =>
  concern === undefined ? null : { ...words, ...concern };

const pausedBy = (pause: Pause | null, candidates: number): Told | null =>
  pause === null ? null : { ...(pause.by === 'turn' ? pausedByTurn : pausedByAccount), since: pause.since, candidates };

const isSecretWrong = ({ lastSignedAt, lastRefusedAt }: AccountState, now: number): boolean =>
  lastRefusedAt !== null &&
  lastRefusedAt - (lastSignedAt ?? 0) >= notedEveryMs &&
  now - lastRefusedAt < refusalCountsForMs;

const missingWebhooks = ({ connection }: Account): Told =>
  connection?.authorizedBy === undefined ? secretMissing : webhooksMissing;
const missingStages = ({ stages, triggerStages }: Account): Told | null => {
  if (stages === null) return null;
  const missing = triggerStages.filter(({ id }) => nameIn(stages, id) === undefined);
  if (missing.length === 0) return null;
  const names = missing.map(({ name }) => `“${name}”`).join(', ');
  return {
    message: `Lever has no stage ${names}: candidates cannot be moved there.`,
    todo: 'Choose another trigger stage, or add it in Lever.',
  };
};

const packageUnknown = (
  { defaultPackageId, unknownPackageId }: Account,
  { defaultPackageName }: AccountState,
): Told | null => {
  if (defaultPackageId === null || defaultPackageId !== unknownPackageId) return null;
  const named =
    defaultPackageName === undefined ? `package ${defaultPackageId}` : `“${defaultPackageName}” (${defaultPackageId})`;
  return {
    message: `Turn does not know ${named}; Turn’s own default is ordered instead.`,
    todo: 'Choose another under Default package.',
  };
};

const reauthorizationDue = (account: Account, now: number): Told | null => {
  const by = reauthorizeBy(account);
  if (by === null || daysUntil(by, now) > warnDaysBefore) return null;
  const days = daysUntil(by, now);
  const left = days === 0 ? 'within a day' : `in ${days} ${days === 1 ? 'day' : 'days'}`;
  return {
    message: `Lever’s permission lasts a year and ends ${left}.`,
    todo: 'Authorize Lever again before then.',
    since: by - warnDaysBefore * dayMs,
  };
};
