import type { SendNudge } from '#shared/domain/nudge.ts';
import type { OpenLever } from '#shared/lever/lever-client.ts';
import type { LeverWebhooks } from '#shared/lever/lever-webhooks.ts';
import type { Report } from '#shared/observability/log-codes.ts';
import type { AccountStore } from '#shared/stores/account-store.ts';
import type { ActivityStore } from '#shared/stores/activity-store.ts';
import type { CatchUpStore } from '#shared/stores/catch-up-store.ts';
import type { CredentialStore } from '#shared/stores/credential-store.ts';
import type { HealthStore } from '#shared/stores/health-store.ts';
import type { ScreeningStore } from '#shared/stores/screening-store.ts';
import type { Table } from '#shared/stores/table.ts';

/** What the sweep needs of the world. */
export type SweepPorts = {
  now: () => number;
  table: Pick<Table, 'get' | 'listDue' | 'put'>;
  accounts: Pick<AccountStore, 'find' | 'listConnected' | 'update' | 'keepLever'>;
  screenings: Pick<ScreeningStore, 'load' | 'update' | 'list'>;
  catchUps: CatchUpStore;
  health: Pick<HealthStore, 'load' | 'setSilentSince'>;
  activities: Pick<ActivityStore, 'record'>;
  credentials: Pick<CredentialStore, 'load' | 'update' | 'reseal'>;
  leverOf: OpenLever;
  /** The account's webhooks in Lever, with this access token, or (null) with the account's own. */
  webhooksOf: (accountId: string, accessToken: string | null) => LeverWebhooks;
  /** Where Lever finds us; no slash at the end. */
  publicUrl: string;
  nudgeStageChange: SendNudge;
  nudgeCheckUpdate: SendNudge;
  /** How long the queue has before a nudge counts as lost. */
  renudgeMs: number;
  /** How often an account is looked after: its stages and its entries read, its access kept alive. */
  upkeepMs: number;
  report: Report;
};
