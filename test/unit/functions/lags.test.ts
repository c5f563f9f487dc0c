import { describe, expect, it } from 'vitest';
import { correlated } from '#shared/observability/correlation.ts';
import { createWorld } from '../../fakes/world.ts';

const trigger = 'Reference check';
const sceneOf = async () => {
  const world = await createWorld();
  const { id } = world.recruiter.addOpportunity({ name: 'Ottilie Wren', emails: ['ottilie.wren@mail.example'] });
  const timed = (code: string) => world.log.flatMap((line) => (line.code === code ? [line.fields.seconds] : []));
  return { ...world, id, timed };
};

describe('how long customers wait', () => {
  it('is measured from the move in Lever to the order', async () => {
    const { recruiter, id, passTime, settle, timed } = await sceneOf();
    recruiter.moveToStage(id, trigger);
    passTime(90);
    await settle();
    expect(timed('start_timed')).toEqual([90]);
  });

  it('is measured from the message about Turn’s news to the tag in Lever, and not for news that are shown already', async () => {
    const { recruiter, turn, id, accountId, passTime, settle, sync, now, timed } = await sceneOf();
    recruiter.moveToStage(id, trigger);
    await settle();
    expect(timed('status_timed')).toEqual([0]);
    turn.advance(turn.checks[0]?.workerId ?? '', 'processing');
    const sentAt = now();
    passTime(40);
    const item = { accountId, opportunityId: id };
    await correlated('m-1', () => sync(item), sentAt);
    await correlated('m-2', () => sync(item), sentAt);
    expect(timed('status_timed')).toEqual([0, 40]);
  });

  it('is told for as long as an account is disconnected, once an hour', async () => {
    const { accounts, accountId, wait, timed } = await sceneOf();
    await accounts.update(accountId, (account) => ({ ...account, connectionState: 'disconnected' }));
    await wait(60);
    expect(timed('account_still_disconnected')).toHaveLength(1);
    await wait(3 * 3_600);
    expect(timed('account_still_disconnected')).toHaveLength(4);
    await accounts.update(accountId, (account) => ({ ...account, enabled: false }));
    await wait(3_600);
    expect(timed('account_still_disconnected')).toHaveLength(4);
  });

  it('is told of work that keeps failing: since when', async () => {
    const { recruiter, turn, id, wait, settle, timed } = await sceneOf();
    turn.failNext({ times: 1_000, failure: 503 });
    recruiter.moveToStage(id, trigger);
    await settle();
    await wait(1_800);
    const ages = timed('work_overdue');
    expect(ages.length).toBeGreaterThan(0);
    for (const age of ages) expect(age).toBeGreaterThanOrEqual(600);
  });
});
