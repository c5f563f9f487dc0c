import { workerClockSkewMs } from '#shared/domain/retry-policy.ts';
import type { EnqueueWork, WorkItem } from '#shared/domain/work-item.ts';
import { hasFields, isNumber } from '#shared/guards.ts';
import * as keys from './keys.ts';
import { itemOver, type Table } from './table.ts';

const isHint = hasFields<{ syncsFrom: number }>({ syncsFrom: isNumber });
/** The table deletes it some time after that. */
const keptSeconds = 60;

/**
 * Hints that a check has news. The sync that one asks for is held back for `gatherMs`, so that it reads Turn after all hints
 * that come meanwhile: these need no message of their own. Nobody has to tell that a sync has begun, for none can begin sooner.
 */
export const createHintStore = (
  table: Pick<Table, 'get' | 'overwrite' | 'remove'>,
  { now, gatherMs, enqueueSync }: { now: () => number; gatherMs: () => number; enqueueSync: EnqueueWork },
) => ({
  /** Has the opportunity synced after now. False: that was on its way already. */
  async note(item: WorkItem): Promise<boolean> {
    const key = keys.hint(item.accountId, item.opportunityId);
    const known = (await table.get(key))?.content;
    const notedAt = now();
    // By the clock of whoever noted it, which may be ahead of ours.
    if (isHint(known) && notedAt < known.syncsFrom - workerClockSkewMs) return false;
    await enqueueSync(item, Math.floor(gatherMs() / 1000));
    // Only now: a hint that counts on a message must be able to.
    const expiresAt = Math.floor(notedAt / 1000) + keptSeconds;
    await table.overwrite(itemOver(null, key, { syncsFrom: notedAt + gatherMs() }, { expiresAt }));
    return true;
  },
  forget: (accountId: string, opportunityId: string): Promise<void> =>
    table.remove(keys.hint(accountId, opportunityId)),
});

export type HintStore = ReturnType<typeof createHintStore>;
