import { describe, expect, it } from 'vitest';
import { reconcile } from '#functions/account-maintenance/reconcile.ts';
import { withConnectionState } from '#shared/domain/account.ts';
import { withChosenTriggers } from '#shared/domain/trigger-stage.ts';
import { createWorld } from '../../../fakes/world.ts';

const trigger = 'Reference check';

/** A connected account with some candidates, and the means to have webhooks lost on their way. */
const scene = async (names: readonly string[] = ['Tamsin Larkspur']) => {
  const world = await createWorld();
  const { recruiter, lever, turn } = world;
  const ids = names.map((name, n) => recruiter.addOpportunity({ name, emails: [`c${n}@people.example`] }).id);
  const loseWebhooks = (): void => void lever.outbox.takeDue();
  await world.sweep();
  world.passTime(60);
  return {
    world,
    recruiter,
    lever,
    turn,
    ids,
    id: ids[0] ?? '',
    loseWebhooks,
    /** Moves a candidate, and Lever's webhook never comes. */
    moveUnnoticed: (id: string, stage = trigger): void => {
      recruiter.moveToStage(id, stage);
      loseWebhooks();
    },
    enqueued: () => new Set(world.queues.decision.map(({ opportunityId }) => opportunityId)).size,
    reads: () => lever.requests.filter(({ path }) => path === '/opportunities').length,
    kinds: async () =>
      (await world.activities.list(world.accountId, { limit: 50, after: null })).activities.map(({ kind }) => kind),
  };
};

describe('reconcile', () => {
  it('finds an entry that no webhook told of, and starts its check once', async () => {
    const { world, turn, id, recruiter, moveUnnoticed } = await scene();
    moveUnnoticed(id);
    await world.wait(3_700);
    expect(turn.checks).toHaveLength(1);
    expect(recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
    await world.wait(3 * 3_600);
    expect(turn.checks).toHaveLength(1);
  });

  it('leaves alone who stood in the stage before the account was connected', async () => {
    const world = await createWorld();
    const { id } = world.recruiter.addOpportunity({ name: 'Early Bird', emails: ['early@people.example'] });
    world.recruiter.moveToStage(id, trigger);
    world.lever.outbox.takeDue();
    world.passTime(60);
    await world.reconnect();
    await world.accounts.update(world.accountId, (account) => ({ ...account, startsAt: world.now() }));
    await world.wait(2 * 3_600);
    expect(world.turn.checks).toEqual([]);
  });

  it('leaves alone the archived, the moved on, and other stages', async () => {
    const { world, turn, recruiter, ids, moveUnnoticed, loseWebhooks } = await scene(['A One', 'B Two', 'C Three']);
    const [archived = '', movedOn = '', elsewhere = ''] = ids;
    moveUnnoticed(archived);
    recruiter.archive(archived);
    moveUnnoticed(movedOn);
    moveUnnoticed(movedOn, 'Offer');
    moveUnnoticed(elsewhere, 'On-site interview');
    loseWebhooks();
    await world.wait(3_700);
    expect(turn.checks).toEqual([]);
  });

  it('sees confidential candidates too where the access covers them, and the others where it does not', async () => {
    const { world, turn, recruiter, ids, moveUnnoticed } = await scene(['A One', 'B Two']);
    const [secret = '', open = ''] = ids;
    const opportunity = recruiter.organization.opportunities.get(secret);
    if (opportunity !== undefined) opportunity.confidentiality = 'confidential';
    moveUnnoticed(secret);
    moveUnnoticed(open);
    await world.wait(3_700);
    expect(turn.checks.map(({ firstName }) => firstName)).toEqual(['B']);
  });

  it('enqueues what awaited the reconnection, and finds what happened meanwhile', async () => {
    const { world, turn, lever, recruiter, ids } = await scene(['A One', 'B Two', 'C Three']);
    const [running = '', entered = '', unnoticed = ''] = ids;
    recruiter.moveToStage(running, trigger);
    await world.settle();
    lever.tokens.revoke('org');
    recruiter.moveToStage(entered, trigger);
    await world.settle();
    expect(await world.accounts.find(world.accountId)).toMatchObject({ connectionState: 'disconnected' });
    turn.advance(turn.checks[0]?.workerId ?? '', 'processing');
    await world.wait(7 * 86_400, 3_600);
    recruiter.moveToStage(unnoticed, trigger);
    lever.outbox.takeDue();
    expect(recruiter.tags(running)).toEqual(['TurnStatus:emailed']);
    await world.reconnect();
    await world.wait(180);
    expect(turn.checks.map(({ firstName }) => firstName).sort()).toEqual(['A', 'B', 'C']);
    expect(ids.map((id) => recruiter.tags(id).join())).toEqual([
      'TurnStatus:processing',
      'TurnStatus:emailed',
      'TurnStatus:emailed',
    ]);
  });

  it('erases what it holds of an opportunity whose deletion no webhook told of', async () => {
    const { world, recruiter, id, loseWebhooks } = await scene();
    recruiter.moveToStage(id, trigger);
    await world.settle();
    await world.wait(3_700);
    recruiter.deleteOpportunity(id);
    loseWebhooks();
    await world.wait(5 * 3_600);
    expect((await world.records.load(world.accountId, id)).record).toMatchObject({
      erasedAt: expect.any(Number),
      lever: { tag: null, notes: [] },
    });
  });

  it('erases it too where only a refused write tells of the deletion', async () => {
    const { world, turn, recruiter, lever, id, loseWebhooks } = await scene();
    recruiter.moveToStage(id, trigger);
    await world.settle();
    await world.wait(3_700);
    recruiter.deleteOpportunity(id);
    loseWebhooks();
    lever.failNext({ path: '/opportunities/deleted', times: 1_000, failure: 403 });
    turn.advance(turn.checks[0]?.workerId ?? '', 'processing');
    await world.wait(5 * 3_600);
    expect((await world.records.load(world.accountId, id)).record.erasedAt).not.toBeNull();
  });

  it('puts a tag back that a person deleted', async () => {
    const { world, recruiter, id } = await scene();
    recruiter.moveToStage(id, trigger);
    await world.settle();
    recruiter.removeTag(id, 'TurnStatus:emailed');
    await world.wait(6 * 3_600 + 120);
    expect(recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
    expect(recruiter.notes(id)).toHaveLength(1);
  });

  it('tells of a tag that Lever takes and never shows, instead of writing it for ever without a word', async () => {
    const { world, recruiter, id } = await scene();
    recruiter.moveToStage(id, trigger);
    await world.settle();
    for (const _ of ['once', 'twice', 'three times']) {
      expect(recruiter.notes(id)).toHaveLength(1);
      recruiter.removeTag(id, 'TurnStatus:emailed');
      await world.wait(6 * 3_600 + 120);
    }
    expect(recruiter.notes(id)[1]).toContain('did not accept the TurnStatus tag');
    await world.wait(6 * 3_600 + 120);
    expect(recruiter.notes(id)).toHaveLength(1);
  });

  it('goes by the stages that are known where Lever refuses to list them', async () => {
    const { world, recruiter, lever, id, loseWebhooks } = await scene();
    await world.wait(3_700);
    lever.failNext({ method: 'GET', path: '/stages', times: 1_000, failure: 403 });
    recruiter.moveToStage(id, trigger);
    loseWebhooks();
    await world.wait(3 * 3_600);
    expect(world.turn.checks).toHaveLength(1);
  });

  it('does not believe a list that is older than the tag', async () => {
    const { world, turn, recruiter, id } = await scene();
    recruiter.moveToStage(id, trigger);
    await world.process({ accountId: world.accountId, opportunityId: id });
    const account = await world.accounts.find(world.accountId);
    if (account === null) throw new Error('The sample account is gone.');
    const lever = world.ports.leverOf(world.accountId, { reservationId: 'maintenance' });
    const listMovedSince: typeof lever.listMovedSince = async (...which) => {
      const page = await lever.listMovedSince(...which);
      await world.settle();
      return page;
    };
    world.passTime(3_600);
    await reconcile(account, { ...lever, listMovedSince }, world.ports);
    expect(recruiter.tags(id)).toEqual(['TurnStatus:emailed']);
    turn.advance(turn.checks[0]?.workerId ?? '', 'processing');
    await world.settle();
    expect(recruiter.tags(id)).toEqual(['TurnStatus:processing']);
  });

  it('reads page by page, goes on in the next run where it stopped, and does not read twice what it has read', async () => {
    const { world, enqueued, reads, moveUnnoticed, ids } = await scene(
      Array.from({ length: 950 }, (_, n) => `Candidate Number${n}`),
    );
    for (const id of ids) moveUnnoticed(id);
    const before = reads();
    world.passTime(3_600);
    await world.sweep();
    expect(reads() - before).toBe(6);
    await world.sweep();
    expect(reads() - before).toBe(10);
    expect(enqueued()).toBe(950);
    await world.sweep();
    expect(reads() - before).toBe(10);
  });

  it('begins a list anew where Lever has forgotten our place in it', async () => {
    const { world, enqueued, lever, ids, moveUnnoticed } = await scene(
      Array.from({ length: 750 }, (_, n) => `Candidate Number${n}`),
    );
    for (const id of ids) moveUnnoticed(id);
    world.passTime(3_600);
    await world.sweep();
    lever.failNext({ path: '/opportunities', times: 2, failure: 400 });
    for (let n = 0; n < 3; n++) await world.sweep();
    expect(enqueued()).toBe(750);
  });

  it('goes on an hour later where Lever fails in between, and loses nothing', async () => {
    const { world, turn, lever, id, moveUnnoticed } = await scene();
    moveUnnoticed(id);
    lever.failNext({ path: '/opportunities', times: 3, failure: 503 });
    await world.wait(5 * 3_600);
    expect(turn.checks).toHaveLength(1);
  });

  it('reads again later what Lever refused to list for hours', async () => {
    const { world, turn, lever, ids, recruiter, moveUnnoticed, loseWebhooks } = await scene(['A One', 'B Two']);
    const [gone = '', moved = ''] = ids;
    recruiter.moveToStage(gone, trigger);
    await world.settle();
    moveUnnoticed(moved);
    recruiter.deleteOpportunity(gone);
    loseWebhooks();
    lever.failNext({ path: '/opportunities', times: 1_000, failure: 403 });
    lever.failNext({ path: '/opportunities/deleted', times: 1_000, failure: 403 });
    await world.wait(3.5 * 3_600);
    expect(turn.checks.map(({ firstName }) => firstName)).toEqual(['A']);
    lever.clearFaults();
    await world.wait(5 * 3_600);
    expect(turn.checks.map(({ firstName }) => firstName)).toEqual(['A', 'B']);
    expect((await world.records.load(world.accountId, gone)).record.erasedAt).not.toBeNull();
  });

  it('says once that webhooks are silent, and not where a single one was lost', async () => {
    const { world, kinds, ids, moveUnnoticed } = await scene(['A One', 'B Two', 'C Three']);
    const [first = '', second = '', third = ''] = ids;
    moveUnnoticed(first);
    await world.heartbeats.touch(world.accountId, 'lastWebhookAt');
    await world.wait(3_700);
    expect((await world.heartbeats.load(world.accountId)).silentSince).toBeNull();
    world.passTime(60);
    const since = world.now();
    moveUnnoticed(second);
    await world.wait(3_700);
    expect((await world.heartbeats.load(world.accountId)).silentSince).toBe(since);
    moveUnnoticed(third);
    await world.wait(3_700);
    expect((await kinds()).filter((kind) => kind === 'webhooks_silent')).toHaveLength(1);
  });
});

describe('who counts', () => {
  it('is nobody who entered the stage before the account started, however the news comes', async () => {
    const { world, turn, recruiter, id } = await scene();
    recruiter.moveToStage(id, trigger);
    world.lever.outbox.takeDue();
    world.passTime(3_600);
    await world.accounts.update(world.accountId, (account) => ({ ...account, startsAt: world.now() }));
    await world.process({ accountId: world.accountId, opportunityId: id });
    await world.wait(2 * 3_600);
    expect(turn.checks).toEqual([]);
    expect(world.log.map(({ fields }) => fields.reason)).toContain('before_start');
  });

  it('is also who entered another stage of the same name, by a list that names stages by their ids', async () => {
    const { world, turn, recruiter, id } = await scene();
    await world.wait(120);
    // Nobody tells us of a rename: the webhook of the move is taken for one into a stage that starts nothing.
    recruiter.renameStage(recruiter.stageId('Offer'), 'Reference\u00a0Check');
    recruiter.moveToStage(id, 'Reference\u00a0Check');
    await world.settle();
    expect(turn.checks).toEqual([]);
    await world.wait(2 * 3_600);
    expect(turn.checks).toHaveLength(1);
  });

  it('is nobody who stood in a stage before it was chosen', async () => {
    const { world, turn, recruiter, id } = await scene();
    const offer = { id: recruiter.stageId('Offer'), name: 'Offer' };
    recruiter.moveToStage(id, 'Offer');
    world.lever.outbox.takeDue();
    world.passTime(3_600);
    await world.accounts.update(world.accountId, (account) =>
      withChosenTriggers(account, [...account.triggerStages, offer], world.now()),
    );
    await world.process({ accountId: world.accountId, opportunityId: id });
    await world.wait(2 * 3_600);
    expect(turn.checks).toEqual([]);
    recruiter.moveToStage(id, 'On-site interview');
    world.passTime(60);
    recruiter.moveToStage(id, 'Offer');
    await world.settle();
    expect(turn.checks).toHaveLength(1);
  });

  it('is nobody of the time between a chosen disconnection and the next connection', async () => {
    const { world, turn, id, moveUnnoticed } = await scene();
    await world.accounts.update(world.accountId, (account) =>
      withConnectionState(account, 'not_connected', world.now()),
    );
    world.passTime(3_600);
    moveUnnoticed(id);
    world.passTime(3_600);
    await world.reconnect();
    await world.wait(2 * 3_600);
    expect(turn.checks).toEqual([]);
  });

  it('leaves running checks to Turn after a chosen disconnection, and what waited for its start undone; the next connection makes up for the former, and for errors that were told', async () => {
    const { world, turn, recruiter, ids } = await scene(['A Running', 'B Waiting', 'C Faulty']);
    const [running = '', waiting = '', faulty = ''] = ids;
    recruiter.setEmails(faulty, []);
    for (const id of [running, faulty]) recruiter.moveToStage(id, trigger);
    await world.settle();
    await world.accounts.update(world.accountId, (account) => ({ ...account, graceSeconds: 3_600 }));
    recruiter.moveToStage(waiting, trigger);
    await world.settle();
    await world.accounts.update(world.accountId, (account) =>
      withConnectionState(account, 'not_connected', world.now()),
    );
    turn.advance(turn.checks[0]?.workerId ?? '', 'processing');
    await world.wait(2 * 3_600);
    expect([running, waiting, faulty].map((id) => recruiter.tags(id))).toEqual([
      ['TurnStatus:emailed'],
      [],
      ['TurnStatus:error'],
    ]);
    expect(turn.checks.map(({ firstName }) => firstName)).toEqual(['A']);
    recruiter.setEmails(faulty, ['c@people.example']);
    await world.reconnect();
    await world.wait(25 * 3_600, 600);
    expect(recruiter.tags(running)).toEqual(['TurnStatus:processing']);
    expect(turn.checks.map(({ firstName }) => firstName)).toEqual(['A', 'C']);
  });

  it('is kept, not erased, where the account is connected to another Lever for a while', async () => {
    const { world, recruiter, lever, turn, id } = await scene();
    const of = (leverAccountId: string) =>
      world.accounts.update(world.accountId, (account) => ({
        ...account,
        connection: { leverAccountId, leverUserId: null, authorizedAt: world.now(), warnedAtDays: null },
      }));
    await of('lever-a');
    recruiter.moveToStage(id, trigger);
    await world.settle();
    await of('lever-b');
    lever.failNext({ path: `/opportunities/${id}`, times: 50, failure: 404 });
    turn.advance(turn.checks[0]?.workerId ?? '', 'processing');
    await world.wait(2 * 86_400, 3_600);
    lever.clearFaults();
    await of('lever-a');
    await world.wait(7 * 3_600, 600);
    expect(recruiter.tags(id)).toEqual(['TurnStatus:processing']);
  });
});
