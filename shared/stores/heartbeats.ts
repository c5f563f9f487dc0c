import { isNumber, isObject } from '#shared/guards.ts';
import * as keys from './keys.ts';
import { itemOver, type Key, type Table } from './table.ts';

const coarseMs = 60_000;
const mostSeen = 1000;
/** When each thing last happened to an account, epoch milliseconds; null: not yet. */
export type Heartbeats = {
  readonly lastWebhookAt: number | null;
  /** *Verify connection* was pressed in Lever. */
  readonly lastVerifiedAt: number | null;
  /** A line of the activity log was spent on an unsigned one, which anybody can send. */
  readonly lastUnsignedLineAt: number | null;
  readonly lastCheckAt: number | null;
  readonly lastLeverWriteAt: number | null;
  /** Since when stage changes were found in Lever of which no webhook told us. */
  readonly silentSince: number | null;
};
export type Heartbeat = Exclude<keyof Heartbeats, 'silentSince'>;
const heartbeatNames = [
  'lastWebhookAt',
  'lastVerifiedAt',
  'lastUnsignedLineAt',
  'lastCheckAt',
  'lastLeverWriteAt',
] as const satisfies readonly Heartbeat[];

/** As they are stored, with whatever another version stored beside them; what was not noted yet is null. */
const parse = (content: unknown): Heartbeats => {
  const stored = isObject(content) ? content : {};
  const at = (name: keyof Heartbeats): number | null => {
    const time = stored[name];
    return isNumber(time) ? time : null;
  };
  return {
    ...stored,
    lastWebhookAt: at('lastWebhookAt'),
    lastVerifiedAt: at('lastVerifiedAt'),
    lastUnsignedLineAt: at('lastUnsignedLineAt'),
    lastCheckAt: at('lastCheckAt'),
    lastLeverWriteAt: at('lastLeverWriteAt'),
    silentSince: at('silentSince'),
  };
};

/** What the function that takes webhooks notes lies where it may write, which is not where the others lie. */
const webhookHeartbeats: readonly Heartbeat[] = heartbeatNames.slice(0, 3);

const later = (one: number | null, other: number | null): number | null => Math.max(one ?? 0, other ?? 0) || null;

type ItemsOfTable = Pick<Table, 'get' | 'put'>;

const read = async (table: ItemsOfTable, key: Key): Promise<{ heartbeats: Heartbeats; version: number | null }> => {
  const item = await table.get(key);
  return { heartbeats: parse(item?.content), version: item?.version ?? null };
};

const save = (table: ItemsOfTable, key: Key, content: Heartbeats, version: number | null): Promise<boolean> =>
  table.put(itemOver(version, key, content), version);

/** Notes heartbeats in the table, apart from the account itself, which they would otherwise contend for. */
export const createHeartbeatNotes = (table: ItemsOfTable, options: { now: () => number }) => {
  /** What this process has seen noted of busy accounts, so that it need not read it again each time. */
  const seen = new Map<string, number>();
  return {
    /**
     * Notes that it happened now; a webhook ends their silence. Written at most once in `atMostEveryMs` (a minute, if not
     * said), and never at the cost of the work itself: a lost race is let go. Answers whether it was written.
     */
    async touch(accountId: string, heartbeat: Heartbeat, atMostEveryMs = coarseMs): Promise<boolean> {
      const now = options.now();
      const name = `${accountId} ${heartbeat}`;
      if (now - (seen.get(name) ?? 0) < atMostEveryMs) return false;
      const isOfWebhooks = webhookHeartbeats.includes(heartbeat);
      const key = isOfWebhooks ? keys.webhookHeartbeats(accountId) : keys.heartbeats(accountId);
      const { heartbeats, version } = await read(table, key);
      if (seen.size >= mostSeen) seen.clear();
      const endsSilence = heartbeat === 'lastWebhookAt' && heartbeats.silentSince !== null;
      const isNews = endsSilence || now - (heartbeats[heartbeat] ?? 0) >= atMostEveryMs;
      seen.set(name, isNews ? now : (heartbeats[heartbeat] ?? now));
      const silentSince = endsSilence ? null : heartbeats.silentSince;
      return isNews && save(table, key, { ...heartbeats, silentSince, [heartbeat]: now }, version);
    },
  };
};

/** The same, for who reads them too. */
export const createHeartbeats = (table: ItemsOfTable, options: { now: () => number }) => ({
  ...createHeartbeatNotes(table, options),
  async load(accountId: string): Promise<Heartbeats> {
    const [webhook, work] = await Promise.all([
      read(table, keys.webhookHeartbeats(accountId)),
      read(table, keys.heartbeats(accountId)),
    ]);
    const both = { ...webhook.heartbeats };
    for (const name of heartbeatNames) both[name] = later(both[name], work.heartbeats[name]);
    return both;
  },
  async setSilentSince(accountId: string, silentSince: number | null): Promise<void> {
    const key = keys.webhookHeartbeats(accountId);
    for (let tries = 0; tries < 20; tries++) {
      const { heartbeats, version } = await read(table, key);
      if (heartbeats.silentSince === silentSince) return;
      if (await save(table, key, { ...heartbeats, silentSince }, version)) return;
    }
  },
});
