import * as z from 'zod';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

/** When each thing last happened to an account, epoch milliseconds; null: not yet. */
export type Health = {
  readonly lastWebhookAt: number | null;
  /** *Verify connection* was pressed in Lever. */
  readonly lastVerifiedAt: number | null;
  /** A line of the activity log was spent on an unsigned one, which anybody can send. */
  readonly lastUnsignedLineAt: number | null;
  /** Something came that was signed with no secret of the account's: from a Lever with another secret, or from anybody. */
  readonly lastRefusedAt: number | null;
  readonly lastCheckAt: number | null;
  readonly lastLeverWriteAt: number | null;
  /** Since when stage changes were found in Lever of which no webhook told us. */
  readonly silentSince: number | null;
};

type Sign = Exclude<keyof Health, 'silentSince'>;

/** The accounts' signs of life. */
export type HealthStore = {
  load(accountId: string): Promise<Health>;
  /**
   * Notes that it happened now; a webhook ends their silence. Written at most once in `atMostEveryMs` (a minute, if not
   * said), and never at the cost of the work itself: a lost race is let go. Answers whether it was written.
   */
  note(accountId: string, sign: Sign, atMostEveryMs?: number): Promise<boolean>;
  setSilentSince(accountId: string, silentSince: number | null): Promise<void>;
};

const coarseMs = 60_000;
const mostSeen = 1000;
const none: Health = {
  lastWebhookAt: null,
  lastVerifiedAt: null,
  lastUnsignedLineAt: null,
  lastRefusedAt: null,
  lastCheckAt: null,
  lastLeverWriteAt: null,
  silentSince: null,
};
const healthSchema: z.ZodType<Health> = z.object({
  lastWebhookAt: z.number().nullable(),
  lastVerifiedAt: z.number().nullable(),
  lastUnsignedLineAt: z.number().nullable().default(null),
  lastRefusedAt: z.number().nullable().default(null),
  lastCheckAt: z.number().nullable(),
  lastLeverWriteAt: z.number().nullable(),
  silentSince: z.number().nullable(),
});

/** Signs of life in the table, apart from the account itself, which they would otherwise contend for. */
export const createHealthStore = (table: Pick<Table, 'get' | 'put'>, options: { now: () => number }): HealthStore => {
  const read = async (accountId: string): Promise<{ health: Health; version: number | null }> => {
    const item = await table.get(keys.health(accountId));
    return item === null
      ? { health: none, version: null }
      : { health: healthSchema.parse(item.content), version: item.version };
  };
  const save = (accountId: string, content: Health, version: number | null): Promise<boolean> =>
    table.put({ ...keys.health(accountId), version: (version ?? 0) + 1, content, expiresAt: null, due: null }, version);
  /** What this process has seen noted of busy accounts, so that it need not read it again each time. */
  const seen = new Map<string, number>();
  return {
    load: async (accountId) => (await read(accountId)).health,
    async note(accountId, sign, atMostEveryMs = coarseMs) {
      const now = options.now();
      const key = `${accountId} ${sign}`;
      if (now - (seen.get(key) ?? 0) < atMostEveryMs) return false;
      const { health, version } = await read(accountId);
      if (seen.size >= mostSeen) seen.clear();
      const silence = sign === 'lastWebhookAt' ? { silentSince: null } : {};
      const isNews =
        now - (health[sign] ?? 0) >= atMostEveryMs || (sign === 'lastWebhookAt' && health.silentSince !== null);
      seen.set(key, isNews ? now : (health[sign] ?? now));
      return isNews && save(accountId, { ...health, [sign]: now, ...silence }, version);
    },
    async setSilentSince(accountId, silentSince) {
      for (let tries = 0; tries < 20; tries++) {
        const { health, version } = await read(accountId);
        if (health.silentSince === silentSince) return;
        if (await save(accountId, { ...health, silentSince }, version)) return;
      }
    },
  };
};
