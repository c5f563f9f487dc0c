import { describe, expect, it } from 'vitest';
import { createUsage } from '#shared/stores/usage.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

describe('the usage of an account', () => {
  it('counts the checks started in a month of UTC, by package, the commonest first', async () => {
    let time = Date.parse('2026-02-28T23:59:59Z');
    const usage = createUsage(createMemoryTable(), { now: () => time });
    await usage.count('acct_a', 'P0000000001');
    time += 1_000;
    await Promise.all([
      usage.count('acct_a', null),
      usage.count('acct_a', 'P0000000002'),
      usage.count('acct_a', 'P0000000002'),
      usage.count('acct_b', 'P0000000001'),
    ]);
    expect(await usage.list('acct_a', '2026-03')).toEqual([
      { packageId: 'P0000000002', started: 2 },
      { packageId: null, started: 1 },
    ]);
    expect(await usage.list('acct_a', '2026-02')).toEqual([{ packageId: 'P0000000001', started: 1 }]);
    expect(await usage.list('acct_a', '2026-01')).toEqual([]);
  });
});
