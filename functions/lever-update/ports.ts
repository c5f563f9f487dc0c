import type { SendNudge } from '#shared/domain/nudge.ts';
import type { Waiting } from '#shared/domain/waiting.ts';
import type { OpenLever } from '#shared/lever/lever-client.ts';
import type { Report } from '#shared/observability/log-codes.ts';
import type { AccountStore } from '#shared/stores/account-store.ts';
import type { Journal } from '#shared/stores/journal.ts';
import type { TakeSlots } from '#shared/stores/rate-slots.ts';
import type { ScreeningStore } from '#shared/stores/screening-store.ts';
import type { Turn } from '#shared/turn/turn-client.ts';

/** What the update of Lever needs of the world. */
export type LeverUpdatePorts = {
  now: () => number;
  newId: () => string;
  waiting: Waiting;
  accounts: Pick<AccountStore, 'find'>;
  screenings: ScreeningStore;
  leverOf: OpenLever;
  takeSlots: TakeSlots;
  turnOf: (accountId: string) => Promise<Turn>;
  nudgeStageChange: SendNudge;
  journal: Journal;
  report: Report;
};
