import { expect, it } from 'vitest';
import { simulate } from './simulate.ts';

// `SEEDS=20000 FROM=1 npm test -- --project simulation` runs more; a failing seed prints its trace.
const count = Number(process.env['SEEDS'] ?? 200);
const from = Number(process.env['FROM'] ?? 1);

it(`keeps every promise under any mix of faults (${count} seeds from ${from})`, async () => {
  for (let seed = from; seed < from + count; seed++) {
    const { violations, trace } = await simulate(seed);
    expect(violations, `seed ${seed}:\n${trace.join('\n')}`).toEqual([]);
  }
}, 3_600_000);

it('does exactly the same for the same seed', async () => {
  const [one, other] = [await simulate(42), await simulate(42)];
  expect(one).toEqual(other);
});
