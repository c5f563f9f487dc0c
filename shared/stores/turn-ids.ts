import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { isOrdered } from '#shared/domain/stage-entry.ts';
import * as keys from './keys.ts';
import { hasExpired, itemOver, type Table } from './table.ts';

/** More applications than one check is ever shown on. */
const mostFound = 50;

const turnIdsOf = ({ entries }: OpportunityRecord): string[] =>
  entries.filter(isOrdered).flatMap(({ turnId }) => turnId ?? []);

/** Which opportunities show the check with a Turn ID: an item each, beside the record and kept as long. It may name an opportunity that shows that check no longer. */
export const createTurnIds = (table: Pick<Table, 'overwrite' | 'list' | 'remove'>, { now }: { now: () => number }) => {
  const write = async (record: OpportunityRecord, turnIds: readonly string[], expiresAt: number): Promise<void> => {
    const { accountId, opportunityId } = record;
    for (const turnId of turnIds)
      await table.overwrite(itemOver(null, keys.turnId(accountId, turnId, opportunityId), null, { expiresAt }));
  };
  return {
    /** Before `record` is saved in the place of `known`: so a crash leaves no record that is not found. */
    async note(known: OpportunityRecord, record: OpportunityRecord, expiresAt: number): Promise<void> {
      const before = new Set(turnIdsOf(known));
      const learnt = turnIdsOf(record).filter((turnId) => !before.has(turnId));
      await write(record, learnt, expiresAt);
    },
    /** After it: what it no longer names, because it was erased, is not kept. */
    async forget(known: OpportunityRecord, record: OpportunityRecord): Promise<void> {
      const after = new Set(turnIdsOf(record));
      const gone = turnIdsOf(known).filter((turnId) => !after.has(turnId));
      await write(known, gone, Math.floor(now() / 1000));
    },
    /** Takes away what leads to a record that is about to be erased. */
    async remove(record: OpportunityRecord): Promise<void> {
      const { accountId, opportunityId } = record;
      for (const turnId of turnIdsOf(record)) await table.remove(keys.turnId(accountId, turnId, opportunityId));
    },
    /** The opportunities that show, or showed, a check with this Turn ID. */
    async find(accountId: string, turnId: string): Promise<string[]> {
      const prefix = keys.turnIdPrefix(turnId);
      const page = { limit: mostFound, after: null };
      const { items } = await table.list(keys.accountPartition(accountId), prefix, page);
      return items.filter((item) => !hasExpired(item, now())).map(({ sk }) => sk.slice(prefix.length));
    },
  };
};
