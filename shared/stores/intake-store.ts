import * as z from 'zod';
import type { Account } from '#shared/domain/account.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';
import { untilSaved } from './until-saved.ts';

const intakeSchema = z.object({
  accountId: z.string(),
  enabled: z.boolean(),
  triggerStages: z.array(z.object({ id: z.string().nullable(), name: z.string() })),
  stages: z.object({ readAt: z.number(), names: z.record(z.string(), z.string()) }).nullable(),
});

/** As much of an account as tells whether its webhooks are taken, and which moves matter. */
export type Intake = Readonly<z.infer<typeof intakeSchema>>;

/** A copy of that much of each account, where the function may read it which takes webhooks and may read nothing else of the account. */
export const createIntakeStore = (table: Pick<Table, 'get' | 'put'>) => ({
  async find(accountId: string): Promise<Intake | null> {
    const item = await table.get(keys.intake(accountId));
    return item === null ? null : intakeSchema.parse(item.content);
  },
  /** Copies the account as it was saved in that version; a newer copy stays. */
  async copy({ accountId, enabled, triggerStages, stages }: Account, version: number): Promise<void> {
    const content = intakeSchema.parse({ accountId, enabled, triggerStages, stages });
    await untilSaved('Too many others changed the same account.', async () => {
      const held = (await table.get(keys.intake(accountId)))?.version ?? null;
      if (held !== null && held >= version) return true;
      const item = { ...keys.intake(accountId), version, content, expiresAt: null, due: null, open: null };
      return (await table.put(item, held)) || undefined;
    });
  },
});
