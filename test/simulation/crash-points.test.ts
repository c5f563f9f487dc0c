import { expect, it } from 'vitest';
import { crashCases, playScenario, ways } from './crash-points.ts';
import { bundleWorker, runMany } from './processes.ts';
import { stories } from './scenarios.ts';

/** So many calls the stories had when this was last looked at: fewer mean that something is no longer tried. */
const leastPoints = 1600;
/** One in so many is played, by default so that each call is still cut off in one way or another; `.ci/run` plays all. */
const every = Number(process.env['CRASHES_EVERY'] ?? 5);

it(`loses and doubles nothing, at whichever call and however a function is cut off (${stories.length} stories)`, async () => {
  const { points, cases } = await crashCases();
  const run = await runMany({ worker: await bundleWorker('crash-worker'), from: 0, count: cases.length, every });
  process.stdout.write(
    `${stories.length} stories, ${points} calls × ${ways.length} ways, one in ${every}: ${run.done} runs in ${run.seconds.toFixed(0)} s\n`,
  );
  const first = cases[run.failed[0]?.number ?? -1];
  const trace = first === undefined ? [] : (await playScenario(first.story, first.interruption, true)).trace;
  expect(
    run.failed.map(({ gist }) => gist),
    trace.join('\n'),
  ).toEqual([]);
  expect(run.done).toBe(Math.ceil(cases.length / every));
  expect(points).toBeGreaterThanOrEqual(leastPoints);
});
