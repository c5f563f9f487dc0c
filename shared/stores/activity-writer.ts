import type { Activity, ActivityKind } from '#shared/domain/activity.ts';
import { hasFields, isNumber } from '#shared/guards.ts';
import * as keys from './keys.ts';
import { itemOver, type Table } from './table.ts';

/** A year, be it a leap year. */
const keptSeconds = 366 * 86_400;

/** Writes lines of the accounts' activity logs. */
export const createActivityWriter = (
  table: Pick<Table, 'get' | 'put'>,
  { now, newId }: { now: () => number; newId: () => string },
) => ({
  /**
   * A line about an opportunity is stored twice, under the account and under the opportunity. The latter comes first, so that whoever
   * has all of an opportunity's lines can find each of them in the account's. Whoever forgets an opportunity marks it first, and then
   * looks for its lines: where it is marked once both are written, they may have come too late for that, and name nobody.
   */
  async record(accountId: string, activity: Omit<Activity, 'at'>): Promise<void> {
    const at = now();
    const id = newId();
    const line = { ...activity, at };
    const expires = { expiresAt: Math.floor(at / 1000) + keptSeconds };
    const place = placeOf(activity)(accountId, at, id);
    const { opportunityId } = activity;
    const story = opportunityId === null ? null : keys.story(accountId, opportunityId, at, id);
    if (story !== null) await table.put(itemOver(null, story, line, expires), null);
    await table.put(itemOver(null, place, line, expires), null);
    if (story === null || opportunityId === null) return;
    const mark = await table.get(keys.opportunity(accountId, opportunityId));
    if (!isMark(mark?.content)) return;
    const { movedBy: _, ...rest } = line;
    const nobodys = { ...rest, opportunityId: null };
    await table.put(itemOver(1, place, nobodys, expires), 1);
    // Not removed, which few functions may: it has expired, so that the table does.
    await table.put(itemOver(1, story, nobodys, { expiresAt: Math.floor(at / 1000) }), 1);
  },
});

/** What is left of an opportunity that was forgotten. */
const isMark = hasFields<{ erasedAt: number }>({ erasedAt: isNumber });

/** The only kind that the function writes which takes webhooks, where it may. */
const kindOfWebhooks: ActivityKind = 'webhook_verified';

/** What somebody changed, about no candidate: it lies where nobody may change it, and outlives the account. */
const auditKinds: readonly ActivityKind[] = [
  'lever_connected',
  'lever_disconnected',
  'webhook_secret_changed',
  'settings_changed',
  'mail_addresses_changed',
  'checks_paused',
  'checks_resumed',
  'backfill_requested',
];

const placeOf = ({ kind, opportunityId }: Pick<Activity, 'kind' | 'opportunityId'>) => {
  if (kind === kindOfWebhooks) return keys.webhookActivity;
  return opportunityId === null && auditKinds.includes(kind) ? keys.auditActivity : keys.activity;
};
