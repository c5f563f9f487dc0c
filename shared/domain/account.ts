import type { CallbackKey } from './callback-keys.ts';
import { workerClockSkewMs } from './retry-policy.ts';

/** A stage whose entry starts a check. `id` is null until Lever's list of stages has been seen to hold the name; `since`: when it was chosen, epoch milliseconds, where that was after the account's start. */
export type TriggerStage = { readonly id: string | null; readonly name: string; readonly since?: number };

/** The stage to which a candidate goes after the check. `id` is null until Lever's list has been seen to hold the name; `since`: when it was chosen, epoch milliseconds. */
export type TargetStage = { readonly id: string | null; readonly name: string; readonly since?: number };

/** After which outcome of a check a candidate is moved, and where to; null: the candidate stays. */
export type StageAfter = { readonly clear: TargetStage | null; readonly consider: TargetStage | null };

/** May a check be started again when the candidate enters the stage once more after one has ended? */
export type RerunRule =
  | { readonly kind: 'never' }
  | { readonly kind: 'after_days'; readonly days: number }
  | { readonly kind: 'always' };

/** Lever's own stages as last read: id → name, and the ids in the order in which Lever lists them. `readAt` in epoch milliseconds. */
export type StageMap = {
  readonly readAt: number;
  readonly names: Readonly<Record<string, string>>;
  readonly order?: readonly string[];
};

/** Whether Lever lets us in: `disconnected` means that it did, and the access has lapsed or was revoked. */
export type ConnectionState = 'not_connected' | 'connected' | 'disconnected';

/** The access to Lever that is there, or was there last: who authorized it, as far as Lever's token told. `authorizedAt` in epoch milliseconds: the access ends a year later at the latest. */
export type LeverConnection = {
  readonly leverAccountId: string | null;
  readonly leverUserId: string | null;
  readonly authorizedAt: number;
  /** Who authorized it on the settings page, as the OpenID provider names them; missing where the tokens came from a list of accounts. */
  readonly authorizedBy?: string;
  /** The last warning of its end said that so many days were left; null: none was due yet. */
  readonly warnedAtDays: number | null;
  /** How often since then maintenance found that Lever lists our webhooks no more; absent: never. */
  readonly webhookRemovals?: number;
  /** When it found so last. */
  readonly webhooksRemovedAt?: number;
};

/**
 * Access to a customer's Lever. `expiresAt` of the access token in epoch milliseconds. `apiHost`, `authHost`: where Lever
 * redirects this customer's calls and renewals, as far as it has; absent: nowhere.
 */
export type TokenSet = {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
  readonly apiHost?: string;
  readonly authHost?: string;
};

/** What an account may choose. */
export type Settings = {
  /** `P` and digits; null leaves the choice to Turn. */
  readonly defaultPackageId: string | null;
  readonly triggerStages: readonly TriggerStage[];
  readonly rerun: RerunRule;
  readonly tagPolicy: 'latest' | 'history';
  /** How long a candidate must stay in the stage before the check starts, in seconds. */
  readonly graceSeconds: number;
  /** Is a check shown with all opportunities of its person, rather than ordered for each? */
  readonly oneCheckPerPerson: boolean;
  /** How many checks may be ordered within one hour; null: any number. */
  readonly hourlyCap: number | null;
  /** Are notes written so that only people with Lever's Sensitive Information Privileges see them? */
  readonly secretNotes: boolean;
  /** Does the report's address come as a note? */
  readonly writesReportUrl: boolean;
  /** What recruiters see after `TurnStatus:` instead of our own word: our status → the customer's label. */
  readonly statusLabels: Readonly<Record<string, string>>;
  readonly stageAfter: StageAfter;
};

/** Who stood in a trigger stage already. `isComplete` false: there are more than were counted. `countedFor`: the start and the stages that it holds for. */
export type AlreadyInStage = {
  readonly count: number;
  readonly isComplete: boolean;
  readonly countedAt: number;
  readonly countedFor: string;
};

/** A customer of Turn and what it chose. Holds no secret. */
export type Account = Settings & {
  readonly accountId: string;
  readonly name: string;
  readonly enabled: boolean;
  /** Of its callback address at Turn, the current one first. Whoever creates an account gives it one. */
  readonly callbackKeys: readonly CallbackKey[];
  readonly connectionState: ConnectionState;
  /** Since when the connection is what it is, and to this Lever; epoch milliseconds. Null where it was never made. */
  readonly connectionChangedAt: number | null;
  /** Who entered a stage before that is none of our business: the account was not connected, or to another Lever. Epoch milliseconds. */
  readonly startsAt: number | null;
  readonly connection: LeverConnection | null;
  /** The default package that Turn did not know when it was ordered last; null: none. */
  readonly unknownPackageId: string | null;
  readonly stages: StageMap | null;
  /** How many stood in a trigger stage before the account started, and get no check; absent: never counted. */
  readonly alreadyInStage?: AlreadyInStage;
  /** Since when Lever knows our access and yet forbids it everything, epoch milliseconds; absent: it does not. */
  readonly leverDeniedSince?: number;
  /** A Super Admin (`by`, as the OpenID provider names them) has nothing ordered since then, epoch milliseconds; absent: no pause. */
  readonly paused?: { readonly since: number; readonly by: string };
  /** The same of Turn's operator. */
  readonly pausedByTurnSince?: number;
  /** When it was maintained last, epoch milliseconds; absent: not yet. */
  readonly maintainedAt?: number;
};

/** How many checks may be ordered for the account within one hour: as many as it chose, else as many as the deployment allows by default; null: any number. */
export const hourlyCapOf = (
  { hourlyCap }: Pick<Settings, 'hourlyCap'>,
  defaultHourlyCap: number | null,
): number | null => hourlyCap ?? defaultHourlyCap;

/** The settings of an account that nobody has changed yet: what the help article promises. */
export const defaultSettings: Settings = {
  defaultPackageId: null,
  triggerStages: [{ id: null, name: 'Reference Check' }],
  rerun: { kind: 'never' },
  tagPolicy: 'latest',
  graceSeconds: 0,
  oneCheckPerPerson: true,
  hourlyCap: null,
  secretNotes: false,
  writesReportUrl: true,
  statusLabels: {},
  stageAfter: { clear: null, consider: null },
};

/** An account that nobody has touched yet, not connected to Lever. */
export const newAccount = (accountId: string, name: string): Account => ({
  ...defaultSettings,
  accountId,
  name,
  enabled: true,
  callbackKeys: [],
  connectionState: 'not_connected',
  connectionChangedAt: null,
  startsAt: null,
  connection: null,
  unknownPackageId: null,
  stages: null,
});

/**
 * The account after work that began then met an access that has ended; one that was authorized anew meanwhile stays connected.
 * One clock of ours dates the authorization, another the work: should the new access end as soon, a later call finds out.
 */
export const withEndedAccess = (account: Account, beganAt: number, now: number): Account => {
  const authorizedAt = Math.max(account.connectionChangedAt ?? 0, account.connection?.authorizedAt ?? 0);
  const isOldNews = account.connectionState !== 'connected' || authorizedAt + workerClockSkewMs > beganAt;
  return isOldNews ? account : withConnectionState(account, 'disconnected', now);
};

/** The account with its connection as it is now. One that was not connected starts with it: whoever disconnects by choice and comes back one day wants no checks for what happened in between. */
export const withConnectionState = (account: Account, connectionState: ConnectionState, now: number): Account => {
  if (account.connectionState === connectionState) return account;
  const isStart = account.connectionState === 'not_connected' && connectionState === 'connected';
  return { ...account, connectionState, connectionChangedAt: now, startsAt: isStart ? now : account.startsAt };
};

/** The account whose access Lever forbids everything, or (null) does not. */
export const withLeverDenied = ({ leverDeniedSince, ...account }: Account, now: number | null): Account =>
  now === null ? account : { ...account, leverDeniedSince: leverDeniedSince ?? now };

/** Is the account connected to this Lever account, as far as one can know? */
export const isConnectedTo = ({ connectionState, connection }: Account, leverAccountId: string): boolean =>
  connectionState === 'connected' && (connection?.leverAccountId ?? leverAccountId) === leverAccountId;
