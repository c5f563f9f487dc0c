import type { Config } from '#shared/world.ts';
import { readGatherMs } from './callback-world.ts';
import { readMilliseconds, readVariable } from './environment.ts';

/** What a function was deployed with. It has only the variables of what it may use: each is read when it is asked for. */
export const lambdaConfig: Config = {
  get publicUrl() {
    return readVariable('PUBLIC_API_URL');
  },
  get leverApiUrl() {
    return readVariable('LEVER_API_URL');
  },
  get leverAuthUrl() {
    return readVariable('LEVER_AUTH_URL');
  },
  get turnApiUrl() {
    return readVariable('TURN_API_URL');
  },
  get turnDashboardHosts() {
    return readVariable('TURN_DASHBOARD_HOSTS').split(',');
  },
  get userAgent() {
    return readVariable('USER_AGENT');
  },
  get mailSender() {
    return process.env['MAIL_SENDER'] || null;
  },
  get defaultHourlyCap() {
    const cap = process.env['DEFAULT_HOURLY_CAP'];
    return cap ? Number(cap) : null;
  },
  get retryPolicy() {
    return {
      orderVisibilityMs: readMilliseconds('ORDER_VISIBILITY_SECONDS'),
      retryFirstMs: readMilliseconds('RETRY_FIRST_SECONDS'),
      retryLongestMs: readMilliseconds('RETRY_LONGEST_SECONDS'),
      pollIntervalMs: readMilliseconds('POLL_INTERVAL_SECONDS'),
    };
  },
  get redeliveryMs() {
    return readMilliseconds('REDELIVERY_SECONDS');
  },
  get gatherMs() {
    return readGatherMs();
  },
  get maintenanceMs() {
    return readMilliseconds('MAINTENANCE_SECONDS');
  },
  get claimNames() {
    return {
      account: readVariable('OIDC_ACCOUNT_CLAIM'),
      role: readVariable('OIDC_ROLE_CLAIM'),
      superAdminRole: readVariable('OIDC_SUPER_ADMIN_ROLE'),
      memberRoles: readVariable('OIDC_MEMBER_ROLES').split(','),
    };
  },
};
