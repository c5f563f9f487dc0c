import { hasFields, isListOf, isText, withShape } from '#shared/guards.ts';
import * as keys from './keys.ts';
import { retentionDays } from './retention.ts';
import { itemOver, type Key, type Table } from './table.ts';
import { untilSaved } from './until-saved.ts';

/** Opportunities that share something, as they were read, with the version that a save must replace (null: not stored yet). */
export type Sharers = {
  readonly key: Key;
  readonly opportunityIds: readonly string[];
  readonly version: number | null;
};

const isShared = hasFields<{ opportunityIds: string[] }>({ opportunityIds: isListOf(isText) });

/** More packages than one person is ever checked with. */
const mostPackages = 1_000;

const load = async (table: Pick<Table, 'get'>, key: Key): Promise<Sharers> => {
  const item = await table.get(key);
  const opportunityIds = item === null ? [] : withShape(isShared, item.content).opportunityIds;
  return { key, opportunityIds, version: item?.version ?? null };
};

/** The opportunities that show a worker of Turn: callbacks may name nothing else. */
export const createWorkerLookup =
  (table: Pick<Table, 'get'>) =>
  async (accountId: string, workerId: string): Promise<readonly string[]> =>
    (await load(table, keys.worker(accountId, workerId))).opportunityIds;

/** Which opportunities share a check: those of one person and package, and those that show one worker of Turn. Ids alone. */
export const createSharers = (table: Table, { now }: { now: () => number }) => {
  /** Saves others in their place; false where somebody was faster. Of what nobody shares any more nothing is kept. */
  const replace = ({ key, version }: Sharers, opportunityIds: readonly string[]): Promise<boolean> => {
    const days = opportunityIds.length === 0 ? 0 : retentionDays;
    const expiresAt = Math.floor(now() / 1000) + days * 86_400;
    return table.put(itemOver(version, key, { opportunityIds }, { expiresAt }), version);
  };
  /** Answers who shared it before. */
  const change = (key: Key, to: (ids: readonly string[]) => readonly string[]): Promise<readonly string[]> =>
    untilSaved('Too many others changed who shares a check.', async () => {
      const sharers = await load(table, key);
      const after = to(sharers.opportunityIds);
      const isDone = after.length === sharers.opportunityIds.length || (await replace(sharers, after));
      return isDone ? sharers.opportunityIds : undefined;
    });
  const join = (key: Key, opportunityId: string) =>
    change(key, (ids) => (ids.includes(opportunityId) ? ids : [...ids, opportunityId]));
  const leave = async (key: Key, opportunityId: string): Promise<void> => {
    await change(key, (ids) => ids.filter((id) => id !== opportunityId));
  };
  return {
    replace,
    /** Those that ordered or follow a check of a person with a package (null: the default). */
    ofPerson: (accountId: string, contactId: string, packageId: string | null): Promise<Sharers> =>
      load(table, keys.person(accountId, contactId, packageId)),
    async joinPerson(accountId: string, contactId: string, packageId: string | null, opportunityId: string) {
      await join(keys.person(accountId, contactId, packageId), opportunityId);
    },
    /** Takes an opportunity out of what it shares with a person, whatever the package. */
    async leavePerson(accountId: string, contactId: string, opportunityId: string): Promise<void> {
      const page = { limit: mostPackages, after: null };
      const { items } = await table.list(keys.accountPartition(accountId), keys.personPrefix(contactId), page);
      for (const { pk, sk } of items) await leave({ pk, sk }, opportunityId);
    },
    ofWorker: createWorkerLookup(table),
    /** Answers who shows it already. */
    joinWorker: (accountId: string, workerId: string, opportunityId: string): Promise<readonly string[]> =>
      join(keys.worker(accountId, workerId), opportunityId),
    leaveWorker: (accountId: string, workerId: string, opportunityId: string): Promise<void> =>
      leave(keys.worker(accountId, workerId), opportunityId),
  };
};
