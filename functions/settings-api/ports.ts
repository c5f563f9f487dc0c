import type { AdmitPorts, Admitted } from '#shared/edge/admit.ts';
import type { Incoming } from '#shared/edge/http-handler.ts';
import type { OpenLever } from '#shared/lever/lever-client.ts';
import type { Report } from '#shared/observability/log-codes.ts';
import type { AccountStore } from '#shared/stores/account-store.ts';
import type { ActivityStore } from '#shared/stores/activity-store.ts';
import type { CredentialStore } from '#shared/stores/credential-store.ts';
import type { HealthStore } from '#shared/stores/health-store.ts';
import type { ScreeningStore } from '#shared/stores/screening-store.ts';

/** What the settings API needs of the world. */
export type SettingsApiPorts = AdmitPorts & {
  now: () => number;
  accounts: Pick<AccountStore, 'find' | 'update'>;
  credentials: Pick<CredentialStore, 'load' | 'update'>;
  health: Pick<HealthStore, 'load'>;
  activities: ActivityStore;
  screenings: Pick<ScreeningStore, 'list'>;
  leverOf: OpenLever;
  /** Where Lever finds us; no slash at the end. */
  publicUrl: string;
  /** Where people see the opportunities in Lever: an id follows. */
  candidatesUrl: string;
  report: Report;
};

/** A request of somebody whom the token lets in. */
export type Request = Admitted & { readonly incoming: Incoming };
