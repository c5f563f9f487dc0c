import type { SendNudge } from '#shared/domain/nudge.ts';
import type { Waiting } from '#shared/domain/waiting.ts';
import type { OpenLever } from '#shared/lever/lever-client.ts';
import type { Report } from '#shared/observability/log-codes.ts';
import type { AccountStore } from '#shared/stores/account-store.ts';
import type { CountOrder } from '#shared/stores/hourly-orders.ts';
import type { Journal } from '#shared/stores/journal.ts';
import type { ScreeningStore } from '#shared/stores/screening-store.ts';
import type { Turn } from '#shared/turn/turn-client.ts';

/** What the check worker needs of the world. */
export type CheckWorkerPorts = {
  now: () => number;
  waiting: Waiting;
  accounts: Pick<AccountStore, 'find' | 'update'>;
  screenings: ScreeningStore;
  leverOf: OpenLever;
  /** Throws `turn_token_refused` where the account has no token. */
  turnOf: (accountId: string) => Promise<Turn>;
  /** The address at which Turn tells us about this check. */
  callbackUrlOf: (accountId: string, checkId: string) => Promise<string>;
  /** Counts one more order of this hour of the account; null where it is within the cap, else when to try again. */
  countOrder: CountOrder;
  nudgeCheckUpdate: SendNudge;
  journal: Journal;
  report: Report;
};
