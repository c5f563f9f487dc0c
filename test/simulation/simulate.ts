import { readProgress } from '#shared/turn/progress.ts';
import { seededRandom } from '../fakes/seeded-random.ts';
import { createWorld } from '../fakes/world.ts';

class Crash extends Error {}

type World = Awaited<ReturnType<typeof createWorld>>;
export type SimulationRun = { seed: number; trace: string[]; violations: string[] };

const stages = ['New applicant', 'On-site interview', 'Reference check', 'Reference check', 'Offer'];
const states = [
  'emailed',
  'consent',
  'processing',
  'review',
  'review__qa',
  'pending',
  'approved',
  'rejected',
  'withdrawn',
];
const packageTags = [
  'TurnPackage:P0000000001',
  'TurnPackage:P0000000002:Driver',
  'TurnPackage:P9999999999',
  'TurnPackge:P1',
];
const failures = [429, 500, 503, 'timeout', 'drop', 'lost-answer'] as const;
const person = (n: number) => ({ name: `Person Number${n}`, emails: [`person${n}@people.example`] });

/** One run of the shipped use cases that follows from its seed alone: people, vendors, queues and crashes in any order; then quiet, and a look at what is left. */
export const simulate = async (seed: number): Promise<SimulationRun> => {
  const random = seededRandom(seed * 7919 + 13);
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const trace: string[] = [];
  let crashRate = 0;
  let pass: (seconds: number) => void = () => {};
  const world = await createWorld({
    seed,
    readDelayMs: pick([0, 0, 3_000, 100_000]),
    settings: { rerun: pick([{ kind: 'never' }, { kind: 'always' }] as const) },
    interrupt: async (point) => {
      // Calls take their time, so that workers overtake each other.
      for (let turns = Math.floor(random() * 6); turns > 0; turns--) await Promise.resolve();
      if (random() < crashRate / 2) pass(pick([1, 10, 30]));
      if (random() >= crashRate) return;
      trace.push(`crash ${point}`);
      throw new Crash();
    },
  });
  const { recruiter, lever, turn, queues } = world;
  pass = world.passTime;
  const opportunities = [0, 1].map((n) => recruiter.addOpportunity(person(n)).id);

  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof Crash) return false;
      throw error;
    }
  };
  const workOnOne = async (): Promise<void> => {
    const name = pick(['stageChanges', 'checkUpdates'] as const);
    const [nudge] = queues[name].splice(Math.floor(random() * queues[name].length), 1);
    if (nudge === undefined) return;
    const work = name === 'stageChanges' ? world.consider : world.update;
    if (random() < 0.1) queues[name].push(nudge);
    if (!(await attempt(() => work(nudge)))) queues[name].push(nudge);
  };
  /** Some of what could happen now, in any order; what crashes comes again. */
  const pumpSome = async (most: number): Promise<void> => {
    for (let n = 0; n < most; n++) {
      const outbox = pick([lever.outbox, turn.outbox]);
      for (const delivery of outbox.takeDue()) {
        const isDone = await attempt(async () => outbox.settle(delivery.id, await world.receive(delivery)));
        if (!isDone) outbox.settle(delivery.id, 500);
      }
      await Promise.all([0, 1, 2].map(workOnOne));
    }
  };
  const act = async (): Promise<void> => {
    const id = pick(opportunities);
    const what = Math.floor(random() * 10);
    trace.push(`step ${what} on ${opportunities.indexOf(id)}`);
    if (what <= 2) recruiter.moveToStage(id, pick(stages));
    else if (what === 3) {
      const check = turn.checks[Math.floor(random() * turn.checks.length)];
      if (check !== undefined) turn.advance(check.workerId, pick(states));
    } else if (what === 4) lever.redeliver(pick(lever.outbox.deliveries)?.id ?? '');
    else if (what === 5) pick([lever, turn]).failNext({ times: 1 + Math.floor(random() * 3), failure: pick(failures) });
    else if (what === 6) world.passTime(pick([1, 20, 70, 130, 400, 4_000, 30_000]));
    else if (what === 7) await attempt(world.sweep);
    else if (what === 8) recruiter.setEmails(id, pick([[], ...opportunities.map((_, n) => person(n).emails)]));
    else {
      const tag = pick(packageTags);
      if (recruiter.tags(id).includes(tag)) recruiter.removeTag(id, tag);
      else recruiter.addTag(id, tag);
    }
  };

  for (let step = 0; step < 25; step++) {
    crashRate = pick([0, 0, 0.01, 0.05]);
    await act();
    await pumpSome(Math.floor(random() * 6));
  }
  crashRate = 0;
  lever.clearFaults();
  turn.clearFaults();
  // Where the answer to a renewal was lost, the access is lost with it: only the customer can grant it again.
  await world.reconnect();
  await world.settle();
  await world.wait(3 * 86_400, 3_600);
  return {
    seed,
    trace,
    violations: opportunities.flatMap((id, n) => violationsOf(world, id).map((each) => `${n}: ${each}`)),
  };
};

const violationsOf = (world: World, id: string): string[] => {
  const { recruiter, turn } = world;
  const checks = turn.checks.filter(({ referenceId }) => referenceId?.startsWith(id));
  const found: string[] = [];
  const references = checks.map(({ referenceId }) => referenceId);
  if (new Set(references).size !== references.length) found.push(`an entry was ordered twice: ${references.join(' ')}`);

  const statusTags = recruiter.tags(id).filter((tag) => tag.startsWith('TurnStatus:'));
  const latest = checks
    .toSorted((one, other) => Number(one.referenceId?.split('-').at(-1)) - Number(other.referenceId?.split('-').at(-1)))
    .at(-1);
  const isShown = latest === undefined || statusTags[0] === `TurnStatus:${readProgress(latest.state).status}`;
  if (statusTags.length > 1) found.push(`several tags: ${statusTags.join(' ')}`);
  else if (!isShown && statusTags[0] !== 'TurnStatus:error') {
    found.push(`shows ${statusTags[0]} while Turn says ${latest?.state}`);
  }
  const notes = recruiter.notes(id);
  if (new Set(notes).size !== notes.length) found.push(`a note stands twice: ${notes.join(' | ')}`);
  for (const check of checks) {
    if (!notes.some((note) => note.includes(check.turnId))) found.push(`no note names ${check.turnId}`);
  }
  const opportunity = recruiter.organization.opportunities.get(id);
  const isInStage = opportunity?.stageId === recruiter.stageId('Reference check');
  if (isInStage && checks.length === 0 && statusTags.length === 0) found.push('nothing came of an entry');
  return found;
};
