import type { ClaimNames } from '#shared/edge/caller.ts';
import type { LeverLogin } from '#shared/lever/lever-login.ts';
import type { LeverWebhooks } from '#shared/lever/lever-webhooks.ts';
import type { Report } from '#shared/observability/log-codes.ts';
import type { AccountStore } from '#shared/stores/account-store.ts';
import type { ActivityStore } from '#shared/stores/activity-store.ts';
import type { AuthorizationStore } from '#shared/stores/authorization-store.ts';
import type { CredentialStore } from '#shared/stores/credential-store.ts';
import type { WaitingGrantStore } from '#shared/stores/waiting-grant-store.ts';

export type LeverOauthPorts = {
  now: () => number;
  /** A long random text, fit for a URL. */
  newSecret: () => string;
  claimNames: ClaimNames;
  accounts: Pick<AccountStore, 'find' | 'update' | 'isLeverTaken' | 'claimLever'>;
  credentials: Pick<CredentialStore, 'load' | 'update'>;
  activities: Pick<ActivityStore, 'record'>;
  authorizations: AuthorizationStore;
  waitingGrants: WaitingGrantStore;
  /** Lever's login for our app; null until the operator has told us the app's id and secret. */
  login: () => Promise<LeverLogin | null>;
  /** The account's webhooks in Lever, with this access token, or (null) with the account's own. */
  webhooksOf: (accountId: string, accessToken: string | null) => LeverWebhooks;
  /** Where browsers find us; no slash at the end. */
  publicUrl: string;
  report: Report;
};
