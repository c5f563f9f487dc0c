import { describe, expect, it } from 'vitest';
import { createHourlyOrders } from '#shared/stores/hourly-orders.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

const hour = 3_600_000;
const start = Date.parse('2026-03-02T09:20:00Z');
const nextHour = Date.parse('2026-03-02T10:00:00Z');

const scene = () => {
  let time = start;
  const table = createMemoryTable();
  return {
    table,
    countOrder: createHourlyOrders(table, { now: () => time }),
    passTime: (ms: number): void => {
      time += ms;
    },
  };
};

describe('hourly orders', () => {
  it('let as many through in one hour of the clock as the cap says, and hold the others until the next', async () => {
    const { countOrder, passTime } = scene();
    const first = [];
    for (let n = 0; n < 5; n++) first.push(await countOrder('acct_harborlight', 3, null));
    expect(first).toEqual([null, null, null, nextHour, nextHour + 1_000]);
    expect(await countOrder('acct_other', 3, null)).toBeNull();
    passTime(nextHour - start);
    expect(await countOrder('acct_harborlight', 3, null)).toBeNull();
  });

  it('let no more through where many ask at once', async () => {
    const { countOrder } = scene();
    const answers = await Promise.all(Array.from({ length: 30 }, () => countOrder('acct_harborlight', 7, null)));
    expect(answers.filter((answer) => answer === null)).toHaveLength(7);
    for (const at of answers) expect(at === null || (at >= nextHour && at < nextHour + hour)).toBe(true);
  });

  it('count by the hour that was begun, also for one whose clock is a little behind', async () => {
    const { countOrder, passTime } = scene();
    passTime(nextHour - start);
    expect(await countOrder('acct_harborlight', 1, null)).toBeNull();
    passTime(-2_000);
    expect(await countOrder('acct_harborlight', 1, null)).toBe(nextHour + hour);
    passTime(2_000);
    expect(await countOrder('acct_harborlight', 1, null)).toBe(nextHour + hour + 1_000);
  });

  it('follow a cap that was changed within the hour', async () => {
    const { countOrder } = scene();
    expect(await countOrder('acct_harborlight', 1, null)).toBeNull();
    expect(await countOrder('acct_harborlight', 1, null)).not.toBeNull();
    expect(await countOrder('acct_harborlight', 2, null)).toBeNull();
  });

  it('count an order once in an hour, however often it is tried, and again in another hour', async () => {
    const { countOrder, passTime } = scene();
    expect(await countOrder('acct_harborlight', 1, null)).toBeNull();
    expect(await countOrder('acct_harborlight', 1, start)).toBeNull();
    passTime(hour);
    expect(await countOrder('acct_harborlight', 1, null)).toBeNull();
    expect(await countOrder('acct_harborlight', 1, start)).toBe(nextHour + hour);
  });
});
