import * as z from 'zod';
import { type Activity, type ActivityKind, activityKinds } from '#shared/domain/activity.ts';
import { keys } from './keys.ts';
import { hasExpired, type Item, itemOver, type Table } from './table.ts';

export type ActivityLog = ReturnType<typeof createActivityLog>;

const keptSeconds = 90 * 86_400;
const activitySchema: z.ZodType<Activity> = z.object({
  at: z.number(),
  kind: z.enum(activityKinds),
  opportunityId: z.string().nullable(),
  by: z.string().nullable(),
  detail: z.string().nullable(),
});

/** The activity log of each account in the table, kept for 90 days. */
export const createActivityLog = (
  table: Pick<Table, 'overwrite' | 'list'>,
  { now, newId }: { now: () => number; newId: () => string },
) => ({
  async record(accountId: string, activity: Omit<Activity, 'at'>): Promise<void> {
    const at = now();
    const expiresAt = Math.floor(at / 1000) + keptSeconds;
    const key = activity.kind === kindOfWebhooks ? keys.webhookActivity : keys.activity;
    await table.overwrite(itemOver(null, key(accountId, at, newId()), { ...activity, at }, { expiresAt }));
  },
  /** Newest first, only those of these kinds where some are named. `next` leads to the page after this one, which may be empty; null: there is none. */
  async list(
    accountId: string,
    { limit, after, kinds = null }: { limit: number; after: string | null; kinds?: readonly ActivityKind[] | null },
  ): Promise<{ activities: Activity[]; next: string | null }> {
    const activities: Activity[] = [];
    let from = after === null ? null : sortKeyOf(after);
    for (let page = 0; page < pagesRead; page++) {
      const read = await readPage(table, accountId, kinds === null ? limit : filteredPage, from);
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
/** The only kind that the function writes which takes webhooks, where it may. */
const kindOfWebhooks: ActivityKind = 'webhook_verified';

/** A page out of both places in which lines lie, as if they were one. */
const readPage = async (
  table: Pick<Table, 'list'>,
  accountId: string,
  limit: number,
  after: string | null,
): Promise<{ items: Item[]; next: string | null }> => {
  const pages = await Promise.all(
    [keys.accountPartition(accountId), keys.webhookPartition(accountId)].map((pk) =>
      table.list(pk, prefix, { limit, after, newestFirst: true }),
    ),
  );
  const all = pages.flatMap(({ items }) => items).toSorted((one, other) => (one.sk < other.sk ? 1 : -1));
  const items = all.slice(0, limit);
  const isMore = all.length > limit || pages.some(({ next }) => next !== null);
  return { items, next: isMore ? (items.at(-1)?.sk ?? null) : null };
};

/** Of one kind there may be none among many: so many are looked at before the caller has to ask for more. */
const [filteredPage, pagesRead] = [100, 10];

/** `{time}.{id}`: where a page ends, without the table's own words. */
const cursorOf = (sk: string): string => sk.slice(prefix.length).replace('#', '.');
const sortKeyOf = (cursor: string): string => `${prefix}${cursor.replace('.', '#')}`;
