import * as z from 'zod';
import { keys } from './keys.ts';
import { itemOver, type Table } from './table.ts';

const coarseMs = 60_000;
const mostSeen = 1000;
const time = z.number().nullable().default(null);
const heartbeatsSchema = z.object({
  lastWebhookAt: time,
  /** *Verify connection* was pressed in Lever. */
  lastVerifiedAt: time,
  /** A line of the activity log was spent on an unsigned one, which anybody can send. */
  lastUnsignedLineAt: time,
  /** Something came that was signed with no secret of the account's: from a Lever with another secret, or from anybody. */
  lastRefusedAt: time,
  lastCheckAt: time,
  lastLeverWriteAt: time,
  /** Since when stage changes were found in Lever of which no webhook told us. */
  silentSince: time,
});

/** When each thing last happened to an account, epoch milliseconds; null: not yet. */
export type Heartbeats = Readonly<z.infer<typeof heartbeatsSchema>>;
export type Heartbeat = Exclude<keyof Heartbeats, 'silentSince'>;

/** Heartbeats in the table, apart from the account itself, which they would otherwise contend for. */
export const createHeartbeats = (table: Pick<Table, 'get' | 'put'>, options: { now: () => number }) => {
  const read = async (accountId: string): Promise<{ heartbeats: Heartbeats; version: number | null }> => {
    const item = await table.get(keys.heartbeats(accountId));
    return { heartbeats: heartbeatsSchema.parse(item?.content ?? {}), version: item?.version ?? null };
  };
  const save = (accountId: string, content: Heartbeats, version: number | null): Promise<boolean> =>
    table.put(itemOver(version, keys.heartbeats(accountId), content), version);
  /** What this process has seen noted of busy accounts, so that it need not read it again each time. */
  const seen = new Map<string, number>();
  return {
    load: async (accountId: string): Promise<Heartbeats> => (await read(accountId)).heartbeats,
    /**
     * Notes that it happened now; a webhook ends their silence. Written at most once in `atMostEveryMs` (a minute, if not
     * said), and never at the cost of the work itself: a lost race is let go. Answers whether it was written.
     */
    async touch(accountId: string, heartbeat: Heartbeat, atMostEveryMs = coarseMs): Promise<boolean> {
      const now = options.now();
      const key = `${accountId} ${heartbeat}`;
      if (now - (seen.get(key) ?? 0) < atMostEveryMs) return false;
      const { heartbeats, version } = await read(accountId);
      if (seen.size >= mostSeen) seen.clear();
      const endsSilence = heartbeat === 'lastWebhookAt' && heartbeats.silentSince !== null;
      const isNews = endsSilence || now - (heartbeats[heartbeat] ?? 0) >= atMostEveryMs;
      seen.set(key, isNews ? now : (heartbeats[heartbeat] ?? now));
      const silentSince = endsSilence ? null : heartbeats.silentSince;
      return isNews && save(accountId, { ...heartbeats, silentSince, [heartbeat]: now }, version);
    },
    async setSilentSince(accountId: string, silentSince: number | null): Promise<void> {
      for (let tries = 0; tries < 20; tries++) {
        const { heartbeats, version } = await read(accountId);
        if (heartbeats.silentSince === silentSince) return;
        if (await save(accountId, { ...heartbeats, silentSince }, version)) return;
      }
    },
  };
};
