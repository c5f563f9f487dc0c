import { describe, expect, it } from 'vitest';
import { withConnectionState } from '#shared/domain/account.ts';
import type { AccountProblem } from '#shared/domain/account-problems.ts';
import { Failure } from '#shared/domain/failure.ts';
import { withEntry } from '#shared/domain/opportunity-record.ts';
import { withStages } from '#shared/domain/trigger-stage.ts';
import { createIntakeFinder } from '#shared/stores/intake-store.ts';
import { rotateWebhookSecret, validWebhookSecrets } from '#shared/stores/webhook-secrets.ts';
import { createScene, secret, stageIds } from './settings-api-scene.ts';

const registered = ['candidateStageChange', 'candidateDeleted'].map((event) => ({
  webhookId: event,
  event,
  secret,
  validUntil: null,
  isListed: true,
}));

describe('GET /api/account', () => {
  it('tells what the account is connected to, and that all is well', async () => {
    const { read, world, learnStages, superAdmin } = await createScene();
    await learnStages();
    const authorizedAt = world.now();
    await world.accounts.update(world.accountId, (account) => ({
      ...account,
      connection: {
        leverAccountId: 'org',
        leverUserId: 'admin',
        warnedAtDays: null,
        authorizedAt,
        authorizedBy: 'user-2',
      },
    }));
    await world.webhookSecrets.update(world.accountId, (held) => ({ ...held, webhooks: registered }));
    await world.ports.people.remember(world.accountId, 'user-2', 'Marisol Quintrell');
    const member = await read('GET /api/account', { claims: { ...superAdmin, role: 'member' } });
    expect(member.connection.authorizedByName).toBeNull();
    expect(await read('GET /api/account')).toEqual({
      accountId: world.accountId,
      name: 'Brightwater',
      user: { id: 'user-1', maySettle: true },
      pause: null,
      defaultHourlyCap: null,
      connection: {
        state: 'connected',
        changedAt: authorizedAt,
        leverAccountId: 'org',
        leverUserId: 'admin',
        authorizedAt,
        authorizedBy: 'user-2',
        authorizedByName: 'Marisol Quintrell',
        reauthorizeBy: authorizedAt + 365 * 86_400_000,
        daysLeft: 365,
        candidatesUrl: 'https://lever.example/candidates/',
      },
      webhook: {
        url: 'https://api.example/lever/acct_brightwater/webhook',
        secretIsSet: true,
        secretEvents: ['candidateStageChange'],
        registered: true,
        previousValidUntil: null,
        lastReceivedAt: null,
        lastVerifiedAt: null,
        silentSince: null,
      },
      alreadyInStage: null,
      health: {
        state: 'waiting_for_first_move',
        since: null,
        problems: [],
        open: [],
        lastCheckAt: null,
        lastLeverWriteAt: null,
        waiting: { count: 0, isComplete: true, reasons: [] },
      },
    });
  });

  it('names no Lever where none is connected, though the last one is known', async () => {
    const { read, world } = await createScene();
    const connection = { leverAccountId: 'org', leverUserId: 'admin', warnedAtDays: null, authorizedAt: world.now() };
    await world.accounts.update(world.accountId, (before) => ({
      ...before,
      connectionState: 'not_connected',
      connection,
    }));
    expect((await read('GET /api/account')).connection).toMatchObject({ leverAccountId: null, leverUserId: null });
  });

  it('says to others of the account that they may look, not change', async () => {
    const { read, superAdmin } = await createScene();
    const { user } = await read('GET /api/account', { claims: { ...superAdmin, role: 'member' } });
    expect(user).toEqual({ id: 'user-1', maySettle: false });
  });

  it('says what ails, what was seen last, and what waits', async () => {
    const { read, world } = await createScene();
    const { accountId } = world;
    await world.credentials.update(accountId, (held) => ({ ...held, turnToken: null }));
    await world.webhookSecrets.update(accountId, (held) => ({ ...held, webhookSecrets: [] }));
    await world.heartbeats.touch(accountId, 'lastVerifiedAt');
    for (const id of ['one', 'two']) {
      await world.changeRecord(id, (record) => ({
        ...record,
        nextSync: { dueAt: world.now(), attempts: 1, lastFailure: 'lever_grant_lapsed' },
      }));
    }
    await world.changeRecord('three', (record) =>
      withEntry(record, {
        state: 'ordered',
        enteredAt: world.now(),
        packageId: null,
        warnings: [],
        workerId: 'worker-three',
        turnId: null,
        dashboardUrl: null,
        status: null,
        changedAt: world.now(),
      }),
    );
    const account = await read('GET /api/account');
    expect(account.webhook).toMatchObject({ secretIsSet: false, lastVerifiedAt: world.now() });
    expect(account.health.waiting).toEqual({
      count: 2,
      isComplete: true,
      reasons: [{ reason: 'lever_disconnected', count: 2 }],
    });
    expect(account.health.problems.map(({ code }: { code: string }) => code)).toEqual([
      'turn_token_missing',
      'webhook_secret_missing',
    ]);
  });

  it('says that the last webhook was signed with another secret, until one comes that is not', async () => {
    const { read, world } = await createScene();
    const codes = async () =>
      (await read('GET /api/account')).health.problems.map(({ code }: { code: string }) => code);
    await world.webhookSecrets.update(world.accountId, (held) => ({ ...held, refusedAt: world.now() }));
    expect(await codes()).toEqual(['webhook_secret_wrong']);
    await world.webhookSecrets.update(world.accountId, (held) => ({ ...held, webhookSecrets: [] }));
    expect(await codes()).toEqual(['webhook_secret_missing']);
    await world.webhookSecrets.update(world.accountId, (held) => rotateWebhookSecret(held, secret, world.now()));
    await world.heartbeats.touch(world.accountId, 'lastVerifiedAt');
    expect(await codes()).toEqual([]);
  });

  it('calls the webhooks registered only when Lever tells us of everything', async () => {
    const { read, world } = await createScene();
    const register = (...events: string[]) =>
      world.webhookSecrets.update(world.accountId, (held) => ({
        ...held,
        webhooks: events.map((event) => ({ webhookId: event, event, secret, validUntil: null, isListed: true })),
      }));
    await register('candidateStageChange');
    expect((await read('GET /api/account')).webhook.registered).toBe(false);
    // Connections of before the third event was registered miss nothing until it was.
    await register('candidateStageChange', 'candidateDeleted');
    expect((await read('GET /api/account')).webhook.registered).toBe(true);
    await register('candidateStageChange', 'candidateDeleted', 'candidateArchiveChange');
    expect((await read('GET /api/account')).webhook.registered).toBe(true);
    await world.webhookSecrets.update(world.accountId, ({ webhooks, ...held }) => ({
      ...held,
      webhooks: webhooks.map((webhook) => ({ ...webhook, isListed: webhook.event !== 'candidateArchiveChange' })),
    }));
    expect((await read('GET /api/account')).webhook.registered).toBe(false);
  });

  it('misses the webhooks that Authorize Lever set up, though a secret was saved by hand, until one by hand sends something', async () => {
    const { read, world } = await createScene();
    const { accountId } = world;
    const problems = async () => (await read('GET /api/account')).health.problems;
    const connection = { leverAccountId: null, leverUserId: null, warnedAtDays: null, authorizedAt: world.now() };
    await world.accounts.update(accountId, (account) => ({
      ...account,
      connection: { ...connection, authorizedBy: 'user-1' },
    }));
    world.passTime(60);
    await world.heartbeats.touch(accountId, 'lastWebhookAt');
    expect(await problems()).toEqual([]);
    world.passTime(60);
    await world.accounts.update(accountId, (account) => ({
      ...account,
      connection: { ...connection, authorizedBy: 'user-1', webhookRemovals: 1, webhooksRemovedAt: world.now() },
    }));
    const missing = expect.objectContaining({
      code: 'webhook_secret_missing',
      todo: expect.stringContaining('Press Authorize Lever again'),
    });
    expect(await problems()).toEqual([missing]);
    world.passTime(60);
    await world.heartbeats.touch(accountId, 'lastVerifiedAt', 0);
    expect(await problems()).toEqual([]);
    await world.heartbeats.setSilentSince(accountId, world.now());
    expect(await problems()).toEqual([missing]);
  });

  it('tells of a default package that Turn did not know when it was ordered last, until another is chosen', async () => {
    const { read, world, change } = await createScene();
    const messages = async () =>
      (await read('GET /api/account')).health.problems.map((each: AccountProblem) => each.message);
    const turnKnows = (...packageIds: string[]): void => {
      Object.assign(world.turn.partners[0] ?? {}, { packageIds });
    };
    let count = 0;
    /** Somebody with these tags enters the stage, and a check is ordered. */
    const order = async (...tags: string[]): Promise<void> => {
      count += 1;
      const candidate = { name: 'Tamsin Larkspur', emails: [`tamsin${count}@people.example`], tags };
      world.recruiter.moveToStage(world.recruiter.addOpportunity(candidate).id, 'Reference check');
      await world.settle();
      expect(world.turn.checks).toHaveLength(count);
    };
    await world.accounts.update(world.accountId, (account) => ({ ...account, defaultPackageId: 'P404' }));
    turnKnows('P0000000001', 'P404');
    await order();
    await order('TurnPackage:P4040', 'TurnPackge:P4041');
    expect(await messages()).toEqual([]);
    turnKnows('P0000000001');
    await order();
    await order('TurnPackage:P0000000001');
    expect(await messages()).toEqual(['Turn does not know package P404; Turn’s own default is ordered instead.']);
    turnKnows('P0000000001', 'P404');
    await order('TurnPackge:P0000000001');
    expect(await messages()).toEqual([]);
    turnKnows('P0000000001');
    await order();
    expect(await messages()).toHaveLength(1);
    await change({ defaultPackageId: 'P1' });
    expect(await messages()).toEqual([]);
  });

  it('counts a thousand that wait, however many do well before them, and says when there are more', async () => {
    const { read, world } = await createScene();
    for (let n = 0; n < 1200; n++) await world.changeRecord(`fine-${n}`, (record) => ({ ...record }));
    for (let n = 0; n < 1001; n++) {
      await world.changeRecord(`opportunity-${n}`, (record) => ({
        ...record,
        nextSync: { dueAt: world.now(), attempts: 1, lastFailure: 'turn_unavailable' },
      }));
    }
    expect((await read('GET /api/account')).health.waiting).toMatchObject({ count: 1000, isComplete: false });
  });

  it('shows no secret, and nothing of another account', async () => {
    const { ask, world } = await createScene();
    const text = JSON.stringify(await ask('GET /api/account'));
    const { credentials } = await world.credentials.load(world.accountId);
    for (const hidden of [world.signatureToken, credentials.turnToken, credentials.tokens?.accessToken]) {
      expect(text).not.toContain(String(hidden));
    }
  });
});

describe('the settings', () => {
  it('are read with a version, and changed by naming it', async () => {
    const { change, settings, version, activities } = await createScene();
    const before = await version();
    const answer = await change({ tagPolicy: 'history', graceSeconds: 60, defaultPackageId: 'P0000000002' });
    const after = await version();
    expect(answer).toMatchObject({ status: 200, etag: after, json: { settings: await settings(), warnings: [] } });
    expect(after).toMatch(/^"[\w-]+"$/u);
    expect(after).not.toBe(before);
    expect(await settings()).toMatchObject({ tagPolicy: 'history', graceSeconds: 60, defaultPackageId: 'P0000000002' });
    const detail = 'defaultPackageId: none → P0000000002\ntagPolicy: latest → history\ngraceSeconds: 0 → 60';
    expect(await activities()).toEqual([{ kind: 'settings_changed', by: 'user-1', detail }]);
  });

  it('have the same version whatever else happens to the account', async () => {
    const { version, world, change } = await createScene();
    await change({ statusLabels: { rejected: 'No', clear: 'Yes' } });
    const before = await version();
    await world.accounts.update(world.accountId, (account) => ({
      ...account,
      connectionState: 'disconnected',
      statusLabels: { clear: 'Yes', rejected: 'No' },
    }));
    expect(await version()).toBe(before);
  });

  it('can still be saved after a stage that was chosen by name has got its id meanwhile', async () => {
    const { ask, settings, version, learnStages } = await createScene();
    const [headers, seen] = [{ 'if-match': await version() }, await settings()];
    expect(seen.triggerStages).toEqual([{ id: null, name: 'Reference Check' }]);
    await learnStages();
    const answer = await ask('PUT /api/settings', { headers, body: { ...seen, graceSeconds: 60 } });
    expect(answer).toMatchObject({ status: 200 });
    expect((await settings()).triggerStages).toEqual([{ id: stageIds.referenceCheck, name: 'Reference Check' }]);
  });

  it('are nobody’s news when they are saved as they are', async () => {
    const { change, activities, version } = await createScene();
    const before = await version();
    expect(await change({})).toMatchObject({ status: 200, etag: before });
    expect(await activities()).toEqual([]);
  });

  it('warn how many stages bear the name of a trigger', async () => {
    const { world, change } = await createScene();
    const names = { one: 'Offer', two: 'offer\u00a0', three: 'Reference check' };
    await world.accounts.update(world.accountId, (account) => withStages(account, { readAt: world.now(), names }));
    const answer = await change({
      triggerStages: [
        { id: 'two', name: 'Offer' },
        { id: null, name: 'Reference check' },
      ],
    });
    const message = 'Lever has 2 stages named “offer\u00a0”: each of them starts checks.';
    expect(answer).toMatchObject({ status: 200, json: { warnings: [{ field: 'triggerStages.0', message }] } });
  });

  it('take a stage by name, know it by id as soon as Lever has it, and warn where it does not', async () => {
    const { change, settings, learnStages } = await createScene();
    const byName = (...names: string[]) => ({ triggerStages: names.map((name) => ({ id: null, name })) });
    expect(await change(byName('Anything'))).toMatchObject({ json: { warnings: [] } });
    await learnStages();
    const answer = await change(byName('offer', 'Background check', 'Reference Check'));
    expect(answer).toMatchObject({
      status: 200,
      json: { warnings: [{ field: 'triggerStages.1', message: 'Lever has no stage “Background check” yet.' }] },
    });
    expect((await settings()).triggerStages).toEqual([
      { id: stageIds.offer, name: 'offer' },
      { id: null, name: 'Background check' },
      { id: stageIds.referenceCheck, name: 'Reference Check' },
    ]);
    const gone = await change({ triggerStages: [{ id: 'gone', name: 'Gone' }] });
    expect(gone).toMatchObject({ json: { warnings: [{ field: 'triggerStages.0' }] } });
  });

  it('have the account maintained at once where a stage was chosen, whatever is interrupted', async () => {
    const { world, change, learnStages } = await createScene();
    await learnStages();
    await world.sweep();
    const { put } = world.table;
    world.table.put = async (item, replaces) => {
      if (item.sk === 'INTAKE') throw new Error('a crash');
      return put(item, replaces);
    };
    await expect(change({ triggerStages: [{ id: null, name: 'Offer' }] })).rejects.toThrow('a crash');
    world.table.put = put;
    const findIntake = createIntakeFinder(world.table);
    expect(await findIntake(world.accountId)).toMatchObject({ triggerStages: [{ name: 'Reference check' }] });
    await world.sweep();
    expect(await findIntake(world.accountId)).toMatchObject({ triggerStages: [{ name: 'Offer' }] });
  });

  it('say from when on candidates are moved after a check, and warn where the stage is not in Lever', async () => {
    const { world, change, settings, learnStages, activities } = await createScene();
    await learnStages();
    const offer = { id: stageIds.offer, name: 'Offer' };
    const chosenAt = world.now();
    const hired = { id: null, name: 'Hired' };
    const answer = await change({ stageAfter: { clear: { id: null, name: 'offer' }, consider: hired } });
    const message = 'Lever has no stage “Hired”: nobody is moved there.';
    expect(answer).toMatchObject({ status: 200, json: { warnings: [{ field: 'stageAfter.consider', message }] } });
    expect((await settings()).stageAfter).toEqual({ clear: { ...offer, name: 'offer' }, consider: hired });
    const detail = 'stageAfter: clear to none, consider to none → clear to offer, consider to Hired';
    expect(await activities()).toMatchObject([{ kind: 'settings_changed', detail }]);
    world.passTime(60);
    await change({ stageAfter: { clear: offer, consider: offer } });
    expect((await world.accounts.find(world.accountId))?.stageAfter).toEqual({
      clear: { ...offer, since: chosenAt },
      consider: { ...offer, since: world.now() },
    });
  });

  it('of two who change the same version at once, one is told, and has changed nothing', async () => {
    const { ask, settings, version } = await createScene();
    const headers = { 'if-match': await version() };
    const before = await settings();
    const answers = await Promise.all(
      ['latest', 'history'].map((tagPolicy, n) =>
        ask('PUT /api/settings', { headers, body: { ...before, tagPolicy, graceSeconds: n + 1 } }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412]);
    const winner = answers.find(({ status }) => status === 200);
    expect(winner).toMatchObject({ etag: await version(), json: { settings: await settings() } });
  });
});

describe('the webhook secret', () => {
  it('is taken, never shown, and the one before it stays valid for two weeks', async () => {
    const { ask, read, world, activities } = await createScene();
    const answer = await ask('PUT /api/webhook-secret', { body: { secret } });
    const previousValidUntil = world.now() + 14 * 86_400_000;
    expect(answer).toEqual({
      status: 200,
      json: { secretIsSet: true, secretEvents: ['candidateStageChange'], previousValidUntil },
    });
    expect((await read('GET /api/account')).webhook).toMatchObject({ secretIsSet: true, previousValidUntil });
    const { webhookSecrets } = await world.webhookSecrets.load(world.accountId);
    expect(webhookSecrets.map((each) => each.secret)).toEqual([secret, world.signatureToken]);
    expect(await activities()).toEqual([{ kind: 'webhook_secret_changed', by: 'user-1', detail: 'replaced' }]);
  });

  it.each([
    ['of 16 characters', 'b2'.repeat(8)],
    ['of 256 characters', 'b2'.repeat(128)],
    ['in capitals', secret.toUpperCase()],
    ['with signs', 'b2_/+=~!b2_/+=~!'],
  ])('is taken %s too', async (_, given) => {
    const { ask, world } = await createScene();
    expect(await ask('PUT /api/webhook-secret', { body: { secret: given } })).toMatchObject({ status: 200 });
    const { webhookSecrets } = await world.webhookSecrets.load(world.accountId);
    expect(webhookSecrets[0]?.secret).toBe(given);
  });

  it('of a further webhook is taken beside it, and retires none of another event', async () => {
    const { ask, read, world, activities } = await createScene();
    const secretEvents = ['candidateStageChange', 'candidateDeleted'];
    const answer = await ask('PUT /api/webhook-secret', { body: { secret, event: 'candidateDeleted' } });
    expect(answer).toEqual({ status: 200, json: { secretIsSet: true, secretEvents, previousValidUntil: null } });
    expect((await read('GET /api/account')).webhook).toMatchObject({ secretEvents });
    const secrets = await world.webhookSecrets.load(world.accountId);
    expect(validWebhookSecrets(secrets, Number.MAX_SAFE_INTEGER).toSorted()).toEqual([world.signatureToken, secret]);
    expect((await activities()).map(({ detail }) => detail)).toEqual(['set candidateDeleted']);
    const unknown = await ask('PUT /api/webhook-secret', { body: { secret, event: 'candidateHired' } });
    expect(unknown.status).toBe(422);
  });

  it('of deletions alone tells nobody that moves are heard of', async () => {
    const { ask, read, world } = await createScene();
    await world.webhookSecrets.update(world.accountId, (held) => ({ ...held, webhookSecrets: [] }));
    await ask('PUT /api/webhook-secret', { body: { secret, event: 'candidateDeleted' } });
    const codes = async () =>
      (await read('GET /api/account')).health.problems.map(({ code }: { code: string }) => code);
    expect(await codes()).toEqual(['webhook_secret_missing']);
    await ask('PUT /api/webhook-secret', { body: { secret } });
    await world.heartbeats.touch(world.accountId, 'lastVerifiedAt');
    expect(await codes()).toEqual([]);
  });

  it('before it is revoked', async () => {
    const { ask, world, activities } = await createScene();
    await ask('PUT /api/webhook-secret', { body: { secret } });
    const answer = await ask('DELETE /api/webhook-secret/previous');
    expect(answer).toEqual({
      status: 200,
      json: { secretIsSet: true, secretEvents: ['candidateStageChange'], previousValidUntil: null },
    });
    expect((await world.webhookSecrets.load(world.accountId)).webhookSecrets).toHaveLength(1);
    expect((await activities()).map(({ detail }) => detail)).toEqual(['previous revoked', 'replaced']);
  });

  it('is revoked with those of the webhooks that an authorization has replaced', async () => {
    const { ask, read, world, activities } = await createScene();
    const webhook = { event: 'candidateStageChange', isListed: true };
    const until = world.now() + 1_000_000;
    const [old, now] = [
      { ...webhook, webhookId: 'w-1', secret: 'token-1', validUntil: until },
      { ...webhook, webhookId: 'w-2', secret: 'token-2', validUntil: null },
    ];
    await world.webhookSecrets.update(world.accountId, (held) => ({ ...held, webhooks: [old, now] }));
    expect((await read('GET /api/account')).webhook.previousValidUntil).toBe(until);
    expect(await ask('DELETE /api/webhook-secret/previous')).toMatchObject({ json: { previousValidUntil: null } });
    expect((await world.webhookSecrets.load(world.accountId)).webhooks).toEqual([now]);
    expect((await activities()).map(({ detail }) => detail)).toEqual(['previous revoked']);
  });

  it('is nobody’s news when it is given again, or when there is none to revoke', async () => {
    const { ask, world, activities } = await createScene();
    await ask('PUT /api/webhook-secret', { body: { secret: world.signatureToken } });
    await ask('DELETE /api/webhook-secret/previous');
    expect(await activities()).toEqual([]);
  });

  it('is told apart from a first one', async () => {
    const { ask, world, activities } = await createScene();
    await world.webhookSecrets.update(world.accountId, (held) => ({ ...held, webhookSecrets: [] }));
    await ask('PUT /api/webhook-secret', { body: { secret } });
    expect((await activities()).map(({ detail }) => detail)).toEqual(['set']);
  });
});

describe('GET /api/stages', () => {
  it('answers Lever’s stages in Lever’s order, and remembers them so', async () => {
    const { read, world } = await createScene();
    const { stages, readAt } = await read('GET /api/stages');
    expect(stages.map(({ name }: { name: string }) => name)).toEqual([
      'New applicant',
      'On-site interview',
      'Reference check',
      'Offer',
    ]);
    const remembered = (await world.accounts.find(world.accountId))?.stages;
    expect(remembered).toMatchObject({ readAt, order: stages.map(({ id }: { id: string }) => id) });
  });

  it('asks Lever once for many who ask at once', async () => {
    const { read, world } = await createScene();
    const { readAt } = await read('GET /api/stages');
    expect((await read('GET /api/stages')).readAt).toBe(readAt);
    world.passTime(11);
    expect((await read('GET /api/stages')).readAt).toBeGreaterThan(readAt);
  });

  it('answers from memory where Lever does not answer, and knows nothing at first', async () => {
    const { read, world, learnStages } = await createScene();
    const fail = () => world.lever.failNext({ path: '/stages', times: 1, failure: 503 });
    fail();
    expect(await read('GET /api/stages')).toEqual({ stages: [], readAt: null });
    await learnStages();
    world.passTime(60);
    fail();
    expect((await read('GET /api/stages')).stages).toHaveLength(2);
    expect(world.log.filter(({ code }) => code === 'stages_unread')).toHaveLength(2);
  });

  it('notices that Lever no longer lets us in', async () => {
    const { read, world } = await createScene();
    world.passTime(60);
    world.lever.tokens.revoke('org');
    expect(await read('GET /api/stages')).toEqual({ stages: [], readAt: null });
    expect((await read('GET /api/account')).connection.state).toBe('disconnected');
  });

  it.each([
    ['was disconnected', ['not_connected'], 'not_connected'],
    ['was authorized anew', ['disconnected', 'connected'], 'connected'],
  ] as const)('takes no old news for new where Lever %s meanwhile', async (_, meanwhile, stays) => {
    const { read } = await createScene((world) => ({
      leverOf: (...given) => ({
        ...world.ports.leverOf(...given),
        readStages: async () => {
          world.passTime(1);
          for (const state of meanwhile)
            await world.accounts.update(world.accountId, (before) => withConnectionState(before, state, world.now()));
          throw new Failure('lever_grant_lapsed', 'Lever no longer lets us in.');
        },
      }),
    }));
    await read('GET /api/stages');
    expect((await read('GET /api/account')).connection.state).toBe(stays);
  });
});

describe('GET /api/activity', () => {
  it('comes in pages, and by kind', async () => {
    const { ask, read, change } = await createScene();
    await change({ graceSeconds: 1 });
    await ask('PUT /api/webhook-secret', { body: { secret } });
    await change({ graceSeconds: 2 });
    const first = await read('GET /api/activity', { query: { limit: '2' } });
    expect(first.activities.map(({ kind }: { kind: string }) => kind)).toEqual([
      'settings_changed',
      'webhook_secret_changed',
    ]);
    const second = await read('GET /api/activity', { query: { limit: '2', after: first.next } });
    expect(second).toMatchObject({ activities: [{ kind: 'settings_changed' }], next: null });
    const query = { kind: 'webhook_secret_changed, problem' };
    expect((await read('GET /api/activity', { query })).activities).toHaveLength(1);
  });
});
