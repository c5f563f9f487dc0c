import * as keys from './keys.ts';
import type { Table } from './table.ts';

/** More packages than an account has. */
const mostPackages = 1_000;

/** `2026-11`: the month of a moment, by the clock of UTC. */
export const monthOf = (time: number): string => new Date(time).toISOString().slice(0, 7);

/**
 * How many checks each account started in each month with each package: counters in the table, which outlive the activity log and
 * the candidates themselves. A crash between a start and its count leaves one uncounted; an answer of the table that got lost may count one twice.
 */
export const createUsage = (table: Pick<Table, 'advance' | 'list'>, { now }: { now: () => number }) => ({
  /** Counts a check that was just started; `packageId` null: with Turn's default. */
  async count(accountId: string, packageId: string | null): Promise<void> {
    await table.advance(keys.usage(accountId, monthOf(now()), packageId), { by: 1, atLeast: 0 });
  },
  /** The month's checks by package, the commonest first. */
  async list(accountId: string, month: string): Promise<{ packageId: string | null; started: number }[]> {
    const prefix = keys.usagePrefix(month);
    const page = { limit: mostPackages, after: null };
    const { items } = await table.list(keys.accountPartition(accountId), prefix, page);
    return items
      .map(({ sk, content }) => ({ packageId: packageIn(sk.slice(prefix.length)), started: Number(content) }))
      .toSorted((one, other) => other.started - one.started);
  },
});

const packageIn = (name: string): string | null => (name === 'default' ? null : name);
