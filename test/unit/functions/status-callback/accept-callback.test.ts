import { describe, expect, it } from 'vitest';
import { acceptCallback } from '#functions/status-callback/accept-callback.ts';
import { oddBody, oddCallbacks } from '#infra/local/sandbox/turn-odd-callbacks.ts';
import { newAccount } from '#shared/domain/account.ts';
import { withNewCallbackKey } from '#shared/domain/callback-keys.ts';
import { withEntry } from '#shared/domain/opportunity-record.ts';
import { callbackPathOf } from '#shared/turn/callback.ts';
import { createWorld } from '../../../fakes/world.ts';
import { orderedEntry, orderingEntry } from '../../domain/samples.ts';

const opportunityId = '9d2f7c1a-0000-4000-8000-00000000abcd';
const enteredAt = 1_772_442_060_000;
const referenceId = `${opportunityId}-${enteredAt}`;
const invented = `${opportunityId}-${enteredAt + 1}`;
const workerId = '71e0a4c8-3d5f-4b1e-9a27-0f6c2d8b9e11';
const changed = { original_state: 'emailed', state: 'processing', worker_id: workerId };
const dayMs = 86_400_000;

const scene = async () => {
  const world = await createWorld();
  const { accountId, accounts, ports } = world;
  await world.changeRecord(opportunityId, (record) => withEntry(record, orderingEntry({ enteredAt })));
  const keyOf = async (id = accountId): Promise<string> => {
    const account = await accounts.find(id);
    return account === null ? '' : (callbackPathOf(await ports.callbackSecret(), account).split('/')[3] ?? '');
  };
  let reads = 0;
  let now = world.now();
  const { get } = world.table;
  world.table.get = async (key) => {
    reads += 1;
    return get(key);
  };
  const post = async (
    body: unknown,
    options: { account?: string; key?: string; check?: string; bodyBytes?: number } = {},
  ) => {
    const { account = accountId, check } = options;
    const key = options.key ?? (await keyOf(account));
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const incoming = {
      path: { account, key },
      query: { check },
      body: text,
      bodyBytes: options.bodyBytes ?? text.length,
    };
    reads = 0;
    const answer = await acceptCallback(incoming, { ...ports, now: () => now });
    return answer.status;
  };
  const items = () => world.queues.sync;
  const wait = (ms: number): void => {
    now += ms;
  };
  return { world, items, post, keyOf, reads: () => reads, wait, accountId };
};

describe('acceptCallback', () => {
  it('enqueues a sync for the check that its own address names', async () => {
    const { world, items, post } = await scene();
    expect(await post(changed, { check: referenceId })).toBe(200);
    expect(items()).toEqual([{ accountId: world.accountId, opportunityId }]);
  });

  it('finds the check by our reference, else by the worker', async () => {
    const { world, items, post } = await scene();
    await world.changeRecord(opportunityId, (record) => withEntry(record, orderedEntry({ enteredAt })));
    const results = { partner_worker_status: 'approved', worker_uuid: workerId, reference_id: referenceId, checks: {} };
    expect(await post(results)).toBe(200);
    await world.ports.sharers.joinWorker(world.accountId, workerId, 'by-worker');
    expect(await post(changed)).toBe(200);
    expect(await post({ ...changed, reference_id: 'somebody else’s' })).toBe(200);
    expect(items().map((item) => item.opportunityId)).toEqual([opportunityId, 'by-worker', 'by-worker']);
  });

  it('enqueues a sync for each opportunity that shows the check, however many, and for the one it was ordered with', async () => {
    const { world, items, post } = await scene();
    for (const id of ['first', 'second', opportunityId])
      await world.ports.sharers.joinWorker(world.accountId, workerId, id);
    expect(await post(changed, { check: referenceId })).toBe(200);
    expect(items().map((item) => item.opportunityId)).toEqual([opportunityId, 'first', 'second']);
  });

  it.each(oddCallbacks)('finds the check by a callback that Turn does not document: %s', async (kind) => {
    const { world, items, post } = await scene();
    await world.ports.sharers.joinWorker(world.accountId, workerId, opportunityId);
    const check = { workerId, turnId: 'C0000004711', referenceId, state: 'processing' };
    expect(await post(oddBody(kind, check))).toBe(200);
    expect(items()).toEqual([{ accountId: world.accountId, opportunityId }]);
  });

  it('takes a body that begins with a byte order mark', async () => {
    const { world, items, post } = await scene();
    await world.ports.sharers.joinWorker(world.accountId, workerId, opportunityId);
    expect(await post(`\uFEFF${JSON.stringify(changed)}`)).toBe(200);
    expect(items()).toHaveLength(1);
  });

  it('believes a worker that it knows more than a reference that only looks like ours', async () => {
    const { world, items, post } = await scene();
    await world.ports.sharers.joinWorker(world.accountId, workerId, 'by-worker');
    expect(await post({ ...changed, reference_id: 'a-reference-of-theirs-17' })).toBe(200);
    expect(items().map((item) => item.opportunityId)).toEqual(['by-worker']);
  });

  it('accepts and drops what is about no check at all', async () => {
    const { world, items, post } = await scene();
    expect(await post({ event: 'new_applicant', applicant: { id: 17, name: 'Ottilie Wren' } })).toBe(200);
    expect(items()).toEqual([]);
    expect(world.log.map(({ code }) => code)).toEqual(['callback_unknown']);
  });

  it('accepts and drops a callback about a check it does not know', async () => {
    const { world, items, post } = await scene();
    await world.ports.sharers.joinWorker('acct_other', workerId, 'of another account');
    expect(await post(changed)).toBe(200);
    expect(items()).toEqual([]);
    expect(world.log.map(({ code }) => code)).toEqual(['callback_unknown']);
  });

  it('believes the id of no check that it does not know, for two reads at most', async () => {
    const { world, items, post, reads } = await scene();
    const other = { worker_id: 'w-1', worker_uuid: 'w-2', turn_id: 'C0000004711', reference_id: 'opp-1-7' };
    for (const [body, check] of [
      [changed, invented],
      [other, 'opp-2-8'],
      [{ reference_id: invented, data: { reference_id: 'opp-3-9' } }, undefined],
    ] as const) {
      expect(await post(body, check === undefined ? {} : { check })).toBe(200);
      // And one for the key.
      expect(reads()).toBeLessThanOrEqual(3);
    }
    expect(items()).toEqual([]);
    expect(world.log.map(({ code }) => code)).toEqual(Array(3).fill('callback_unknown'));
  });

  it('drops what is about a candidate who was forgotten', async () => {
    const { world, items, post } = await scene();
    await world.changeRecord(opportunityId, (record) => ({ ...record, erasedAt: 1 }));
    expect(await post(changed, { check: referenceId })).toBe(200);
    expect(items()).toEqual([]);
  });

  it('knows a check from its claim on, before Turn has answered the order', async () => {
    const { world, items, post } = await scene();
    const { id } = world.recruiter.addOpportunity({ name: 'Ottilie Wren', emails: ['ottilie.wren@mail.example'] });
    let during: readonly unknown[] = [];
    world.turn.handle = ((handle) => (request) => {
      const { callback_url: url = '' } = (request.body ?? {}) as { callback_url?: string };
      if (request.path === '/person/search_async') {
        const check = new URL(url).searchParams.get('check') ?? '';
        during = [...during, post({ ...changed, worker_id: 'too-new' }, { check })];
      }
      return handle(request);
    })(world.turn.handle);
    world.recruiter.moveToStage(id, 'Reference check');
    await world.settle();
    expect(await Promise.all(during)).toEqual([200]);
    expect(world.log.some(({ code, fields }) => code === 'callback_accepted' && fields.opportunityId === id)).toBe(
      true,
    );
    expect(items()).toEqual([]);
  });

  it('answers a wrong key and an account that there is not alike, after one read at most', async () => {
    const { world, post, reads, keyOf } = await scene();
    await world.accounts.create(withNewCallbackKey(newAccount('acct_other', 'Other'), world.now()));
    const key = await keyOf('acct_other');
    for (const [account, given, most] of [
      [world.accountId, key, 1],
      ['acct_nobody', key, 1],
      [world.accountId, '', 0],
      [world.accountId, `${key}x`, 0],
      ['a/b', key, 0],
    ] as const) {
      expect(await post('x', { account, key: given, bodyBytes: 9e9 })).toBe(404);
      expect(reads()).toBeLessThanOrEqual(most);
    }
    expect(world.log).toEqual(Array(5).fill({ code: 'callback_refused', fields: { reason: 'wrong_key' } }));
  });

  it('reads the same for an account that there is not, so that it takes no other time', async () => {
    const { world, post, keyOf } = await scene();
    const key = await keyOf();
    let secrets = 0;
    const { callbackSecret } = world.ports;
    world.ports.callbackSecret = () => {
      secrets += 1;
      return callbackSecret();
    };
    for (const account of [world.accountId, 'acct_nobody']) {
      secrets = 0;
      expect(await post(changed, { account, key: key.replace(/^./u, '_') })).toBe(404);
      expect(secrets).toBe(1);
    }
    // What is not even written like a key reads nothing.
    secrets = 0;
    expect(await post(changed, { key: 'short' })).toBe(404);
    expect(secrets).toBe(0);
  });

  it('accepts the key before the present one for two weeks, and then no more', async () => {
    const { world, post, keyOf, wait, accountId } = await scene();
    const before = await keyOf();
    wait(dayMs);
    await world.accounts.update(accountId, (account) => withNewCallbackKey(account, world.now() + dayMs));
    expect(await keyOf()).not.toBe(before);
    wait(14 * dayMs - 1);
    expect(await post(changed, { key: before })).toBe(200);
    wait(1);
    expect(await post(changed, { key: before })).toBe(404);
    expect(await post(changed)).toBe(200);
  });

  it('refuses what is too large, or no JSON object', async () => {
    const { world, post } = await scene();
    expect(await post('x', { bodyBytes: 2_000_001 })).toBe(413);
    expect(await post('not JSON')).toBe(400);
    expect(await post([changed])).toBe(400);
    expect(world.log.map(({ code }) => code)).toEqual(Array(3).fill('callback_refused'));
  });

  it('logs nothing of the body', async () => {
    const { world, post } = await scene();
    await post({ partner_worker_status: 'approved', worker_uuid: workerId, first_name: 'Ottilie', checks: { dui: 1 } });
    await post({ nonsense: 'Ottilie' });
    expect(JSON.stringify(world.log)).not.toContain('Ottilie');
  });
});
