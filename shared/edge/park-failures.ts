import { withConnection } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import type { Nudge } from '#shared/domain/nudge.ts';
import type { Screening } from '#shared/domain/screening.ts';
import { retryDelayMs, type Waiting } from '#shared/domain/waiting.ts';
import type { Report } from '#shared/observability/log-codes.ts';
import type { AccountStore } from '#shared/stores/account-store.ts';
import type { ScreeningStore } from '#shared/stores/screening-store.ts';

/** The queue's work, made patient: a foreseen failure puts it into the table to be tried again later, for days if need be. */
export const parkFailures =
  (options: {
    lane: 'reconsider' | 'refresh';
    work: (nudge: Nudge) => Promise<void>;
    accounts: AccountStore;
    screenings: ScreeningStore;
    waiting: Waiting;
    now: () => number;
    random: () => number;
    report: Report;
  }) =>
  async (nudge: Nudge): Promise<void> => {
    const { accountId, opportunityId } = nudge;
    try {
      await options.work(nudge);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.kind === 'hold') {
        await options.accounts.update(accountId, (account) => withConnection(account, 'disconnected', options.now()));
        options.report('account_disconnected', { accountId });
      }
      await options.screenings.update(accountId, opportunityId, (screening) => ({
        ...screening,
        [options.lane]: later(screening[options.lane], error, options),
      }));
      options.report('work_parked', { accountId, opportunityId, reason: error.code });
    }
  };

const later = (
  before: Screening['refresh'],
  failure: Failure,
  { waiting, now, random }: { waiting: Waiting; now: () => number; random: () => number },
): NonNullable<Screening['refresh']> => {
  const attempts = (before?.attempts ?? 0) + 1;
  return { attempts, dueAt: now() + Math.max(failure.retryAfterMs ?? 0, retryDelayMs(attempts, waiting, random())) };
};
