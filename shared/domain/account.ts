/** A stage whose entry starts a check. `id` is null until Lever's list of stages has been seen to hold the name; `since`: when it was chosen, epoch milliseconds, where that was after the account's start. */
export type TriggerStage = { readonly id: string | null; readonly name: string; readonly since?: number };

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

/** Whether Lever lets us in: `disconnected` means that a grant was there and has lapsed or was revoked. */
export type Connection = 'not_connected' | 'connected' | 'disconnected';

/** Who granted the access that is there, or was there last, as far as Lever's token told. `grantedAt` in epoch milliseconds: the grant dies a year later at the latest. */
export type Granter = {
  readonly leverAccountId: string | null;
  readonly leverUserId: string | null;
  readonly grantedAt: number;
  /** Who authorized it on the settings page, as the OpenID provider names them; missing where the tokens came from a list of accounts. */
  readonly grantedBy?: string;
  /** The last warning of its end said that so many days were left; null: none was due yet. */
  readonly warnedAtDays: number | null;
  /** How often since then its upkeep found that Lever lists our webhooks no more; absent: never. */
  readonly webhookRemovals?: number;
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
  /** How many checks may be ordered within one hour; null: any number. */
  readonly hourlyCap: number | null;
  /** Are notes written so that only people with Lever's Sensitive Information Privileges see them? */
  readonly secretNotes: boolean;
  /** Does the report's address come as a note? */
  readonly writesReportUrl: boolean;
  /** What recruiters see after `TurnStatus:` instead of our own word: our status → the customer's label. */
  readonly statusLabels: Readonly<Record<string, string>>;
};

/** A customer of Turn and what it chose. Holds no secret. */
export type Account = Settings & {
  readonly accountId: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly connection: Connection;
  /** Since when the connection is what it is, and to this Lever; epoch milliseconds. Null where it was never made. */
  readonly connectionChangedAt: number | null;
  /** Who entered a stage before that is none of our business: the account was not connected, or to another Lever. Epoch milliseconds. */
  readonly startsAt: number | null;
  readonly granter: Granter | null;
  readonly stages: StageMap | null;
};

/** The settings of an account that nobody has changed yet: what the help article promises. */
export const defaultSettings: Settings = {
  defaultPackageId: null,
  triggerStages: [{ id: null, name: 'Reference Check' }],
  rerun: { kind: 'never' },
  tagPolicy: 'latest',
  graceSeconds: 0,
  hourlyCap: null,
  secretNotes: false,
  writesReportUrl: true,
  statusLabels: {},
};

/** An account that nobody has touched yet, not connected to Lever. */
export const newAccount = (accountId: string, name: string): Account => ({
  ...defaultSettings,
  accountId,
  name,
  enabled: true,
  connection: 'not_connected',
  connectionChangedAt: null,
  startsAt: null,
  granter: null,
  stages: null,
});

/** How far our own clocks may be apart: one dates the grant, another the work that met an older one. Should the new one lapse as soon, a later call finds out. */
const clocksDifferMs = 5_000;

/** The account after work that began then met a grant that is no more; one that was granted anew meanwhile stays connected. */
export const withLapsedGrant = (account: Account, beganAt: number, now: number): Account => {
  const grantedAt = Math.max(account.connectionChangedAt ?? 0, account.granter?.grantedAt ?? 0);
  const isOldNews = account.connection !== 'connected' || grantedAt + clocksDifferMs > beganAt;
  return isOldNews ? account : withConnection(account, 'disconnected', now);
};

/** The account with its connection as it is now. One that was not connected starts with it: whoever disconnects by choice and comes back one day wants no checks for what happened in between. */
export const withConnection = (account: Account, connection: Connection, now: number): Account => {
  if (account.connection === connection) return account;
  const isStart = account.connection === 'not_connected' && connection === 'connected';
  return { ...account, connection, connectionChangedAt: now, startsAt: isStart ? now : account.startsAt };
};

/** Is the account connected to this Lever account, as far as one can know? */
export const isConnectedTo = ({ connection, granter }: Account, leverAccountId: string): boolean =>
  connection === 'connected' && (granter?.leverAccountId ?? leverAccountId) === leverAccountId;
