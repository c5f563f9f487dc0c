// A process of its own that plays some of the interrupted stories.
import { crashCases, playScenario } from './crash-points.ts';
import { workThrough } from './work-through.ts';

const { cases } = await crashCases();
await workThrough(async (number) => {
  const { story, interruption } = cases[number] ?? {};
  if (story === undefined || interruption === undefined) throw new Error(`There is no case ${number}.`);
  const { violations, events } = await playScenario(story, interruption, false);
  const where = `${story.name}, call ${interruption.point}: ${interruption.way.name}`;
  return { gist: violations[0] === undefined ? undefined : `${where}: ${violations.join('; ')}`, events };
});
