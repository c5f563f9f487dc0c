import { describe, expect, it } from 'vitest';
import { traceCandidate } from '#infra/operator/trace-candidate.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { createWorld } from '../../../fakes/world.ts';

const trigger = '7d1f0c5e-0000-4000-8000-000000000002';
const sceneOf = async () => {
  const world = await createWorld();
  const add = (candidate: { name: string; emails: string[]; tags?: string[] }): string =>
    world.recruiter.addOpportunity(candidate).id;
  const trace = async (given: string) => (await traceCandidate(world.ports, world.accountId, given)).join('\n');
  return { ...world, add, trace };
};
/** As Lever tells of those who move by hand. */
const movedByAda = (record: OpportunityRecord): OpportunityRecord => ({
  ...record,
  entries: record.entries.map((entry) => ({ ...entry, movedBy: 'user-ada' })),
});
const ottilie = { name: 'Ottilie Wren', emails: ['ottilie.wren@mail.example'] };

describe('accounts trace', () => {
  it('tells the story of a check, the oldest first, and nothing of the person', async () => {
    const { add, recruiter, settle, passTime, changeRecord, trace } = await sceneOf();
    const id = add({ ...ottilie, tags: ['TurnPackage:P0000000002'] });
    recruiter.moveToStage(id, trigger);
    passTime(5);
    await settle();
    await changeRecord(id, movedByAda);
    const story = await trace(`https://hire.lever.co/candidates/${id}`);
    expect(story).toMatch(
      /2026-03-02T09:00\S+ {2}Moved into a trigger stage in Lever; moved by Lever user user-ada\n/u,
    );
    const told = ['Moved into a trigger stage', 'Background check started; package P', 'Status at Turn changed'];
    expect(told.map((each) => story.indexOf(each))).toEqual(
      told.map((each) => story.indexOf(each)).toSorted((a, b) => a - b),
    );
    for (const each of told) expect(story).toContain(each);
    expect(story).toContain('Nothing is wrong with it.');
    expect(story).toMatch(/ordered; Turn ID C\d+; .*P0000000002/u);
    expect(story).toContain('the tag TurnStatus:');
    expect(story).toContain('turn-id/');
    expect(story).toMatch(/The next look at Turn and Lever: 2026-03-02T15:0/u);
    expect(story).not.toContain('No check was started');
    expect(story).not.toMatch(/Ottilie|Wren|mail\.example/u);
    expect(await trace(id)).toBe(story);
  });

  it('says why no check was started, and what to do', async () => {
    const { add, recruiter, settle, trace } = await sceneOf();
    const id = add({ ...ottilie, emails: [] });
    recruiter.moveToStage(id, trigger);
    await settle();
    expect(await trace(id)).toContain(
      'No check was started, or none is shown:\n  No e-mail address. The candidate has no valid e-mail address: add one in Lever.',
    );
  });

  it('says what is waited for, since when and until when', async () => {
    const { add, recruiter, turn, settle, trace, passTime } = await sceneOf();
    turn.failNext({ times: 1_000, failure: 503 });
    const id = add(ottilie);
    recruiter.moveToStage(id, trigger);
    await settle();
    expect(await trace(id)).toMatch(/The next decision: 2026-03-02T09:\S+; failed 1 times \(since 2026.*\); Turn/u);
    passTime(7_200);
    expect(await trace(id)).toMatch(/The next decision: overdue since 2026-03-02T09:/u);
  });

  it('of a candidate whom nobody told us of says so, with what is wrong with the account', async () => {
    const { accounts, accountId, trace } = await sceneOf();
    await accounts.update(accountId, (account) => ({ ...account, enabled: false, pausedByTurnSince: 1 }));
    const story = await trace('00000000-0000-4000-8000-00000000abcd');
    expect(story).toContain('Nothing is stored of this candidate');
    expect(story).toContain('the queue stage-changes or in its dead letters');
    expect(story).toContain('It is disabled');
    expect(story).toContain('New checks are paused by Turn');
    await expect(trace('no id')).rejects.toThrow('Give the id of an opportunity, or the address of its page in Lever.');
  });
});
