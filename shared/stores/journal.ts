import type { Activity } from '#shared/domain/activity.ts';
import type { Report } from '#shared/observability/log-codes.ts';
import type { ActivityStore } from './activity-store.ts';
import type { HealthStore } from './health-store.ts';

/** What is written down beside the work, by the integration itself. It never fails: better to lose a line than to do the work again for it. */
export type Journal = {
  record(accountId: string, activity: Omit<Activity, 'at' | 'by'>): Promise<void>;
  /** Notes that it worked now. */
  note(...sign: Parameters<HealthStore['note']>): Promise<void>;
};

/** A journal that keeps its lines in the activity log and in the signs of life. */
export const createJournal = (options: {
  activities: Pick<ActivityStore, 'record'>;
  health: Pick<HealthStore, 'note'>;
  report: Report;
}): Journal => {
  const quietly = async (accountId: string, work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch {
      options.report('journal_line_lost', { accountId });
    }
  };
  return {
    record: (accountId, activity) =>
      quietly(accountId, options.activities.record(accountId, { ...activity, by: null })),
    note: (accountId, sign) => quietly(accountId, options.health.note(accountId, sign)),
  };
};
