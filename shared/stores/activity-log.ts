import * as z from 'zod';
import { type Activity, type ActivityKind, activityKinds } from '#shared/domain/activity.ts';
import { keys } from './keys.ts';
import { hasExpired, itemOver, type Table } from './table.ts';

export type ActivityLog = ReturnType<typeof createActivityLog>;

const keptSeconds = 365 * 86_400;
const activitySchema: z.ZodType<Activity> = z.object({
  at: z.number(),
  kind: z.enum(activityKinds),
  opportunityId: z.string().nullable(),
  by: z.string().nullable(),
  detail: z.string().nullable(),
});

/** The activity log of each account in the table, kept for a year. */
export const createActivityLog = (
  table: Pick<Table, 'overwrite' | 'list'>,
  { now, newId }: { now: () => number; newId: () => string },
) => ({
  /** A line about an opportunity is stored twice, under the account and under the opportunity. The latter comes first, so that whoever has all of an opportunity's lines can find each of them in the account's. */
  async record(accountId: string, activity: Omit<Activity, 'at'>): Promise<void> {
    const at = now();
    const id = newId();
    const line = { ...activity, at };
    const expires = { expiresAt: Math.floor(at / 1000) + keptSeconds };
    if (activity.opportunityId !== null)
      await table.overwrite(itemOver(null, keys.story(accountId, activity.opportunityId, at, id), line, expires));
    await table.overwrite(itemOver(null, keys.activity(accountId, at, id), line, expires));
  },
  /** What happened to one opportunity, newest first. `isComplete` false: there is more. */
  async listAbout(
    accountId: string,
    opportunityId: string,
    limit: number,
  ): Promise<{ activities: Activity[]; isComplete: boolean }> {
    const page = { limit, after: null, newestFirst: true };
    const read = await table.list(keys.accountPartition(accountId), keys.storyPrefix(opportunityId), page);
    const living = read.items.filter((item) => !hasExpired(item, now()));
    return { activities: living.map(({ content }) => activitySchema.parse(content)), isComplete: read.next === null };
  },
  /** Newest first, only those of these kinds where some are named. `next` leads to the page after this one, which may be empty; null: there is none. */
  async list(
    accountId: string,
    { limit, after, kinds = null }: { limit: number; after: string | null; kinds?: readonly ActivityKind[] | null },
  ): Promise<{ activities: Activity[]; next: string | null }> {
    const activities: Activity[] = [];
    let from = after === null ? null : sortKeyOf(after);
    for (let page = 0; page < pagesRead; page++) {
      const read = await table.list(keys.accountPartition(accountId), prefix, {
        limit: kinds === null ? limit : filteredPage,
        after: from,
        newestFirst: true,
      });
      for (const item of read.items) {
        from = item.sk;
        const activity = activitySchema.parse(item.content);
        const isLiving = !hasExpired(item, now());
        if (isLiving && (kinds === null || kinds.includes(activity.kind))) activities.push(activity);
        if (activities.length === limit) return { activities, next: cursorOf(from) };
      }
      if (read.next === null) return { activities, next: null };
    }
    return { activities, next: from === null ? null : cursorOf(from) };
  },
});

const prefix = 'ACTIVITY#';
/** Of one kind there may be none among many: so many are looked at before the caller has to ask for more. */
const [filteredPage, pagesRead] = [100, 10];

/** `{time}.{id}`: where a page ends, without the table's own words. */
const cursorOf = (sk: string): string => sk.slice(prefix.length).replace('#', '.');
const sortKeyOf = (cursor: string): string => `${prefix}${cursor.replace('.', '#')}`;
