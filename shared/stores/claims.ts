import type { Reference } from '#shared/domain/ids.ts';
import { hasFields, isListOf, isNumber, orNull, withShape } from '#shared/guards.ts';
import * as keys from './keys.ts';
import type { Table } from './table.ts';

const isRecord = hasFields<{ entries: { enteredAt: number | null }[]; erasedAt: number | null }>({
  entries: isListOf(hasFields({ enteredAt: orNull(isNumber) })),
  erasedAt: orNull(isNumber),
});

/** Which entries are claimed: as much of a record as tells whether a reference is one of ours. */
export const createClaims = (table: Pick<Table, 'get'>) => ({
  /** Is there an entry that this reference stands for, of an opportunity that is not forgotten? */
  async isOurs(accountId: string, { opportunityId, enteredAt }: Reference): Promise<boolean> {
    const item = await table.get(keys.opportunity(accountId, opportunityId));
    if (item === null) return false;
    const record = withShape(isRecord, item.content);
    return record.erasedAt === null && record.entries.some((entry) => entry.enteredAt === enteredAt);
  },
});
