import { withLapsedGrant } from '#shared/domain/account.ts';
import type { Report } from '#shared/observability/log-codes.ts';
import type { AccountStore } from '#shared/stores/account-store.ts';
import type { ActivityStore } from '#shared/stores/activity-store.ts';

export type LapsePorts = {
  now: () => number;
  accounts: Pick<AccountStore, 'update'>;
  activities: Pick<ActivityStore, 'record'>;
  report: Report;
};

/** Work that began then met a grant that is no more: the account is disconnected, and says so once. Its work is held until the Super Admin authorizes again. */
export const noteLapse = async (accountId: string, beganAt: number, ports: LapsePorts): Promise<void> => {
  let isNews = false;
  await ports.accounts.update(accountId, (account) => {
    const lapsed = withLapsedGrant(account, beganAt, ports.now());
    isNews = lapsed !== account;
    return lapsed;
  });
  if (!isNews) return;
  ports.report('account_disconnected', { accountId });
  await ports.activities.record(accountId, {
    ...{ kind: 'lever_disconnected', opportunityId: null, by: null, detail: 'access ended in Lever' },
  });
};
