import * as z from 'zod/mini';
import { type Activity, type ActivityKind, activityKinds } from '#shared/domain/activity.ts';
import { createActivityWriter } from './activity-writer.ts';
import * as keys from './keys.ts';
import { storedCode } from './stored-object.ts';
import { hasExpired, type Item, itemsOf, type Table } from './table.ts';

export type ActivityLog = ReturnType<typeof createActivityLog>;

/** A line is never saved again, so what another version added is left out. */
const activitySchema: z.ZodMiniType<Activity> = z.object({
  at: z.number(),
  kind: storedCode(activityKinds),
  opportunityId: z.nullable(z.string()),
  by: z.nullable(z.string()),
  movedBy: z.exactOptional(z.string()),
  detail: z.nullable(z.string()),
});

/** The activity log of each account in the table, kept for a year. */
export const createActivityLog = (
  table: Pick<Table, 'get' | 'put' | 'list' | 'remove'>,
  { now, newId }: { now: () => number; newId: () => string },
) => ({
  ...createActivityWriter(table, { now, newId }),
  /** What happened to one opportunity, newest first. `isComplete` false: there is more. */
  async listAbout(
    accountId: string,
    opportunityId: string,
    limit: number,
  ): Promise<{ activities: Activity[]; isComplete: boolean }> {
    const page = { limit, after: null, newestFirst: true };
    const read = await table.list(keys.accountPartition(accountId), keys.storyPrefix(opportunityId), page);
    const living = read.items.filter((item) => !hasExpired(item, now()));
    return {
      activities: living.map(({ content }) => z.parse(activitySchema, content)),
      isComplete: read.next === null,
    };
  },
  /** Removes every line about an opportunity; the one that leads to the other goes last, so that it can be done again after a crash. */
  async forget(accountId: string, opportunityId: string): Promise<void> {
    const pk = keys.accountPartition(accountId);
    const about = keys.storyPrefix(opportunityId);
    for await (const { sk } of itemsOf(table, pk, about)) {
      await table.remove({ pk, sk: `${prefix}${sk.slice(about.length)}` });
      await table.remove({ pk, sk });
    }
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
        const activity = z.parse(activitySchema, item.content);
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
/** A page out of all places in which lines lie, as if they were one. */
const readPage = async (
  table: Pick<Table, 'list'>,
  accountId: string,
  limit: number,
  after: string | null,
): Promise<{ items: Item[]; next: string | null }> => {
  const pages = await Promise.all(
    [keys.accountPartition, keys.webhookPartition, keys.auditPartition].map((partitionOf) =>
      table.list(partitionOf(accountId), prefix, { limit, after, newestFirst: true }),
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
