import * as z from 'zod';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

/** When each thing last worked for an account, epoch milliseconds; null: not yet. */
export type Health = {
  readonly lastWebhookAt: number | null;
  /** *Verify connection* was pressed in Lever. */
  readonly lastVerifiedAt: number | null;
  readonly lastCheckAt: number | null;
  readonly lastLeverWriteAt: number | null;
  /** Since when stage changes were found in Lever of which no webhook told us. */
  readonly silentSince: number | null;
};

/** The accounts' signs of life. */
export type HealthStore = {
  load(accountId: string): Promise<Health>;
  /** Notes that it worked now. Written at most once a minute, and never at the cost of the work itself: a lost race is let go. */
  note(accountId: string, sign: Exclude<keyof Health, 'silentSince'>): Promise<void>;
  setSilentSince(accountId: string, silentSince: number | null): Promise<void>;
};

const coarseMs = 60_000;
const none: Health = {
  lastWebhookAt: null,
  lastVerifiedAt: null,
  lastCheckAt: null,
  lastLeverWriteAt: null,
  silentSince: null,
};
const healthSchema: z.ZodType<Health> = z.object({
  lastWebhookAt: z.number().nullable(),
  lastVerifiedAt: z.number().nullable(),
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
  return {
    load: async (accountId) => (await read(accountId)).health,
    async note(accountId, sign) {
      const { health, version } = await read(accountId);
      if (options.now() - (health[sign] ?? 0) < coarseMs) return;
      await save(accountId, { ...health, [sign]: options.now() }, version);
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
