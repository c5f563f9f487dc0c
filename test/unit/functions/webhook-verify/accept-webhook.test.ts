import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { acceptWebhook } from '#functions/webhook-verify/accept-webhook.ts';
import type { Account } from '#shared/domain/account.ts';
import { webhookEvents } from '#shared/domain/ids.ts';
import { withChosenTriggers, withStages } from '#shared/domain/trigger-stage.ts';
import type { Ports } from '#shared/ports.ts';
import type { Table } from '#shared/stores/table.ts';
import { rotateWebhookSecret } from '#shared/stores/webhook-secrets.ts';
import { createWorld } from '../../../fakes/world.ts';

const opportunityId = '9d2f7c1a-0000-4000-8000-00000000abcd';
const triggerStageId = '7d1f0c5e-0000-4000-8000-000000000002';

/** What is read from the table, and written to it, from now on: each time the key of the item. */
const countItems = (table: Table): { reads: string[]; writes: string[] } => {
  const { get, put, overwrite, advance } = table;
  const [reads, writes]: [string[], string[]] = [[], []];
  table.get = async (key) => {
    reads.push(`${key.pk} ${key.sk}`);
    return get(key);
  };
  table.put = async (item, replaces) => {
    writes.push(`${item.pk} ${item.sk}`);
    return put(item, replaces);
  };
  table.overwrite = async (item) => {
    writes.push(`${item.pk} ${item.sk}`);
    return overwrite(item);
  };
  table.advance = async (key, move) => {
    writes.push(`${key.pk} ${key.sk}`);
    return advance(key, move);
  };
  return { reads, writes };
};

const scene = async (otherwise: Partial<Ports> = {}) => {
  const world = await createWorld();
  const ports = { ...world.ports, ...otherwise };
  let times = 0;
  const signed = (body: object = {}, secret = world.signatureToken) => {
    const token = '3e'.repeat(24);
    times += 1;
    const triggeredAt = world.now() + times;
    const signature = createHmac('sha256', secret).update(`${token}${triggeredAt}`).digest('hex');
    const data = { opportunityId, toStageId: triggerStageId, fromStageId: 'applicant-new' };
    return { event: 'candidateStageChange', token, triggeredAt, signature, data, ...body };
  };
  const answer = async (body: unknown, account = world.accountId) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const incoming = { path: { account }, query: {}, body: text, bodyBytes: Buffer.byteLength(text) };
    return acceptWebhook(incoming, ports);
  };
  const post = async (body: unknown, account = world.accountId) => {
    const answered = await answer(body, account);
    return 'code' in answered ? `${answered.status} ${answered.code}` : answered.status;
  };
  const codes = (): string[] => world.log.map(({ code }) => code);
  const forgetSecrets = () =>
    world.webhookSecrets.update(world.accountId, (before) => ({ ...before, webhookSecrets: [] }));
  return { world, signed, answer, post, codes, forgetSecrets, table: countItems(world.table) };
};

describe('acceptWebhook', () => {
  it('queues a signed stage change: ids, and nothing else', async () => {
    const { world, signed, post, codes } = await scene();
    expect(await post(signed())).toBe(200);
    expect(world.queues.decision).toEqual([{ accountId: world.accountId, opportunityId }]);
    expect(codes()).toEqual(['stage_change_accepted']);
  });

  it('refuses in this order: too large, not JSON, no delivery, no account or wrong signature', async () => {
    const { world, signed, post } = await scene();
    const huge = 'x'.repeat(65_537);
    expect(await post(huge, 'nobody')).toBe('413 too_large');
    expect(await post('not JSON', 'nobody')).toBe('400 not_json');
    expect(await post({ event: 'x', data: [] }, 'nobody')).toBe('400 not_a_delivery');
    expect(await post(signed({}, 'wrong'), 'nobody')).toBe('401 bad_signature');
    expect(await post(signed(), '../acct_brightwater')).toBe('401 bad_signature');
    expect(await post(signed({}, 'wrong'))).toBe('401 bad_signature');
    expect(world.queues.decision).toEqual([]);
  });

  it('takes a body of exactly 64 KiB', async () => {
    const { signed, post } = await scene();
    const body = JSON.stringify(signed());
    expect(await post(body.padEnd(65_536))).toBe(200);
    expect(await post(body.padEnd(65_537))).toBe('413 too_large');
  });

  it('takes a body that begins with a byte order mark', async () => {
    const { signed, post } = await scene();
    expect(await post(`\uFEFF${JSON.stringify(signed())}`)).toBe(200);
  });

  it('knows a repeated delivery in whatever case its signature comes', async () => {
    const { signed, post, codes } = await scene();
    const delivery = signed();
    expect(await post({ ...delivery, signature: delivery.signature.toUpperCase() })).toBe(200);
    expect(await post(delivery)).toBe(200);
    expect(codes()).toEqual(['stage_change_accepted', 'webhook_repeated']);
  });

  it('does not know an account that is switched off', async () => {
    const { world, signed, post } = await scene();
    await world.accounts.update(world.accountId, (account) => ({ ...account, enabled: false }));
    expect(await post(signed())).toBe('401 bad_signature');
  });

  it('accepts what is signed with the token of a webhook that we registered, beside the secret given by hand', async () => {
    const { world, signed, post } = await scene();
    const webhook = { webhookId: 'w-1', event: 'candidateStageChange', secret: 'registered', isListed: true };
    await world.webhookSecrets.update(world.accountId, (before) => ({
      ...before,
      webhooks: [
        { ...webhook, validUntil: null },
        { ...webhook, secret: 'long gone', validUntil: world.now() },
      ],
    }));
    expect(await post(signed({}, 'registered'))).toBe(200);
    expect(await post(signed())).toBe(200);
    expect(await post(signed({}, 'long gone'))).toBe('401 bad_signature');
  });

  it('answers Verify connection of a webhook set up by hand whose secret is not saved yet, though we registered others', async () => {
    const { world, signed, post, forgetSecrets } = await scene();
    await forgetSecrets();
    await world.webhookSecrets.update(world.accountId, (before) => ({
      ...before,
      webhooks: [
        { webhookId: 'w-1', event: 'candidateDeleted', secret: 'registered', validUntil: null, isListed: true },
      ],
    }));
    expect(await post(signed({ data: {} }, 'not known yet'))).toBe(200);
    expect((await world.heartbeats.load(world.accountId)).lastVerifiedAt).toBe(world.now());
    const { activities } = await world.activities.list(world.accountId, { limit: 50, after: null });
    expect(activities).toMatchObject([{ kind: 'webhook_verified', detail: 'before_secret' }]);
    expect(await post(signed({}, 'not known yet'))).toBe('401 bad_signature');
  });

  it('does not tell an account whose webhooks we have all registered from an invented one', async () => {
    const { world, signed, post, forgetSecrets, table } = await scene();
    await forgetSecrets();
    const registered = webhookEvents.map((event) => ({
      webhookId: event,
      event,
      secret: `of ${event}`,
      validUntil: null,
      isListed: true,
    }));
    await world.webhookSecrets.update(world.accountId, (before) => ({ ...before, webhooks: registered }));
    table.writes.length = 0;
    for (const test of [{ event: 'candidateHired', data: {} }, signed({ data: {} }, 'a guess')])
      for (const account of [world.accountId, 'acct_nobody'])
        expect(await post(test, account)).toBe('401 bad_signature');
    expect(table.writes).toEqual([]);
    expect(await post(signed({ data: {} }, 'of candidateDeleted'))).toBe(200);
    // Where one of them has been taken out, somebody may set one up by hand.
    const gone = registered.map((each, n) => ({ ...each, isListed: n > 0 }));
    await world.webhookSecrets.update(world.accountId, (before) => ({ ...before, webhooks: gone }));
    expect(await post({ event: 'candidateHired', data: {} })).toBe(200);
  });

  it('accepts the previous secret until it runs out', async () => {
    const { world, signed, post } = await scene();
    await world.webhookSecrets.update(world.accountId, (before) => ({
      ...before,
      webhookSecrets: [
        { secret: 'fresh', validUntil: null, event: null },
        { secret: 'of deletions', validUntil: null, event: 'candidateDeleted' },
        { secret: 'previous', validUntil: world.now() + 1, event: null },
        { secret: 'run out', validUntil: world.now(), event: null },
      ],
    }));
    expect(await post(signed({}, 'fresh'))).toBe(200);
    expect(await post(signed({}, 'of deletions'))).toBe(200);
    expect(await post(signed({}, 'previous'))).toBe(200);
    expect(await post(signed({}, 'run out'))).toBe('401 bad_signature');
    expect(await post(signed({}, world.signatureToken))).toBe('401 bad_signature');
  });

  it('answers a test of the connection before a secret exists, signed or not', async () => {
    const { signed, post, forgetSecrets, codes, world } = await scene();
    await forgetSecrets();
    expect(await post({ event: 'candidateHired', triggeredAt: 5, data: {} })).toBe(200);
    expect(await post(signed({ data: {} }, 'whatever'))).toBe(200);
    expect(codes()).toEqual(['webhook_tested', 'webhook_verified', 'webhook_tested']);
    expect(await post(signed())).toBe('401 bad_signature');
    expect(world.queues.decision).toEqual([]);
  });

  it('answers only a signed test of the connection once a secret exists', async () => {
    const { signed, post, codes } = await scene();
    expect(await post(signed({ data: {} }))).toBe(200);
    expect(codes()).toEqual(['webhook_tested', 'webhook_verified']);
    expect(await post({ event: 'candidateHired', triggeredAt: 5, data: {} })).toBe('401 bad_signature');
    expect(await post(signed({ data: {} }, 'wrong'))).toBe('401 bad_signature');
  });

  it('notes that a delivery was signed with another secret than one given by hand, once an hour whoever sends', async () => {
    const { world, signed, post, table } = await scene();
    const refusedAt = async () => (await world.webhookSecrets.load(world.accountId)).refusedAt;
    await post({ event: 'candidateHired', triggeredAt: 5, data: {} });
    expect(await refusedAt()).toBeNull();
    for (let times = 0; times < 100; times++) expect(await post(signed({}, 'wrong'))).toBe('401 bad_signature');
    expect(await refusedAt()).toBe(world.now());
    expect(table.writes).toEqual(['WEBHOOK#acct_brightwater SECRETS']);
  });

  describe('refuses cheaply', () => {
    const registered = { webhookId: 'w-1', event: 'candidateStageChange', validUntil: null, isListed: true };
    const secrets = { webhookSecrets: [], webhooks: [{ ...registered, secret: 'registered' }], refusedAt: null };

    it.each([
      ['a forged webhook', 'acct_brightwater', {}],
      ['a forged test of the connection, where a secret exists', 'acct_brightwater', { data: {} }],
      ['a webhook for an account that does not exist', 'acct_nobody', {}],
      ['a test of the connection of an account that does not exist', 'acct_nobody', { data: {} }],
      ['a webhook for what is no account id', '../acct_brightwater', {}],
    ])('%s: one read at most, of webhook secrets alone, and no write', async (_, account, body) => {
      const { world, signed, post, table } = await scene();
      if (account !== 'acct_brightwater' || !('data' in body)) {
        // The ordinary case: every webhook was registered by Lever's API.
        await world.webhookSecrets.update(world.accountId, () => secrets);
      } else await world.webhookSecrets.update(world.accountId, (held) => ({ ...held, refusedAt: world.now() }));
      table.reads.length = 0;
      table.writes.length = 0;
      for (let times = 1; times <= 3; times++) {
        expect(await post(signed(body, 'wrong'), account)).toBe('401 bad_signature');
        expect(table.reads.length).toBeLessThanOrEqual(times);
      }
      expect(new Set(table.reads).size).toBeLessThanOrEqual(1);
      for (const read of table.reads) expect(read).toBe(`WEBHOOK#${account} SECRETS`);
      expect(table.writes).toEqual([]);
    });

    it('and says the same to whoever forges a signature, makes up an account, or asks for one that is disabled', async () => {
      const { world, signed, answer } = await scene();
      const forged = await answer(signed({}, 'wrong'));
      expect(await answer(signed({}, 'wrong'), 'acct_nobody')).toEqual(forged);
      expect(await answer(signed({}, 'wrong'), 'no account id')).toEqual(forged);
      await world.accounts.update(world.accountId, (account) => ({ ...account, enabled: false }));
      expect(await answer(signed())).toEqual(forged);
    });
  });

  it('answers 429 to more than the account’s limit in an hour, and queues, remembers and writes nothing of it', async () => {
    const { world, signed, post, codes, table } = await scene({ admitDelivery: async () => false });
    expect(await post(signed())).toBe('429 too_many');
    expect(await post(signed({ data: {} }))).toBe('429 too_many');
    expect(world.queues.decision).toEqual([]);
    expect(table.writes).toEqual([]);
    expect(codes()).toEqual(['deliveries_above_limit', 'webhook_tested', 'deliveries_above_limit']);
  });

  it('counts what it queues with one more write at most, and nothing else', async () => {
    const { world, signed, post, table } = await scene();
    const names = { new: 'New', offer: 'Offer', [triggerStageId]: 'Reference check' };
    await world.accounts.update(world.accountId, (account) => withStages(account, { readAt: world.now(), names }));
    const counted = (): number => table.writes.filter((key) => key.endsWith(' HOURLY-DELIVERIES')).length;
    const accepted = signed();
    await post(accepted);
    expect(counted()).toBe(1);
    await post(accepted);
    await post(signed({ data: { opportunityId, fromStageId: 'new', toStageId: 'offer' } }));
    await post(signed({}, 'wrong'));
    await post(signed({ event: 'candidateHired' }));
    expect(counted()).toBe(1);
    for (let n = 0; n < 100; n++) await post(signed());
    expect(counted()).toBeLessThan(10);
  });

  describe('by what it remembers of an account for a minute', () => {
    const names = { new: 'New', offer: 'Offer', [triggerStageId]: 'Reference check' };
    const ignored = { data: { opportunityId, fromStageId: 'new', toStageId: 'offer' } };
    const remembering = async () => {
      const opened = await scene();
      const { world, signed, post, table } = opened;
      await world.accounts.update(world.accountId, (account) => withStages(account, { readAt: world.now(), names }));
      await post(signed(ignored));
      table.reads.length = 0;
      table.writes.length = 0;
      return opened;
    };

    it('asks the table nothing about a move that starts and ends nothing, but once a minute', async () => {
      const { world, signed, post, table } = await remembering();
      for (let n = 0; n < 50; n++) expect(await post(signed(ignored))).toBe(200);
      expect([...table.reads, ...table.writes]).toEqual([]);
      world.passTime(60);
      for (let n = 0; n < 50; n++) await post(signed(ignored));
      const items = (keys: string[]) => keys.map((key) => key.split(' ')[1]).sort();
      expect(items(table.reads)).toEqual(['HEARTBEATS', 'INTAKE', 'SECRETS']);
      expect(items(table.writes)).toEqual(['HEARTBEATS']);
    });

    it('refuses nobody: a new secret is believed at once, and whoever forges one costs a read each time', async () => {
      const { world, signed, post, table } = await remembering();
      const secret = 'b2'.repeat(24);
      await world.webhookSecrets.update(world.accountId, (before) => rotateWebhookSecret(before, secret, world.now()));
      table.reads.length = 0;
      for (let n = 0; n < 3; n++) expect(await post(signed({}, secret))).toBe(200);
      // What was read for it is remembered from then on.
      expect(table.reads.filter((key) => key.endsWith(' SECRETS'))).toHaveLength(1);
      table.reads.length = 0;
      for (let n = 0; n < 3; n++) expect(await post(signed({}, 'wrong'))).toBe('401 bad_signature');
      expect(table.reads).toEqual(Array(3).fill(`WEBHOOK#${world.accountId} SECRETS`));
    });

    it('refuses nobody: an account that is switched on again is known at once', async () => {
      const { world, signed, post } = await scene();
      const set = (enabled: boolean) => world.accounts.update(world.accountId, (account) => ({ ...account, enabled }));
      await set(false);
      expect(await post(signed())).toBe('401 bad_signature');
      await set(true);
      expect(await post(signed())).toBe(200);
    });

    it('believes what was revoked no longer than that', async () => {
      const { world, signed, post, forgetSecrets } = await remembering();
      await forgetSecrets();
      world.passTime(59);
      expect(await post(signed())).toBe(200);
      world.passTime(1);
      expect(await post(signed())).toBe('401 bad_signature');
    });

    it('loses no move into a stage that was chosen meanwhile: it is found within some minutes', async () => {
      const world = await createWorld();
      const { recruiter, accountId } = world;
      const [first, second] = ['Ada Merriweather', 'Ida Merriweather'].map((name, n) =>
        recruiter.addOpportunity({ name, emails: [`m${n}@people.example`] }),
      );
      await world.wait(120);
      recruiter.moveToStage(first?.id ?? '', 'On-site interview');
      await world.settle();
      const offer = { id: 'offer', name: 'Offer' };
      const choose = (account: Account) => withChosenTriggers(account, [offer], world.now());
      await world.accounts.update(accountId, choose, world.now());
      await world.sweep();
      await world.settle();
      world.passTime(30);
      recruiter.moveToStage(second?.id ?? '', 'Offer');
      await world.settle();
      expect(world.log.filter(({ code }) => code === 'stage_change_ignored')).toHaveLength(2);
      expect(world.turn.checks).toEqual([]);
      await world.wait(240);
      expect(world.turn.checks).toHaveLength(1);
    });
  });

  it('touches nothing but its own partitions, whatever it accepts', async () => {
    const { world, signed, post, table, forgetSecrets } = await scene();
    const names = { new: 'New', offer: 'Offer', [triggerStageId]: 'Reference check' };
    await world.accounts.update(world.accountId, (account) => withStages(account, { readAt: world.now(), names }));
    table.reads.length = 0;
    table.writes.length = 0;
    await post(signed());
    await post(signed({ data: {} }));
    await post(signed({ data: { opportunityId, fromStageId: 'new', toStageId: 'offer' } }));
    await post(signed({ event: 'candidateDeleted', data: { opportunityId } }));
    expect(table.reads.length + table.writes.length).toBeGreaterThan(10);
    for (const key of [...table.reads, ...table.writes]) expect(key).toMatch(/^WEBHOOK#acct_brightwater /u);
    await forgetSecrets();
    table.writes.length = 0;
    await post(signed({ data: {} }, 'anything'));
    expect(table.writes.length).toBeGreaterThan(0);
    for (const key of table.writes) expect(key).toMatch(/^WEBHOOK#acct_brightwater /u);
  });

  it('accepts and drops events that do not concern us', async () => {
    const { world, signed, post } = await scene();
    for (const event of ['candidateHired', 'applicationCreated', 'invented next year']) {
      expect(await post(signed({ event }))).toBe(200);
    }
    expect(world.queues.decision).toEqual([]);
  });

  it('refuses a stage change that names no opportunity', async () => {
    const { signed, post } = await scene();
    expect(await post(signed({ data: { toStageId: triggerStageId } }))).toBe('400 no_opportunity');
  });

  it('queues a deletion, so that what we hold is erased', async () => {
    const { world, signed, post } = await scene();
    expect(await post(signed({ event: 'candidateDeleted', data: { opportunityId } }))).toBe(200);
    expect(world.queues.decision).toHaveLength(1);
  });

  it('accepts a repeated delivery and queues it no second time, whatever data it carries now', async () => {
    const { world, signed, post, codes } = await scene();
    const delivery = signed();
    expect(await post(delivery)).toBe(200);
    expect(await post(delivery)).toBe(200);
    expect(await post({ ...delivery, data: { opportunityId: 'another', toStageId: triggerStageId } })).toBe(200);
    expect(world.queues.decision).toHaveLength(1);
    expect(codes()).toEqual(['stage_change_accepted', 'webhook_repeated', 'webhook_repeated']);
  });

  it('remembers nothing of a delivery that could not be queued: Lever sends it again', async () => {
    let isDown = true;
    const queued: unknown[] = [];
    const { signed, post } = await scene({
      enqueueDecision: async (item) => {
        if (isDown) throw new Error('The queue is down.');
        queued.push(item);
      },
    });
    const delivery = signed();
    await expect(post(delivery)).rejects.toThrow('down');
    isDown = false;
    expect(await post(delivery)).toBe(200);
    expect(queued).toHaveLength(1);
  });

  it.each([
    ['from one known stage into another', { fromStageId: 'new', toStageId: 'offer' }, false],
    ['from no stage into a known one', { fromStageId: null, toStageId: 'offer' }, false],
    ['into a trigger stage', { fromStageId: 'new', toStageId: triggerStageId }, true],
    ['out of a trigger stage', { fromStageId: triggerStageId, toStageId: 'offer' }, true],
    ['from who knows where', { toStageId: 'offer' }, true],
    ['from a stage that it does not know', { fromStageId: 'unknown', toStageId: 'offer' }, true],
    ['into a stage that it does not know', { fromStageId: 'new', toStageId: 'unknown' }, true],
    ['into no stage', { fromStageId: 'new', toStageId: null }, true],
    ['without any stage', {}, true],
  ])('looks whether anything starts or ends by a move %s', async (_, stages, isQueued) => {
    const { world, signed, post, codes } = await scene();
    const names = { new: 'New', offer: 'Offer', [triggerStageId]: 'Reference check' };
    await world.accounts.update(world.accountId, (account) => withStages(account, { readAt: world.now(), names }));
    expect(await post(signed({ data: { opportunityId, ...stages } }))).toBe(200);
    expect(codes()).toEqual([isQueued ? 'stage_change_accepted' : 'stage_change_ignored']);
    expect(world.queues.decision).toHaveLength(isQueued ? 1 : 0);
  });

  it('notes when a believed webhook came, and that the silence is over', async () => {
    const { world, signed, post } = await scene();
    await world.heartbeats.setSilentSince(world.accountId, world.now());
    expect(await post(signed({}, 'wrong'))).toBe('401 bad_signature');
    expect(await world.heartbeats.load(world.accountId)).toMatchObject({
      lastWebhookAt: null,
      silentSince: world.now(),
    });
    await post(signed());
    expect(await world.heartbeats.load(world.accountId)).toMatchObject({
      lastWebhookAt: world.now(),
      silentSince: null,
    });
  });

  it('notes each time that somebody pressed “Verify connection”, once a minute where anybody could have forged it', async () => {
    const { world, signed, post, forgetSecrets } = await scene();
    const kinds = async () =>
      (await world.activities.list(world.accountId, { limit: 50, after: null })).activities.map(({ kind }) => kind);
    await post(signed({ data: {} }));
    world.passTime(20);
    const second = signed({ data: {} });
    for (let times = 0; times < 3; times++) await post(second);
    const signedAt = world.now();
    expect((await world.heartbeats.load(world.accountId)).lastVerifiedAt).toBe(signedAt);
    const both = ['webhook_verified', 'webhook_verified'];
    expect(await kinds()).toEqual(both);
    await forgetSecrets();
    world.passTime(120);
    for (let times = 0; times < 3; times++) await post(signed({ data: {} }, 'anything'));
    expect((await world.heartbeats.load(world.accountId)).lastVerifiedAt).toBe(signedAt + 120_000);
    expect(await kinds()).toEqual(['webhook_verified', ...both]);
  });

  it('spends one line a day on tests that anybody could have forged', async () => {
    const { world, signed, post, forgetSecrets } = await scene();
    const lines = async () => (await world.activities.list(world.accountId, { limit: 50, after: null })).activities;
    await forgetSecrets();
    for (let hours = 0; hours < 48; hours++) {
      await post(signed({ data: {} }, 'anything'));
      expect((await world.heartbeats.load(world.accountId)).lastVerifiedAt).toBe(world.now());
      world.passTime(3_600);
    }
    expect((await lines()).map(({ kind, detail }) => `${kind} ${detail}`)).toEqual(
      Array<string>(2).fill('webhook_verified before_secret'),
    );
  });

  it('notes nothing of a webhook that could not be queued', async () => {
    const { world, signed, post } = await scene({
      enqueueDecision: async () => {
        throw new Error('no queue');
      },
    });
    await expect(post(signed())).rejects.toThrow('no queue');
    expect((await world.heartbeats.load(world.accountId)).lastWebhookAt).toBeNull();
  });
});
