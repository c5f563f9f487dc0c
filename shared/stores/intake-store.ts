import type { Account } from '#shared/domain/account.ts';
import { hasFields, isBoolean, isListOf, isNumber, isRecordOf, isText, orNull, withShape } from '#shared/guards.ts';
import * as keys from './keys.ts';
import type { Table } from './table.ts';
import { untilSaved } from './until-saved.ts';

/** As much of an account as tells whether its webhooks are taken, and which moves matter. */
export type Intake = {
  readonly accountId: string;
  readonly enabled: boolean;
  readonly triggerStages: readonly { readonly id: string | null; readonly name: string }[];
  readonly stages: { readonly readAt: number; readonly names: Readonly<Record<string, string>> } | null;
};

const isIntake = hasFields<Intake>({
  accountId: isText,
  enabled: isBoolean,
  triggerStages: isListOf(hasFields<Intake['triggerStages'][number]>({ id: orNull(isText), name: isText })),
  stages: orNull(hasFields<NonNullable<Intake['stages']>>({ readAt: isNumber, names: isRecordOf(isText) })),
});

/** Finds the copy of that much of an account, where the function may read it which takes webhooks and may read nothing else of the account. */
export const createIntakeFinder =
  (table: Pick<Table, 'get'>) =>
  async (accountId: string): Promise<Intake | null> => {
    const item = await table.get(keys.intake(accountId));
    return item === null ? null : withShape(isIntake, item.content);
  };

/** Copies an account there as it was saved in that version; a newer copy stays. */
export const createIntakeCopier =
  (table: Pick<Table, 'get' | 'put'>) =>
  async ({ accountId, enabled, triggerStages, stages }: Account, version: number): Promise<void> => {
    const content: Intake = { accountId, enabled, triggerStages, stages };
    await untilSaved('Too many others changed the same account.', async () => {
      const held = (await table.get(keys.intake(accountId)))?.version ?? null;
      if (held !== null && held >= version) return true;
      const item = { ...keys.intake(accountId), version, content, expiresAt: null, due: null, open: null };
      return (await table.put(item, held)) || undefined;
    });
  };
