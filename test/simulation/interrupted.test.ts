import { describe, expect, it } from 'vitest';
import type { Nudge } from '#shared/domain/nudge.ts';
import { createWorld, type Interrupt } from '../fakes/world.ts';

class Crash extends Error {}

type Ending = 'crash' | 'stall';

/** Runs the whole story of one candidate, cutting one worker off at one point; afterwards its message comes again, twice. */
const runInterruptedAt = async (at: number, ending: Ending): Promise<{ points: number; outcome: unknown }> => {
  let points = 0;
  let isArmed = false;
  let release: () => void = () => {};
  let onStalled: () => void = () => {};
  const stalled = new Promise<void>((resolve) => {
    onStalled = resolve;
  });
  const interrupt: Interrupt = async () => {
    if (!isArmed) return;
    points += 1;
    if (points !== at) return;
    if (ending === 'crash') throw new Crash();
    onStalled();
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  };
  const world = await createWorld({ interrupt });
  const { id } = world.recruiter.addOpportunity({
    name: 'Tamsin Larkspur',
    emails: ['tamsin.larkspur@people.example'],
  });
  const zombies: Promise<void>[] = [];

  const work = async (queue: 'stageChanges' | 'checkUpdates', nudge: Nudge): Promise<void> => {
    const run = (queue === 'stageChanges' ? world.consider : world.update)(nudge);
    const finished = run.then(
      () => 'done',
      () => 'crashed',
    );
    const outcome = await (isArmed ? Promise.race([finished, stalled.then(() => 'stalled')]) : finished);
    if (outcome === 'done') return;
    // After the visibility timeout the message is given to others, and once more for good measure.
    zombies.push(run.catch(() => {}));
    isArmed = false;
    await world.wait(400);
    world.queues[queue].push(nudge, nudge);
  };
  const pump = async (): Promise<void> => {
    for (let busy = true; busy; ) {
      busy = false;
      for (const outbox of [world.lever.outbox, world.turn.outbox]) {
        for (const delivery of outbox.takeDue()) {
          busy = true;
          outbox.settle(delivery.id, await world.receive(delivery));
        }
      }
      for (const queue of ['stageChanges', 'checkUpdates'] as const) {
        const nudge = world.queues[queue].shift();
        if (nudge === undefined) continue;
        busy = true;
        isArmed = at > points;
        await work(queue, nudge);
        isArmed = false;
      }
    }
  };

  world.recruiter.moveToStage(id, 'Reference check');
  await pump();
  await world.wait(600);
  world.turn.advance(world.turn.checks[0]?.workerId ?? '', 'processing');
  await pump();
  await world.wait(600);
  world.turn.advance(world.turn.checks[0]?.workerId ?? '', 'approved');
  await pump();
  await world.wait(600);
  release();
  await Promise.all(zombies);
  await pump();
  await world.wait(86_400);
  return {
    points,
    outcome: {
      invitations: world.turn.invitations('tamsin.larkspur@people.example'),
      tags: world.recruiter.tags(id),
      notes: world.recruiter.notes(id).map((note) => note.split('\n')[0]?.split(':')[0]),
    },
  };
};

const right = {
  invitations: 1,
  tags: ['TurnStatus:clear'],
  notes: ['A Turn background check was started for this candidate.', 'The Turn background check report is available'],
};

describe('a worker cut off at any point', () => {
  it.each<Ending>(['crash', 'stall'])(
    'by a %s neither loses nor doubles anything',
    async (ending) => {
      const { points, outcome } = await runInterruptedAt(Number.POSITIVE_INFINITY, ending);
      expect(outcome).toEqual(right);
      const wrong: unknown[] = [];
      for (let at = 1; at <= points; at++) {
        const run = await runInterruptedAt(at, ending);
        try {
          expect(run.outcome).toEqual(right);
        } catch {
          wrong.push({ at, ...(run.outcome as object) });
        }
      }
      process.stdout.write(`${ending}: ${points} points tried\n`);
      expect(wrong).toEqual([]);
    },
    120_000,
  );
});
