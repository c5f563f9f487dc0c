import { execFileSync } from 'node:child_process';
import { afterAll, expect, it } from 'vitest';
import { type LocalStack, startLocalStack } from '#infra/local/local-stack.ts';
import type { LeverModel } from '#infra/local/sandbox/lever-model.ts';
import { SAMPLE_ORGANIZATION_ID } from '#infra/local/sandbox/sample-organization.ts';
import type { TurnModel } from '#infra/local/sandbox/turn-model.ts';

let stack: LocalStack | undefined;
afterAll(async () => {
  await stack?.stop();
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The processes in which functions run: all of them children of this one. */
const functionProcesses = (): number[] =>
  execFileSync('ps', ['-axo', 'pid=,ppid=,command='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/u))
    .filter(([, parent, ...command]) => Number(parent) === process.pid && command.join(' ').includes('bootstrap.mjs'))
    .map(([pid]) => Number(pid));

it('functions that are killed at any moment start no check twice, lose nobody and repeat no note', async () => {
  const running = await startLocalStack({ log: () => undefined });
  stack = running;
  const { lever, turn } = running as LocalStack & { lever: { model: LeverModel }; turn: { model: TurnModel } };
  const recruiter = lever.model.recruiter(SAMPLE_ORGANIZATION_ID);
  const candidates: string[] = [];
  const enter = (): void => {
    const emails = [`killed-${candidates.length}@people.example`];
    const { id } = recruiter.addOpportunity({ name: `Isolde Number${candidates.length}`, emails });
    recruiter.moveToStage(id, 'Reference check');
    candidates.push(id);
  };
  const checksOf = (id: string) => turn.model.checks.filter(({ referenceId }) => referenceId?.startsWith(`${id}-`));

  let kills = 0;
  for (let round = 0; kills < 12 && round < 200; round++) {
    if (candidates.length < 12) enter();
    for (const { workerId, state } of turn.model.checks)
      if (state === 'emailed' && round % 2 === 1) turn.model.advance(workerId, 'processing');
    await pause(100 + 37 * (round % 12));
    // All of them at once: whatever each was doing, none finishes it.
    const processes = functionProcesses();
    for (const pid of processes) process.kill(pid, 'SIGKILL');
    if (processes.length > 0) kills += 1;
  }
  expect(kills).toBe(12);

  const isWhole = (id: string): boolean =>
    checksOf(id).length === 1 && recruiter.notes(id).length === 1 && recruiter.tags(id).length === 1;
  for (let hours = 0; hours < 12 && !candidates.every(isWhole); hours++) {
    await running.advanceClock(1_800);
    await running.sweep();
    for (let quiet = 0; quiet < 3; quiet = (await running.state()).idle ? quiet + 1 : 0) await pause(50);
  }
  for (const id of candidates) {
    expect(checksOf(id)).toHaveLength(1);
    expect(recruiter.notes(id)).toHaveLength(1);
    expect(recruiter.tags(id)).toEqual([`TurnStatus:${checksOf(id)[0]?.state}`]);
  }
});
