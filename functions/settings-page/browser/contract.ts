import type { ConnectionState } from '#shared/domain/account.ts';
import type { AccountProblem } from '#shared/domain/account-problems.ts';
import type { HealthState } from '#shared/domain/health.ts';
import type { WebhookEvent } from '#shared/domain/ids.ts';
import type { AddressState } from '#shared/domain/mail-list.ts';
import type { Pause } from '#shared/domain/pause.ts';
import type { OpenProblem } from '#shared/domain/work-problems.ts';

/** What the settings API tells of the account. Times are epoch milliseconds. */
export type Overview = {
  readonly accountId: string;
  readonly name: string;
  readonly user: { readonly id: string; readonly maySettle: boolean };
  readonly connection: {
    readonly state: ConnectionState;
    readonly changedAt: number | null;
    readonly leverAccountId: string | null;
    readonly leverUserId: string | null;
    readonly authorizedAt: number | null;
    /** A user of Turn. */
    readonly authorizedBy: string | null;
    /** What their own token called them, for Super Admins to read. */
    readonly authorizedByName: string | null;
    readonly reauthorizeBy: number | null;
    readonly daysLeft: number | null;
    readonly candidatesUrl: string;
  };
  readonly webhook: {
    readonly url: string;
    readonly secretIsSet: boolean;
    /** Those whose secret is saved. */
    readonly secretEvents: readonly WebhookEvent[];
    readonly previousValidUntil: number | null;
    readonly registered: boolean;
    readonly lastReceivedAt: number | null;
    readonly lastVerifiedAt: number | null;
    readonly silentSince: number | null;
  };
  /** Null: new checks start. */
  readonly pause: Pause | null;
  /** The hourly limit of checks that holds while the account chose none; null: none does. */
  readonly defaultHourlyCap: number | null;
  /** How many were in a trigger stage before the start, and are not checked; null: not counted yet. */
  readonly alreadyInStage: { readonly count: number; readonly isComplete: boolean } | null;
  readonly health: {
    readonly state: HealthState;
    /** When the worst of the problems began; null: there is none, or nobody knows. */
    readonly since: number | null;
    /** The worst first. */
    readonly problems: readonly AccountProblem[];
    /** Candidates of whom somebody has to see to something, the longest waiting first. */
    readonly open: readonly OpenProblem[];
    readonly lastCheckAt: number | null;
    readonly lastLeverWriteAt: number | null;
    readonly waiting: {
      readonly count: number;
      readonly isComplete: boolean;
      readonly reasons: readonly { readonly reason: string; readonly count: number }[];
    };
  };
};

type LeverAccount = {
  readonly leverAccountId: string | null;
  readonly authorizedAt: number | null;
  /** A user of Turn. */
  readonly authorizedBy: string | null;
  readonly authorizedByName: string | null;
};

/** The Lever that is, or was last, connected, and the other one that somebody has to say yes to. */
export type Replacement = {
  readonly present: LeverAccount & { readonly state: ConnectionState };
  readonly other: LeverAccount;
};

/** Lever's own stages; `readAt` null: never read. */
export type Stages = {
  readonly stages: readonly { readonly id: string; readonly name: string }[];
  readonly readAt: number | null;
};

/** What was saved, but is worth a second look. */
export type SettingWarning = { readonly field: string; readonly message: string };

/** Who is told by e-mail; addresses are masked. `isSetUp` false: this service sends no mails. */
export type MailAddresses = {
  readonly isSetUp: boolean;
  readonly addresses: readonly { readonly id: string; readonly masked: string; readonly state: AddressState }[];
};
