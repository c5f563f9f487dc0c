import { Failure } from '#shared/domain/failure.ts';
import type { DueItem, Item, Key, Table } from '#shared/stores/table.ts';
import type { Environment } from './environment.ts';
import type { Faults } from './faults.ts';

/** As the adapter of DynamoDB says it of throttling and of broken lines. */
const unavailable = (what: string): Failure => new Failure('table_unavailable', `The table did not answer (${what}).`);

/** DynamoDB ends a page where it likes to. */
const pageSize = 2;

/** What the simulation wants to know of every item that is touched, and of every write. */
export type TableWatch = { onTouch(environment: Environment, key: Key): void; onWrite(item: Item): void };

/** The table as one environment sees it: over a line that fails at times. */
export const tableFor = (memory: Table, environment: Environment, faults: Faults, watch: TableWatch): Table => {
  const call = <T>(what: string, { pk, sk }: Key, effect: () => Promise<T>, isWrite: boolean): Promise<T> => {
    watch.onTouch(environment, { pk, sk });
    const point = `table.${what} ${pk} ${sk}`;
    const isThrottled = faults.strikes('table throttled', point);
    const isRetried = isWrite && faults.strikes('table answer lost and retried', point);
    const isLost = isWrite && faults.strikes('table answer lost', point);
    return environment.call(point, {
      // The SDK tries again by itself: a condition then meets its own first write.
      effect: isRetried ? () => effect().then(effect) : effect,
      refused: isThrottled ? { error: unavailable('ThrottlingException') } : undefined,
      answerLost: isLost ? { error: unavailable('TimeoutError'), afterMs: 3_000 } : undefined,
    });
  };
  const watched = <T>(item: Item, write: () => T): T => {
    watch.onWrite(item);
    return write();
  };
  return {
    get: (key) => call('get', key, () => memory.get(key), false),
    put: (item, replaces) => call('put', item, () => watched(item, () => memory.put(item, replaces)), true),
    overwrite: (item) => call('overwrite', item, () => watched(item, () => memory.overwrite(item)), true),
    advance: (key, move) => call('advance', key, () => memory.advance(key, move), true),
    remove: (key) => call('remove', key, () => memory.remove(key), true),
    list: (pk, skPrefix, page) =>
      call('list', { pk, sk: skPrefix }, () => memory.list(pk, skPrefix, { ...page, limit: pageSize }), false),
    listDue: async (partition, until, limit) => {
      const isEmpty = (await memory.listDue(partition, until, 1)).length === 0;
      // Most partitions are empty most of the time: an answer that says so is worth no event.
      if (isEmpty) return [];
      const found = async (): Promise<DueItem[]> => {
        const due = await memory.listDue(partition, until, limit);
        // The index follows the table: an item may not be in it yet.
        return due.filter((item) => !faults.strikes('index behind', item.sk));
      };
      return call('listDue', { pk: partition, sk: '' }, found, false);
    },
    postpone: (item, dueAt) => call('postpone', item, () => memory.postpone(item, dueAt), true),
    listOpen: async (partition, until, limit) => {
      const found = async (): Promise<Item[]> => {
        const open = await memory.listOpen(partition, until, limit);
        return open.filter((item) => !faults.strikes('index behind', item.sk));
      };
      return call('listOpen', { pk: partition, sk: '' }, found, false);
    },
  };
};
