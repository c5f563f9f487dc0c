import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type LocalStack, startLocalStack } from '#infra/local/local-stack.ts';
import type { LeverModel } from '#infra/local/sandbox/lever-model.ts';
import { SAMPLE_ORGANIZATION_ID } from '#infra/local/sandbox/sample-organization.ts';
import type { TurnModel } from '#infra/local/sandbox/turn-model.ts';
import { recordedReleases, unpackFunctions } from '../releases/release-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lever-turn-releases-'));
const stacks: LocalStack[] = [];
afterAll(async () => {
  for (const stack of stacks) await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
};

/** The running system, whose recruiters move one candidate after another while other versions are put into its place. */
const startScene = async () => {
  const stack = await startLocalStack({ log: () => undefined });
  stacks.push(stack);
  const { lever, turn } = stack as LocalStack & { lever: { model: LeverModel }; turn: { model: TurnModel } };
  const recruiter = lever.model.recruiter(SAMPLE_ORGANIZATION_ID);
  const candidates: string[] = [];
  const checksOf = (id: string) => turn.model.checks.filter(({ referenceId }) => referenceId?.startsWith(`${id}-`));
  return {
    stack,
    candidates,
    checksOf,
    /** Some candidates enter the stage, and nobody waits for what comes of it. */
    enter: (count: number): void => {
      for (let added = 0; added < count; added++) {
        const emails = [`candidate-${candidates.length}@sample-people.example`];
        const { id } = recruiter.addOpportunity({ name: `Ottoline Number${candidates.length}`, emails });
        recruiter.moveToStage(id, 'Reference check');
        candidates.push(id);
      }
    },
    /** Turn is done with every other check that it has. */
    proceed: (): void => {
      for (const [index, { workerId }] of turn.model.checks.entries())
        if (index % 2 === 0) turn.model.advance(workerId, 'approved');
    },
    /** Until nothing more happens by itself. */
    settle: () =>
      until(async () => {
        await stack.sweep();
        const isDelivering = [...lever.model.outbox.deliveries, ...turn.model.outbox.deliveries].some(
          ({ state }) => state === 'waiting' || state === 'sending',
        );
        return !isDelivering && (await stack.state()).idle;
      }),
    shown: (id: string) => ({
      tags: recruiter.tags(id).filter((tag) => tag.startsWith('TurnStatus:')),
      notes: recruiter.notes(id),
    }),
    deadLetters: async () => Object.values((await stack.state()).queues).map(({ dead }) => dead),
  };
};

describe.each(recordedReleases())('release %s, put in this one’s place and replaced again under way', (version) => {
  it('starts nothing twice, loses nothing and repeats no note', async () => {
    const { stack, candidates, checksOf, enter, proceed, settle, shown, deadLetters } = await startScene();
    const theirs = unpackFunctions(version, folder);
    for (const bundles of [theirs, new Map<string, string>(), theirs, new Map<string, string>()]) {
      enter(4);
      // Some are with Turn already, others on the way.
      await until(() => candidates.slice(-4).some((id) => checksOf(id).length > 0));
      proceed();
      stack.deploy(bundles);
      enter(2);
    }
    await settle();
    proceed();
    await settle();
    for (const id of candidates) {
      const checks = checksOf(id);
      expect(checks).toHaveLength(1);
      const isDone = checks[0]?.state === 'approved';
      const { tags, notes } = shown(id);
      expect(tags).toEqual([isDone ? 'TurnStatus:clear' : 'TurnStatus:emailed']);
      expect(notes.filter((note) => note.startsWith('A Turn background check was started'))).toHaveLength(1);
      expect(notes).toHaveLength(isDone ? 2 : 1);
    }
    expect(await deadLetters()).toEqual([0, 0, 0]);
  });
});
