import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClockLimit } from '#shared/stores/clock-limit.ts';
import * as keys from '#shared/stores/keys.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

const accountId = 'acct_harborlight';
const hourMs = 3_600_000;
const begin = Math.floor(1_772_442_060_000 / hourMs) * hourMs;

/** Processes that count over one table, and how often that was written to. */
const scene = (limit: number) => {
  let now = begin;
  let writes = 0;
  const { advance, ...table } = createMemoryTable();
  const counting = {
    ...table,
    advance: async (...args: Parameters<typeof advance>) => {
      writes += 1;
      return advance(...args);
    },
  };
  const wait = (ms: number): void => {
    now += ms;
  };
  const start = (skewMs = 0) =>
    createClockLimit(counting, { now: () => now + skewMs, key: keys.hourlyDeliveries, limit, periodMs: hourMs });
  return { start, wait, writes: () => writes };
};
const admitted = async (admit: (accountId: string) => Promise<boolean>, times: number): Promise<number> => {
  let count = 0;
  for (let n = 0; n < times; n++) if (await admit(accountId)) count += 1;
  return count;
};

describe('what an account may do in an hour of the clock', () => {
  it('are never more than the limit, however many processes count them in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.nat(7), { maxLength: 900 }),
        async (limit, turns) => {
          const { start } = scene(limit);
          const processes = Array.from({ length: 8 }, (_, n) => start(n * 10));
          let count = 0;
          for (const turn of turns) if (await processes[turn]?.(accountId)) count += 1;
          expect(count).toBeLessThanOrEqual(limit);
          // What a process has counted ahead is no more than what it has accepted.
          expect(count).toBeGreaterThanOrEqual(Math.min(turns.length, Math.floor(limit / 2) - processes.length));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of one process are exactly as many as the limit, and begin anew with the hour', async () => {
    const { start, wait } = scene(1_000);
    const admit = start();
    expect(await admitted(admit, 1_500)).toBe(1_000);
    wait(hourMs);
    expect(await admitted(admit, 10)).toBe(10);
  });

  it('cost one write at most, few where they are many, and none once the hour is full', async () => {
    const { start, writes } = scene(1_000);
    const admit = start();
    await admitted(admit, 1);
    expect(writes()).toBe(1);
    await admitted(admit, 999);
    expect(writes()).toBeLessThan(25);
    const before = writes();
    expect(await admitted(admit, 100)).toBe(0);
    expect(writes()).toBeLessThanOrEqual(before + 1);
  });

  it('count in the hour that others have begun, where a clock is behind', async () => {
    const { start, wait } = scene(10);
    wait(hourMs);
    expect(await admitted(start(), 10)).toBe(10);
    expect(await start(-1)(accountId)).toBe(false);
  });

  it('of other accounts are counted apart', async () => {
    const { start } = scene(1);
    const admit = start();
    expect([await admit(accountId), await admit('acct_other'), await admit(accountId)]).toEqual([true, true, false]);
  });
});
