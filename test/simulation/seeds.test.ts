import { expect, it } from 'vitest';
import { planOf } from './plan.ts';
import { bundleWorker, runMany } from './processes.ts';
import { explain } from './shrink.ts';
import { simulate } from './simulate.ts';

const count = Number(process.env['SEEDS'] ?? 1000);

it(`keeps every promise under any mix of faults (${count} seeds)`, async () => {
  const run = await runMany({ worker: await bundleWorker('seeds-worker'), from: 1, count });
  process.stdout.write(`${run.done} seeds in ${run.seconds.toFixed(0)} s\n`);
  expect(run.failed, run.failed[0] === undefined ? '' : await explain(run.failed[0].number)).toEqual([]);
  expect(run.done).toBe(count);
}, 3_600_000);

it('does exactly the same for the same seed, byte for byte', async () => {
  const same = Number(process.env['SAME_SEEDS'] ?? 50);
  for (let seed = 1; seed <= same; seed++) {
    const [one, other] = [await simulate(planOf(seed), true), await simulate(planOf(seed), true)];
    expect(one.trace.length).toBeGreaterThan(20);
    expect(one.trace.join('\n')).toBe(other.trace.join('\n'));
  }
}, 3_600_000);
