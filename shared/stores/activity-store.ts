import * as z from 'zod';
import { type Activity, activityKinds } from '#shared/domain/activity.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

/** The activity log of each account, kept for 90 days. */
export type ActivityStore = {
  record(accountId: string, activity: Omit<Activity, 'at'>): Promise<void>;
  /** Newest first. `next` leads to the page after this one; null: there is none. */
  list(
    accountId: string,
    page: { limit: number; after: string | null },
  ): Promise<{ activities: Activity[]; next: string | null }>;
};

const keptSeconds = 90 * 86_400;
const activitySchema: z.ZodType<Activity> = z.object({
  at: z.number(),
  kind: z.enum(activityKinds),
  opportunityId: z.string().nullable(),
  by: z.string().nullable(),
  detail: z.string().nullable(),
});

/** Activities in the table. */
export const createActivityStore = (
  table: Pick<Table, 'overwrite' | 'list'>,
  options: { now: () => number; newId: () => string },
): ActivityStore => ({
  async record(accountId, activity) {
    const at = options.now();
    await table.overwrite({
      ...keys.activity(accountId, at, options.newId()),
      version: 1,
      content: { ...activity, at },
      expiresAt: Math.floor(at / 1000) + keptSeconds,
      due: null,
    });
  },
  async list(accountId, { limit, after }) {
    const { items, next } = await table.list(keys.accountPartition(accountId), 'ACTIVITY#', {
      limit,
      after,
      newestFirst: true,
    });
    // The table deletes what has expired days late.
    const living = items.filter(({ expiresAt }) => (expiresAt ?? 0) * 1000 > options.now());
    return { activities: living.map(({ content }) => activitySchema.parse(content)), next };
  },
});
